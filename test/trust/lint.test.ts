// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { emitDesign } from '../../src/gen/verilog/index.ts';
import { run, withFiles } from '../support/verilog-lint.ts';
import { batchDesign } from './batch.ts';
import { circuitOf } from './random-run.ts';

/** What the tools say about the Verilog of 50 circuits without properties, with those for simulators, and with those for proofs. */
async function complaints(first: number): Promise<string[]> {
  const files = emitDesign(batchDesign(Array.from({ length: 50 }, (_, i) => circuitOf(first + i))));
  const names = files.map((file) => file.name);
  const verilator = ['--lint-only', '-Wall', '--top-module', 'batch'];
  const icarus = ['-Wall', '-g2005', '-s', 'batch', '-o', '/dev/null'];
  const said = await withFiles(files, (folder) =>
    Promise.all([
      run('verilator', [...verilator, ...names], folder),
      run('verilator', [...verilator, '-DKILN_ASSERT', ...names], folder),
      run('iverilog', [...icarus, ...names], folder),
      run('iverilog', [...icarus, '-DKILN_ASSERT', ...names], folder),
      run('yosys', ['-q', '-p', `read_verilog -formal -DFORMAL ${names.join(' ')}`], folder),
    ]),
  );
  // Not every memory of a random circuit has the form of a block RAM.
  return said.map((text) => text.replace(/^Warning: Replacing memory .*\n?/gm, '')).filter((text) => text !== '');
}

test.each([0, 50])('no tool complains about random circuits from %i on, with and without properties', async (first) => {
  expect(await complaints(first)).toEqual([]);
});
