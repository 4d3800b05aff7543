// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('two cases with one value', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(2)), y: output(UInt(2)) });
    m.switch(io.a)
      .case([0, 1], () => io.y.assign(0))
      .case(1, () => io.y.assign(1))
      .otherwise(() => io.y.assign(2));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-S005: The switch over a lists 1 twice.
      at test/diagnostics/KLN-S005.test.ts:11:8
      in module top
      cure: Join the two cases."
  `);
});
