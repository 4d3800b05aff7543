// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { z } from 'zod';
import { block, type BlockCall, input, output, UInt } from '../../src/dsl/index.ts';
import { report } from './support.ts';

const endless = block('endless', z.strictObject({ width: z.int() }), (m, p) => {
  const io = m.ports({ a: input(UInt(p.width)), y: output(UInt(p.width)) });
  const same: BlockCall = endless({ width: p.width });
  m.instances({ same });
  io.y.assign(io.a);
});

test('a block that contains itself', () => {
  expect(report(() => endless({ width: 8 }))).toMatchInlineSnapshot(`
    "error KLN-S006: The block endless instantiates itself with the same parameters.
      at test/diagnostics/KLN-S006.test.ts:7:17  defined here
      in module endless
      why:  The hardware would be infinite.
      cure: Recurse with smaller parameters and end at a base case."
  `);
});

test('recursion that ends is fine', () => {
  const tree = block('tree', z.strictObject({ width: z.int() }), (m, p) => {
    const io = m.ports({ a: input(UInt(p.width)), y: output(UInt(1)) });
    if (p.width === 1) io.y.assign(io.a);
    else {
      const half: BlockCall = tree({ width: p.width / 2 });
      type Pins = Record<'a' | 'y', typeof io.y>;
      const { low } = m.instances({ low: half }) as never as Record<'low', Pins>;
      low.a.assign(io.a.low(p.width / 2));
      io.y.assign(low.y.xor(io.a.msb()));
    }
  });
  expect(report(() => tree({ width: 8 }))).toBe('');
});
