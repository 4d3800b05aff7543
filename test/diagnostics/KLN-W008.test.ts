// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('arithmetic of the host language', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign((io.a as never as number) + 1);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-W008: a was used as a JavaScript value.
      at test/diagnostics/KLN-W008.test.ts:9:21
      in module top
      cure: Use the methods of the value: eq, lt, addWrap, mux; describe() gives text."
  `);
});
