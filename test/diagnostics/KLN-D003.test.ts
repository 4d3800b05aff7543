// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('an input is driven', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a);
    const unchecked: unknown = io.a; // The types refuse it already.
    m.drive(unchecked as typeof io.y, 1);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D003: a cannot be driven.
      at test/diagnostics/KLN-D003.test.ts:11:7
      in module top
      cure: Drive a register, wire, output or instance input."
  `);
});
