// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, input, output, UInt } from '../../../dsl/index.ts';

export const LeafParams = z.strictObject({
  width: z.int().min(1).max(512).describe('Bits of an operand.'),
  stages: z
    .int()
    .min(1)
    .max(4)
    .describe('Registers behind the product; synthesis moves all but the last into the multiplier.'),
});

/**
 * Unsigned multiplier, the leaf of every product.
 *
 * Law: product = a b of `stages` cycles earlier. Shapes: operands `width` bits, product twice as many. New operands every cycle, which come from
 * registers. No reset, so that all registers can go into DSP blocks.
 */
export const leaf = block(
  'leaf',
  LeafParams,
  (m, p) => {
    const io = m.ports({
      a: input(UInt(p.width), 'factor'),
      b: input(UInt(p.width), 'factor'),
      product: output(UInt(2 * p.width), 'a b'),
    });
    const pipe = m.pipeline('p');
    const { a, b } = pipe.inputs({ a: io.a, b: io.b });
    const { product } = pipe.regs({ product: a.mul(b) });
    io.product.assign(pipe.outputs(pipe.delayTo({ product }, p.stages)).product);
    return io;
  },
  { doc: 'Unsigned multiplier with registers behind it: the leaf of every product.' },
);
