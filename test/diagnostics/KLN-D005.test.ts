// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, Bundle, Enum, input, output, UInt, Vec } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('a bundle without one of its fields', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(Bundle({ data: UInt(8), last: Bool })) });
    m.drive(io.y, { data: io.a });
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D005: Value and target differ: the field last is missing.
      at test/diagnostics/KLN-D005.test.ts:9:7
      in module top
      cure: Give a value of the same shape as the target."
  `);
});

test('a list of another length', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(Vec(3, UInt(8))) });
    m.drive(io.y, [io.a, io.a]);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D005: Value and target differ: a vector of 3 elements is needed, not a vector of 2 elements.
      at test/diagnostics/KLN-D005.test.ts:22:7
      in module top
      cure: Give a value of the same shape as the target."
  `);
});

test('a name that the enumeration does not have', () => {
  const text = reportOf((m) => {
    const io = m.ports({ y: output(Enum('Mode', ['OFF', 'ON'])) });
    io.y.assign('HALF' as never);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D005: y cannot take 'HALF': Mode has OFF, ON.
      at test/diagnostics/KLN-D005.test.ts:35:10
      in module top
      cure: Use one of the names, or a number."
  `);
});
