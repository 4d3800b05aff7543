// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('a word as the condition of a when', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(0);
    m.when(io.a, () => io.y.assign(1));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W005: when needs a 1-bit condition, but a has 8 bits.
      at test/diagnostics/KLN-W005.test.ts:10:7
      in module top
      cure: Compare it (ne(0)) or reduce it (orR())."
  `);
});

test('a word as the condition of a mux', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a.mux(io.a, 0));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W005: mux needs a 1-bit condition, but a has 8 bits.
      at test/diagnostics/KLN-W005.test.ts:23:22
      in module top
      cure: Compare it (ne(0)) or reduce it (orR())."
  `);
});
