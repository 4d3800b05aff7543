// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { hashText } from '../../../src/ir/hash.ts';
import { sampleDesign } from './sample-design.ts';

const textOf = (reversed: boolean): string => {
  const files = emitDesign(elaborate(sampleDesign(reversed)));
  return JSON.stringify(files);
};

describe('the text', () => {
  it('is the same again in the same process, whatever ran before', () => {
    const first = textOf(false);
    textOf(true);
    const design = elaborate(sampleDesign(false));
    const once = JSON.stringify(emitDesign(design));
    // Emission adds expressions to the pools; a second one must not see that.
    expect(JSON.stringify(emitDesign(design))).toBe(once);
    expect(once).toBe(first);
  });

  it('is the same in another process', async () => {
    const script = new URL('./print-sample.ts', import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script]);
    expect(stdout.trim()).toBe(hashText(textOf(false)));
  });

  it('of a module does not hang on what was elaborated before it', () => {
    const texts = [false, true].map((reversed) => {
      const files = emitDesign(elaborate(sampleDesign(reversed)));
      return new Map(files.filter((file) => file.module !== 'sample').map((file) => [file.name, file.text]));
    });
    expect([...texts[0]!.keys()].sort()).toEqual([...texts[1]!.keys()].sort());
    for (const [name, text] of texts[0]!) expect(texts[1]!.get(name)).toBe(text);
  });
});
