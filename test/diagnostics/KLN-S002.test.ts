// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { blockOf, reportOf } from './support.ts';

test('a signal of the parent is used in a child', () => {
  const text = reportOf((m) => {
    const io = m.ports({ secret: input(UInt(8)), y: output(UInt(8)) });
    const child = blockOf('child', (inner) => {
      const pins = inner.ports({ a: input(UInt(8)), y: output(UInt(8)) });
      pins.y.assign(pins.a.xor(io.secret));
    });
    m.instances({ child });
    io.y.assign(0);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-S002: secret belongs to another module and is used in child.
      at test/diagnostics/KLN-S002.test.ts:11:28
      in module child
      cure: Pass it through a port: connect it to an input of the instance."
  `);
});
