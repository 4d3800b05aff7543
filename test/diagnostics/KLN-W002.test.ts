// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, input, output, SInt, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('signed and unsigned operands', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(SInt(8)), b: input(UInt(8)), y: output(Bool) });
    io.y.assign(io.a.lt(io.b));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W002: lt mixes signed a and unsigned b.
      at test/diagnostics/KLN-W002.test.ts:9:22
      in module top
      cure: Convert one with asUInt() or asSInt(), after resize where the value could change."
  `);
});

test('a value and its target', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(SInt(8)) });
    io.y.assign(io.a);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W002: y is signed, but a is unsigned.
      at test/diagnostics/KLN-W002.test.ts:22:10
      at test/diagnostics/KLN-W002.test.ts:21:18  y declared here
      in module top
      cure: Convert the value with asUInt() or asSInt()."
  `);
});

test('a conversion in words is fine', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(SInt(9)) });
    io.y.assign(io.a.resize(9).asSInt());
  });
  expect(text).toBe('');
});
