// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('a slice beyond a signal', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(4)) });
    io.y.assign(io.a.slice(8, 5));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W004: Bits 8..5 of a do not exist: it has bits 7..0.
      at test/diagnostics/KLN-W004.test.ts:9:22
      in module top
      cure: Use bits inside the value."
  `);
});

test('a bit of nothing', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(0)), y: output(UInt(1)) });
    io.y.assign(io.a.bit(0));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W004: Bits 0..0 of a 0-bit value do not exist: it has no bits.
      at test/diagnostics/KLN-W004.test.ts:22:22
      in module top
      cure: Use bits inside the value."
  `);
});

test('empty slices are fine', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a.slice(-1, 0).concat(io.a, io.a.slice(7, 8)));
  });
  expect(text).toBe('');
});
