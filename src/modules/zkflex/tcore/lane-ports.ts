// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Bool, input, output, type Ports, sink, UInt } from '../../../dsl/index.ts';
import { laneBits, laneCount, TCoreParams } from '../tcore.params.ts';
import { laneRequestType } from '../tcore.types.ts';

export const LaneParams = z.strictObject({
  ...TCoreParams.shape,
  lane: z
    .int()
    .min(0)
    .max(laneCount - 1)
    .describe('Which lane; it says in which modes there is one.'),
});
export type LaneParams = z.output<typeof LaneParams>;

export const lanePorts = (p: LaneParams) => {
  const word = UInt(laneBits(p, p.lane));
  return {
    mode: input(UInt(2), 'mode'),
    whole: input(Bool, 'product-only mode'),
    phase: input(UInt(2), "product that enters: 0 a b, 1 T p', 2 m p"),
    open: input(Bool, 'operands may enter in this cycle'),
    modulus: input(word, 'p'),
    inverse: input(word, "p'"),
    request: sink(laneRequestType(p, p.lane), 'operands'),
    result: {
      valid: output(Bool),
      x: output(UInt(2 * word.width), 'modular product in the low half, or the whole product; 0 while not valid'),
      tag: output(UInt(p.tagBits), '0 while not valid'),
    },
    unreduced: output(Bool, 'pulse: an operand was not below p'),
    bank: {
      valid: output(Bool, 'operands of a product'),
      a: output(word, 'factor'),
      b: output(word, 'factor'),
      x: input(UInt(2 * word.width), 'product of LP cycles before, counted to here'),
    },
  };
};
export type LanePorts = Ports<ReturnType<typeof lanePorts>>;
