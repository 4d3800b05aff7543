// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, memory, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('operands of two widths', () => {
  const text = reportOf((m) => {
    const width: number = 9; // With a literal the types refuse it already.
    const io = m.ports({ a: input(UInt(8)), b: input(UInt(width)), y: output(UInt(8)) });
    io.y.assign(io.a.addWrap(io.b));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W001: addWrap needs operands of equal width: a has 8 bits, b has 9.
      at test/diagnostics/KLN-W001.test.ts:10:22
      in module top
      cure: Extend the narrower with resize, or shorten the wider with trunc or saturate."
  `);
});

test('a value and its target', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a.addFull(1));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W001: y has 8 bits, but a 9-bit 'add' expression has 9.
      at test/diagnostics/KLN-W001.test.ts:23:10
      at test/diagnostics/KLN-W001.test.ts:22:18  y declared here
      in module top
      cure: Shorten the value with trunc or saturate."
  `);
});

test('the address of a memory', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(5)), y: output(UInt(8)) });
    const { table } = m.mems({ table: memory(UInt(8), 16) });
    io.y.assign(table.read('read', io.a));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W001: table has 16 words and needs 4 address bits, but a has 5.
      at test/diagnostics/KLN-W001.test.ts:38:23
      in module top
      cure: Shorten the address with trunc."
  `);
});
