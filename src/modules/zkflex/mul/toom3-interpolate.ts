// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { addSubtract, carrySave } from '../arith/carry-save.ts';
import { blockSums, resolve } from '../arith/carry-select.ts';
import { divideByConstant } from '../arith/divide-by-constant.ts';
import { Registers, Stages, stagesOf } from '../arith/stages.ts';

/** Cycles of `toom3_interpolate`. */
export const toom3InterpolateLatency = (registers: Registers): number => stagesOf(registers, 6);

type Bit = Signal<typeof Bool>;

export const Toom3InterpolateParams = z.strictObject({
  limb: z.int().min(2).max(512).describe('L: bits of a limb.'),
  registers: Registers,
});

/**
 * Interpolation for Toom-3 from the products at 0, 1, -1, 2 and infinity.
 *
 * Law: product = a b when w0 .. winf are the products of the evaluations of a and b and add = (a(-1) < 0) != (b(-1) < 0). `valid` says
 * that they are so, for the assertions. Shapes: w0, winf 2L bits, w1 2L+4, wm 2L+2, w2 2L+6, product 6L. Latency toom3InterpolateLatency:
 * none 0, output 1, all 7; new products every cycle. With all cuts: differences; residues and their prefix; quotient by 3; r3; r1;
 * carry-save and sums of blocks; carries. Source: paper 3.3, where no intermediate is negative.
 */
export const toom3Interpolate = block(
  'toom3_interpolate',
  Toom3InterpolateParams,
  (m, p) => {
    const two = 2 * p.limb;
    const io = m.ports({
      valid: input(Bool, 'products belong together'),
      w0: input(UInt(two), 'product at 0'),
      w1: input(UInt(two + 4), 'product at 1'),
      wm: input(UInt(two + 2), 'absolute product at -1'),
      w2: input(UInt(two + 6), 'product at 2'),
      winf: input(UInt(two), 'product at infinity'),
      add: input(Bool, 'the product at -1 is negative'),
      product: output(UInt(3 * two), 'a b'),
    });
    const stages = new Stages(m, p.registers);
    const { valid, w0, w1, wm, w2, winf, add } = stages.enter({
      valid: io.valid,
      w0: io.w0,
      w1: io.w1,
      wm: io.wm,
      w2: io.w2,
      winf: io.winf,
      add: io.add,
    });
    /** An assertion about values of one stage, with the valid of that stage. */
    const check = (name: string, holds: Bit): void => {
      const level = stages.pipe.outputs({ valid, holds });
      m.assert(name, level.valid.not().or(level.holds));
    };

    const subtract = add.not();
    const atOne = addSubtract(w1, wm.resize(two + 4), subtract);
    check('difference_not_negative', add.or(w2.ge(wm.resize(two + 6)).and(w1.ge(wm.resize(two + 4)))));
    check('even_difference', atOne.bit(0).not());
    check('u1_fits', atOne.msb().not());
    const { d, u1, u2 } = stages.cut({
      d: addSubtract(w2, wm.resize(two + 6), subtract),
      u1: atOne.slice(two + 2, 1),
      u2: w1.subWrap(w0.resize(two + 4)).trunc(two + 3),
    });

    // Beside the division by 3: what its quotient, and what u2 lose next.
    const at2 = stages.level({ u1, u2, winf });
    const { quotient, remainder } = stages.name(divideByConstant(stages, d, 3));
    check('divisible_by_3', remainder.eq(0));
    check('quotient_fits', quotient.msb().not());
    const beside = stages.cut({
      ofQuotient: at2.u2.resize(two + 4).addWrap(at2.winf.resize(two + 4).shl(2)),
      ofU2: at2.u1.addFull(at2.winf),
    });
    const at3 = stages.level({ u2, ofU2: beside.ofU2 });
    check('r2_not_negative', at3.u2.ge(at3.ofU2));
    const { q, r2 } = stages.cut({ q: quotient.trunc(two + 4), r2: at3.u2.subWrap(at3.ofU2).trunc(two + 2) });

    const at4 = stages.level({ q, taken: beside.ofQuotient });
    const twiceR3 = at4.q.subWrap(at4.taken);
    check('even_r3', twiceR3.bit(0).not());
    check('r3_not_negative', at4.q.ge(at4.taken));
    const { r3 } = stages.cut({ r3: twiceR3.slice(two + 1, 1) });

    const at5 = stages.level({ u1, r3: r3.resize(two + 2) });
    check('r1_not_negative', at5.u1.ge(at5.r3));
    const { r1 } = stages.cut({ r1: at5.u1.subWrap(at5.r3).trunc(two + 1) });

    const all = stages.level({ r1, r3, r2, w0, winf });
    const rows = overlapping(p.limb, all);
    const saved = carrySave(rows.even, rows.odd, rows.spill);
    const blocks = blockSums(stages, 'sum', saved.sum, saved.carries);
    const { sum } = resolve(stages, 'sum', blocks, 0);
    const level = stages.level({ sum, low: all.w0.trunc(p.limb) });
    const { product } = stages.leave({ product: level.sum.concat(level.low) });
    io.product.assign(product);
    return io;
  },
  {
    doc: 'Interpolation for a Toom-3 product: two shifts, an exact division by 3, six subtractions, one wide addition.',
  },
);

/** The coefficients at their places, from bit L up: even ones in one row, odd ones in another, bits that stick out of them in the third. */
function overlapping(L: number, c: Readonly<Record<'w0' | 'r1' | 'r2' | 'r3' | 'winf', Signal>>) {
  const zeros = (bits: number): Signal => c.w0.constant(0n, bits);
  return {
    even: c.winf.concat(c.r2.trunc(2 * L), c.w0.high(L)),
    odd: zeros(L - 1).concat(c.r3, c.r1.trunc(2 * L)),
    spill: zeros(2 * L - 2).concat(c.r2.high(2), zeros(L - 1), c.r1.msb(), zeros(2 * L)),
  };
}
