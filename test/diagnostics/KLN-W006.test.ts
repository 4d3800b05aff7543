// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('resize does not narrow', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(4)) });
    io.y.assign(io.a.resize(4));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W006: resize(4) would narrow a.
      at test/diagnostics/KLN-W006.test.ts:9:22
      in module top
      cure: Use trunc (drops high bits) or saturate (clamps)."
  `);
});

test('trunc does not widen', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(9)) });
    io.y.assign(io.a.trunc(9));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W006: trunc(9) would widen a.
      at test/diagnostics/KLN-W006.test.ts:22:22
      in module top
      cure: Use resize to extend."
  `);
});
