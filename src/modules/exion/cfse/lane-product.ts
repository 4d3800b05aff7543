// SPDX-License-Identifier: Apache-2.0
import { type ModuleBuilder, type Pipeline, type Signal, SInt, type View } from '../../../dsl/index.ts';
import type { laneModeType } from './cfse.types.ts';

/** What enters a lane with a column, in stage 0. */
interface Operands {
  /** OMEM, 32 bits. */
  readonly stored: Signal;
  /** The int16 tensor at srcA. */
  readonly loaded: Signal;
  readonly b: Signal;
  readonly p: Signal;
  readonly kept: Signal;
  /** Offset of the column. */
  readonly offset: Signal;
}

/** What is constant, or comes at its own stage. */
interface Surroundings {
  readonly mode: View<typeof laneModeType>;
  readonly keep: Signal;
  /** D. */
  readonly length: Signal;
  /** In stage 2. */
  readonly gain: Signal;
  readonly largest: Signal;
  readonly minusSum: Signal;
  readonly inverse: Signal;
}

/**
 * First half of a lane, stages 0 to 6: the sum and the wide product.
 *
 *     1  operands; x = B, and its factor: keep (AXPY), x (statistics of LN) or D
 *     2  left + A or left - A, 33 bits;  x * factor, two products of 16 x 18 and 16 x 16 bits
 *     3  w = that + P, or D x - S1, 34 bits;  g: gain or inverse, 19 bits
 *     4  w * g, two products of 18 x 19 and 17 x 19 bits
 *     5  each plus its half of x * keep (AXPY), as the adder behind a DSP multiplier does
 *     6  both halves together, 50 bits: no kind gets beyond 2^49
 */
export function describeProduct(m: ModuleBuilder, pipe: Pipeline, given: Operands, around: Surroundings) {
  const { mode, keep, length, gain } = around;
  const entered = pipe.inputs({ ...given });
  const x = entered.b.trunc(16);
  const ownFactor = mode.statistics.mux(x.resize(18), positive(length, 18));
  const first = pipe.regs({
    a: mode.from_scratch.mux(entered.loaded.resize(32), entered.stored),
    left: mode.left.pick([entered.offset, m.lit(0, SInt(32)), entered.b, around.largest]),
    p: mode.add.mux(entered.p, 0),
    x,
    factor: mode.axpy.mux(positive(keep.low(17), 18), ownFactor),
    kept: entered.kept,
  });
  const second = pipe.regs({
    u: addOrSubtract(first.left, first.a, mode.subtract),
    low_part: first.x.mul(first.factor),
    high_part: first.x.mul(positive(keep.high(15), 16)),
  });
  const { p } = pipe.delayTo({ p: first.p }, 2);
  const base = mode.norm.mux(second.low_part, second.u.resize(34));
  const change = mode.norm.mux(around.minusSum.resize(34), p.resize(34));
  const third = pipe.regs({
    w: base.addWrap(change),
    low_added: mode.axpy.mux(second.low_part, 0),
    high_added: mode.axpy.mux(second.high_part, 0),
  });
  // Its inputs come from outside in stage 2.
  const { g } = m.regs({ g: SInt(19) });
  const ownGain = mode.axpy.mux(gain.asSInt().resize(19), positive(gain, 19));
  g.next(mode.norm.mux(positive(around.inverse, 19), ownGain));
  const fourth = pipe.regs({
    low_product: positive(third.w.low(17), 18).mul(g),
    high_product: third.w.high(17).asSInt().mul(g),
  });
  const late = pipe.delayTo({ low_added: third.low_added, high_added: third.high_added }, 4);
  const fifth = pipe.regs({
    low_sum: fourth.low_product.addFull(late.low_added),
    high_sum: fourth.high_product.addFull(late.high_added),
  });
  const upper = fifth.low_sum.slice(37, 17).asSInt().resize(33).addWrap(fifth.high_sum.trunc(33));
  const { product } = pipe.regs({ product: upper.concat(fifth.low_sum.low(17)).asSInt() });
  return { first, second, w: third.w, product };
}

/** An unsigned value as a signed one. */
export function positive(x: Signal, width: number): Signal {
  return x.resize(width).asSInt();
}

/** left + a or left - a with one carry chain: the carry enters below. */
function addOrSubtract(left: Signal, a: Signal, subtract: Signal): Signal {
  const one = left.concat(left.constant(1n, 1)).asSInt();
  const other = a.asUInt().xor(subtract.replicate(32)).concat(subtract).asSInt();
  return one.addFull(other).slice(33, 1).asSInt();
}
