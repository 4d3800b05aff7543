// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { compareEngines } from '../../../sim/index.ts';
import type { BlockCall } from '../../../src/dsl/index.ts';
import { combCatalogue } from '../../../src/modules/lib/catalogue-comb.ts';
import { cleanVerilog } from '../../support/verilog.ts';

const cases = combCatalogue.flatMap(({ name, make, configurations }) =>
  configurations.map((params, i) => ({ name, text: JSON.stringify(params), call: make(params) as BlockCall, i })),
);

describe.each(cases)('$name $text', ({ call, i }) => {
  test('emits Verilog that no tool complains about', async () => {
    await cleanVerilog(call);
  });

  // The first configuration of each block; the others differ in widths alone.
  test.runIf(i === 0)('does the same on every engine', async () => {
    const { engines } = await compareEngines(call, { cycles: 300, seed: 7 });
    expect(engines).toEqual(['embedded', 'verilator', 'icarus']);
  });
});

test('names are unique and texts are there', () => {
  const names = combCatalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const entry of combCatalogue) {
    expect(entry.make.block.doc, entry.name).not.toBe('');
    expect([entry.latency, entry.throughput, entry.law].every((text) => text !== '')).toBe(true);
  }
});
