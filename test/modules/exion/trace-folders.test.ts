// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadFfnTrace } from '../../../src/modules/exion/trace.ts';

describe('trace folders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-trace-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const tensor = {
    file: 'ffn_act.bin',
    dtype: 'int8',
    shape: [2, 1, 2, 3],
    layout: 'step,block,token,channel',
    scale_per_block: [0.5],
    first_step: 4,
  };
  const write = (tensors: unknown): void => {
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ name: 'made up', tensors }));
  };
  writeFileSync(
    join(folder, 'ffn_act.bin'),
    Int8Array.from({ length: 12 }, (_, i) => i - 6),
  );

  it('gives the activations of a step and block', () => {
    write([{ file: 'other.bin' }, tensor]);
    const trace = loadFfnTrace(folder);
    expect(trace).toMatchObject({ name: 'made up', firstStep: 4, steps: 2, blocks: 1, tokens: 2, channels: 3 });
    expect([...trace.activations(5, 0)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(() => trace.activations(3, 0)).toThrow('step 3 is not recorded: expected 4..5');
    expect(() => trace.activations(4, 1)).toThrow('block 1 is not recorded: expected 0..0');
  });

  it.each([
    [undefined, 'field tensors: Invalid input: expected array, received undefined'],
    [[], "field tensors: expected an entry with file 'ffn_act.bin', found none"],
    [[{ ...tensor, dtype: 'int16' }], 'field tensors[0].dtype: Invalid input: expected "int8"'],
    [[{ ...tensor, shape: [2, 3] }], 'field tensors[0].shape: expected 4 sizes, for step,block,token,channel'],
    [[{ ...tensor, scale_per_block: [] }], 'field tensors[0].scale_per_block: expected one scale per block'],
    [[{ ...tensor, shape: [2, 1, 2, 4] }], 'ffn_act.bin: has 12 bytes: expected 16 = 2 x 1 x 2 x 4'],
  ])('names file and field of a fault (%#)', (tensors, message) => {
    write(tensors);
    expect(() => loadFfnTrace(folder)).toThrow(message);
  });

  it('names a missing or broken file', () => {
    expect(() => loadFfnTrace(join(folder, 'absent'))).toThrow(/absent.manifest\.json: cannot be read \(ENOENT/);
    write([{ ...tensor, file: 'gone.bin' }]);
    expect(() => loadFfnTrace(folder, 'gone.bin')).toThrow(/gone\.bin: cannot be read .*; expected 12 bytes of int8/);
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(() => loadFfnTrace(folder)).toThrow(/manifest\.json: is not JSON/);
  });
});
