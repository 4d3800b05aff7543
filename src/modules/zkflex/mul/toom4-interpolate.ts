// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { addSubtract } from '../arith/carry-save.ts';
import { divideByConstant } from '../arith/divide-by-constant.ts';
import { Registers, Stages, stagesOf } from '../arith/stages.ts';
import { sumRows, sumRowsCuts } from './sum-rows.ts';
import { fit } from '../../lib/fit.ts';

/** Cycles of `toom4_interpolate`: 19 cuts until r1 is there, then the sum of seven rows. */
export const toom4InterpolateLatency = (registers: Registers): number => stagesOf(registers, 19 + sumRowsCuts(7));

export const Toom4InterpolateParams = z.strictObject({
  limb: z.int().min(2).max(256).describe('L: bits of a limb.'),
  registers: Registers,
});

type Bit = Signal<typeof Bool>;

/**
 * Interpolation for Toom-4 from the products at 0, 1, -1, 2, -2, 1/2 and infinity, r0 .. r6 the coefficients.
 *
 * Law: product = a b when the w are the products of the evaluations; add1, add2: the products at -1, -2 are negative. `valid` says that they are so, for the
 * assertions. Even coefficients come from the even parts at 1 and 2 with one division by 3, odd ones from the odd parts and the value at 1/2 with
 * three divisions by 3 and one by 5; no intermediate is negative. Shapes: w0, w6 2L bits, others 2L+8, product 8L. Latency toom4InterpolateLatency;
 * new products every cycle. Source: points and divisors of paper 3.3; the sequence is ours.
 */
export const toom4Interpolate = block(
  'toom4_interpolate',
  Toom4InterpolateParams,
  (m, p) => {
    const two = 2 * p.limb;
    const w = two + 8;
    const io = m.ports({
      valid: input(Bool, 'products belong together'),
      w0: input(UInt(two), 'product at 0'),
      w1: input(UInt(w), 'product at 1'),
      wm1: input(UInt(w), 'absolute product at -1'),
      w2: input(UInt(w), 'product at 2'),
      wm2: input(UInt(w), 'absolute product at -2'),
      wh: input(UInt(w), '64 times the product at 1/2'),
      w6: input(UInt(two), 'product at infinity'),
      add1: input(Bool, 'the product at -1 is negative'),
      add2: input(Bool, 'the product at -2 is negative'),
      product: output(UInt(8 * p.limb), 'a b'),
    });
    const stages = new Stages(m, p.registers);
    const { valid, w0, w1, wm1, w2, wm2, wh, w6, add1, add2 } = stages.enter({
      valid: io.valid,
      w0: io.w0,
      w1: io.w1,
      wm1: io.wm1,
      w2: io.w2,
      wm2: io.wm2,
      wh: io.wh,
      w6: io.w6,
      add1: io.add1,
      add2: io.add2,
    });
    const check = (name: string, holds: Bit): void => {
      const level = stages.pipe.outputs({ valid, holds });
      m.assert(name, level.valid.not().or(level.holds));
    };
    const wide = (x: Signal): Signal => x.resize(w);
    /** x - y of one stage, with a cut behind it. */
    const less = (name: string, given: Signal, taken: Signal): Signal => {
      const level = stages.level({ [`${name}_from`]: given, [`${name}_taken`]: taken });
      const [x, y] = [level[`${name}_from`]!, level[`${name}_taken`]!];
      check(`${name}_not_negative`, x.ge(y));
      return stages.cut({ [name]: x.subWrap(y) })[name]!;
    };
    /** An exact quotient, with the two cuts of a division. */
    const divided = (name: string, x: Signal, divisor: 3 | 5): Signal => {
      const { quotient, remainder } = divideByConstant(stages, x, divisor, name);
      check(`${name}_divisible`, remainder.eq(0));
      return stages.cut({ [name]: quotient.resize(w) })[name]!;
    };

    const first = stages.cut({
      even1: addSubtract(w1, wm1, add1).shr(1),
      odd1: addSubtract(w1, wm1, add1.not()).shr(1),
      even2: addSubtract(w2, wm2, add2).shr(1),
      odd2: addSubtract(w2, wm2, add2.not()).shr(2),
      ends1: wide(w0).addWrap(wide(w6)),
      ends2: wide(w0).addWrap(wide(w6).shl(6)),
      endsHalf: wide(w0).shl(6).addWrap(wide(w6)),
    });
    const evenA = less('even_a', first.even1, first.ends1);
    const evenB = less('even_b', first.even2, first.ends2).shr(2);
    const r4 = divided('r4', less('even_d', evenB, evenA), 3);
    const r2 = less('r2', evenA, r4);

    const oddA = divided('odd_a', less('odd_d', first.odd2, first.odd1), 3);
    const withoutEnds = less('without_ends', wh, first.endsHalf);
    const mixed = stages.level({ r2, r4 });
    const { evenPart } = stages.cut({ evenPart: mixed.r2.shl(4).addWrap(mixed.r4.shl(2)) });
    const half = less('half', withoutEnds, evenPart).shr(1);
    const oddB = divided('odd_b', less('odd_e', first.odd1.shl(4), half), 3);
    const r3 = divided('r3', less('odd_f', oddB, oddA), 3);
    const r5 = divided('r5', less('odd_g', oddA, r3), 5);
    const others = stages.level({ r3, r5 });
    const { rest } = stages.cut({ rest: others.r3.addWrap(others.r5) });
    const r1 = less('r1', first.odd1, rest);

    const all = stages.level({ r0: wide(w0), r1, r2, r3, r4, r5, r6: wide(w6) });
    const total = 8 * p.limb;
    const rows = Object.values(all).map((r, i): Signal => {
      const room = total - i * p.limb;
      return fit(r, room).concat(r.constant(0n, i * p.limb));
    });
    const { product } = stages.leave({ product: sumRows(stages, rows) });
    io.product.assign(product);
    return io;
  },
  { doc: 'Interpolation for a Toom-4 product: divisions by 3 and 5, no negative intermediate.' },
);
