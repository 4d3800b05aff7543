// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { Registers, Stages, stagesOf } from '../arith/stages.ts';
import { absolute } from './toom2.ts';

/** Cycles of `toom4_evaluate`. */
export const toom4EvaluateLatency = (registers: Registers): number => stagesOf(registers, 2);

export const Toom4EvaluateParams = z.strictObject({
  limb: z.int().min(2).max(256).describe('L: bits of a limb.'),
  registers: Registers,
});

/**
 * Evaluation for Toom-4 at 1, -1, 2, -2 and 1/2 (0 and infinity are the outer limbs).
 *
 * Law: one = x0 + x1 + x2 + x3, minus_one = |x0 - x1 + x2 - x3|, two = x0 + 2 x1 + 4 x2 + 8 x3, minus_two = |x0 - 2 x1 + 4 x2 - 8 x3|,
 * half = 8 x0 + 4 x1 + 2 x2 + x3; negative_one, negative_two: signs. Shapes: limbs L bits, values L+4 or fewer. Latency toom4EvaluateLatency: none 0, output
 * 1, all 3; new limbs every cycle. Source: paper 3.3.
 */
export const toom4Evaluate = block(
  'toom4_evaluate',
  Toom4EvaluateParams,
  (m, p) => {
    const limb = UInt(p.limb);
    const value = UInt(p.limb + 4);
    const io = m.ports({
      x0: input(limb, 'lowest limb'),
      x1: input(limb, 'limb'),
      x2: input(limb, 'limb'),
      x3: input(limb, 'highest limb'),
      one: output(value, 'value at 1'),
      minus_one: output(value, 'absolute value at -1'),
      negative_one: output(Bool, 'the value at -1 is negative'),
      two: output(value, 'value at 2'),
      minus_two: output(value, 'absolute value at -2'),
      negative_two: output(Bool, 'the value at -2 is negative'),
      half: output(value, '8 times the value at 1/2'),
    });
    const stages = new Stages(m, p.registers);
    const bits = p.limb + 4;
    const entered = stages.enter({ x0: io.x0, x1: io.x1, x2: io.x2, x3: io.x3 });
    const [x0, x1, x2, x3] = [entered.x0, entered.x1, entered.x2, entered.x3].map((x): Signal => x.resize(bits + 1));
    // Even and odd parts at 1 and 2, and the two halves of the sum for 1/2.
    const parts = stages.cut({
      even1: x0!.addWrap(x2!),
      odd1: x1!.addWrap(x3!),
      even2: x0!.addWrap(x2!.shl(2)),
      odd2: x1!.shl(1).addWrap(x3!.shl(3)),
      upper: x0!.shl(3).addWrap(x1!.shl(2)),
      lower: x2!.shl(1).addWrap(x3!),
    });
    const at1 = absolute(stages, 'minus_one', parts.even1, parts.odd1.not());
    const at2 = absolute(stages, 'minus_two', parts.even2, parts.odd2.not());
    const result = stages.leave({
      one: parts.even1.addWrap(parts.odd1).trunc(bits),
      minus_one: at1.magnitude,
      negative_one: at1.negative,
      two: parts.even2.addWrap(parts.odd2).trunc(bits),
      minus_two: at2.magnitude,
      negative_two: at2.negative,
      half: parts.upper.addWrap(parts.lower).trunc(bits),
    });
    io.one.assign(result.one);
    io.minus_one.assign(result.minus_one);
    io.negative_one.assign(result.negative_one);
    io.two.assign(result.two);
    io.minus_two.assign(result.minus_two);
    io.negative_two.assign(result.negative_two);
    io.half.assign(result.half);
    return io;
  },
  { doc: 'Evaluation for a Toom-4 product at 1, -1, 2, -2 and 1/2.' },
);
