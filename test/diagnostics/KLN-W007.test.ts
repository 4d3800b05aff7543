// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('half a bit', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(16)) });
    io.y.assign(io.a.resize(12.5 as never));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W007: A width must be a whole number of bits, 0 or more, not 12.5.
      at test/diagnostics/KLN-W007.test.ts:9:22
      in module top
      cure: Round or check the number first."
  `);
});

test('a negative number of copies', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(16)) });
    io.y.assign(io.a.replicate(-2));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W007: a cannot be replicated -2 times.
      at test/diagnostics/KLN-W007.test.ts:22:22
      in module top
      cure: Use a whole number, 0 or more."
  `);
});
