// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../dsl/index.ts';
import { carrySave } from '../arith/carry-save.ts';
import { Registers, Stages, stagesOf } from '../arith/stages.ts';
import { absolute } from './toom2.ts';

/** Cycles of `toom3_evaluate`. */
export const toom3EvaluateLatency = (registers: Registers): number => stagesOf(registers, 1);

export const Toom3EvaluateParams = z.strictObject({
  limb: z.int().min(2).max(512).describe('L: bits of a limb.'),
  registers: Registers,
});

/**
 * Evaluation for Toom-3 at 1, -1 and 2 (0 and infinity are the outer limbs).
 *
 * Law: one = x0 + x1 + x2, minus = |x0 + x2 - x1|, negative = x0 + x2 < x1, two = x0 + 2 x1 + 4 x2. Shapes: limbs L bits; one L+2, minus L+1,
 * two L+3. Latency toom3EvaluateLatency: none 0, output 1, all 2; new limbs every cycle. Source: paper 3.3.
 */
export const toom3Evaluate = block(
  'toom3_evaluate',
  Toom3EvaluateParams,
  (m, p) => {
    const limb = UInt(p.limb);
    const io = m.ports({
      x0: input(limb, 'lowest limb'),
      x1: input(limb, 'middle limb'),
      x2: input(limb, 'highest limb'),
      one: output(UInt(p.limb + 2), 'value at 1'),
      minus: output(UInt(p.limb + 1), 'absolute value at -1'),
      negative: output(Bool, 'the value at -1 is negative'),
      two: output(UInt(p.limb + 3), 'value at 2'),
    });
    const stages = new Stages(m, p.registers);
    const { x0, x1, x2 } = stages.enter({ x0: io.x0, x1: io.x1, x2: io.x2 });
    const bits = p.limb + 2;
    const minus = carrySave(x0.resize(bits), x2.resize(bits), x1.resize(bits).not());
    const { magnitude, negative } = absolute(stages, 'minus', minus.sum, minus.carries);
    const { outer, ends, middle } = stages.cut({
      outer: x0.addFull(x2),
      ends: x0.resize(p.limb + 3).addWrap(x2.resize(p.limb + 3).shl(2)),
      middle: x1,
    });
    const result = stages.leave({
      one: outer.addFull(middle),
      minus: magnitude,
      negative,
      two: ends.addWrap(middle.resize(p.limb + 3).shl(1)),
    });
    io.one.assign(result.one);
    io.minus.assign(result.minus);
    io.negative.assign(result.negative);
    io.two.assign(result.two);
    return io;
  },
  { doc: 'Evaluation for a Toom-3 product at 1, -1 and 2.' },
);
