// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, SInt, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('a number beside a signal', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a.addWrap(256));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W003: 256 does not fit beside a in addWrap: that has 8 bits, which holds 0 to 255.
      at test/diagnostics/KLN-W003.test.ts:9:22
      in module top
      cure: Widen the partner to 9 bits or use a smaller number."
  `);
});

test('a negative number for an unsigned target', () => {
  const text = reportOf((m) => {
    const io = m.ports({ y: output(UInt(8)) });
    io.y.assign(-1);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W003: -1 does not fit in y, which is unsigned and has 8 bits.
      at test/diagnostics/KLN-W003.test.ts:22:10
      in module top
      cure: Use a smaller number or a wider target."
  `);
});

test('a reset value', () => {
  const text = reportOf((m) => m.regs({ count: SInt(4).init(8) }));
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W003: count: the reset value 8 does not fit in 4 bits.
      at test/diagnostics/KLN-W003.test.ts:33:34
      in module top
      cure: Give a reset value that fits the type."
  `);
});

test('the limits are fine', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(SInt(4)), y: output(SInt(4)) });
    io.y.assign(io.a.xor(-8).addWrap(7));
  });
  expect(text).toBe('');
});
