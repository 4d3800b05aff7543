// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { carrySave } from '../arith/carry-save.ts';
import { blockSums, resolve } from '../arith/carry-select.ts';
import { Registers, Stages, stagesOf } from '../arith/stages.ts';

type Bit = Signal<typeof Bool>;

/** Cycles of `toom2_evaluate` and of `toom2_combine`. */
export const toom2Latency = (registers: Registers): number => stagesOf(registers, 1);

/**
 * Magnitude and sign of v = x + y + 1 in two's complement, in one set of adders: v where it is not negative, else the complement of v - 1;
 * a carry-select adder has both. One cut. The magnitude has one bit less than x.
 */
export function absolute(
  stages: Stages,
  key: string,
  x: Signal,
  y: Signal,
): { readonly magnitude: Signal; readonly negative: Bit } {
  const blocks = blockSums(stages, key, x, y);
  const less = resolve(stages, `${key}_less`, blocks, 0).sum;
  const value = resolve(stages, `${key}_value`, blocks, 1).sum;
  const negative = value.msb();
  const bits = x.width - 1;
  return { magnitude: negative.mux(less.not(), value).trunc(bits), negative };
}

export const Toom2EvaluateParams = z.strictObject({
  limb: z.int().min(1).max(1024).describe('Bits of a limb.'),
  registers: Registers,
});

/**
 * Evaluation for Toom-2: |high - low| and its sign.
 *
 * Law: difference = |high - low|, negative = high < low. Shapes: `limb` bits each. Latency toom2Latency: none 0, output 1, all 2; a new pair every
 * cycle. Source: paper 3.2.
 */
export const toom2Evaluate = block(
  'toom2_evaluate',
  Toom2EvaluateParams,
  (m, p) => {
    const limb = UInt(p.limb);
    const io = m.ports({
      high: input(limb, 'upper limb'),
      low: input(limb, 'lower limb'),
      difference: output(limb, '|high - low|'),
      negative: output(Bool, 'high < low'),
    });
    const stages = new Stages(m, p.registers);
    const { high, low } = stages.enter({ high: io.high, low: io.low });
    const bits = p.limb + 1;
    const { magnitude, negative } = stages.leave(absolute(stages, 'd', high.resize(bits), low.resize(bits).not()));
    io.difference.assign(magnitude);
    io.negative.assign(negative);
    return io;
  },
  { doc: 'Evaluation for a subtractive Toom-2 product: the absolute difference of two limbs and its sign.' },
);

export const Toom2CombineParams = z
  .strictObject({
    split: z.int().min(2).max(1024).describe('Bits of the lower limb.'),
    upper: z.int().min(1).max(1024).describe('Bits of the upper limb; at most split.'),
    registers: Registers,
  })
  .refine((p) => p.upper <= p.split, { path: ['upper'], message: 'the upper limb must not be longer than the lower' });

/**
 * Interpolation for Toom-2: lo + (lo + hi +- d) 2^split + hi 2^(2 split).
 *
 * Law: product = a b when lo = a0 b0, hi = a1 b1, d = |a1 - a0| |b1 - b0| and add = (a1 < a0) != (b1 < b0). `valid` says that they are
 * so, for the assertions. Shapes: lo, d 2 split bits, hi 2 upper, product 2 (split + upper). Latency toom2Latency: none 0, output 1, all 2;
 * a new product every cycle. Paths: two levels of carry-save, then a carry-select adder. Source: paper 3.2.
 */
export const toom2Combine = block(
  'toom2_combine',
  Toom2CombineParams,
  (m, p) => {
    const width = 2 * (p.split + p.upper);
    const io = m.ports({
      valid: input(Bool, 'operands belong together'),
      lo: input(UInt(2 * p.split), 'a0 b0'),
      hi: input(UInt(2 * p.upper), 'a1 b1'),
      d: input(UInt(2 * p.split), '|a1 - a0| |b1 - b0|'),
      add: input(Bool, 'd counts positive'),
      product: output(UInt(width), 'a b'),
    });
    const { lo, hi, d, add } = io;
    const both = lo.resize(2 * p.split + 1).addWrap(hi.resize(2 * p.split + 1));
    m.assert(
      'middle_not_negative',
      io.valid
        .not()
        .or(add)
        .or(both.ge(d.resize(both.width))),
    );

    const stages = new Stages(m, p.registers);
    const entered = stages.enter({ lo, hi, d, add });
    const rest = width - p.split;
    const subtract = entered.add.not();
    // -d = ~d + 1: the 1 goes into the free place of a row of carries.
    const { signed } = stages.name({ signed: entered.d.resize(rest).xor(subtract.replicate(rest)) });
    const ends: Signal = entered.hi.concat(entered.lo.high(p.split));
    const { outer } = stages.name({ outer: ends });
    const first = carrySave(outer, entered.lo.resize(rest), entered.hi.resize(rest));
    const { both_sum, both_carry } = stages.name({ both_sum: first.sum, both_carry: first.carries });
    const { both_carries } = stages.name({ both_carries: both_carry.high(rest - 1).concat(subtract) });
    const second = carrySave(both_sum, both_carries, signed);
    const { all_sum, all_carries } = stages.name({ all_sum: second.sum, all_carries: second.carries });
    const blocks = blockSums(stages, 'sum', all_sum, all_carries);
    const { sum } = resolve(stages, 'sum', blocks, 0);
    const low = entered.lo.trunc(p.split);
    const level = stages.level({ sum, low });
    const { product } = stages.leave({ product: level.sum.concat(level.low) });
    io.product.assign(product);
    return io;
  },
  { doc: 'Interpolation for a subtractive Toom-2 product.' },
);
