// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, type ModuleBuilder, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { delayed, validAfter } from '../arith/delay.ts';
import { toom2Combine, toom2Latency } from '../mul/toom2.ts';
import { toom3Interpolate, toom3InterpolateLatency } from '../mul/toom3-interpolate.ts';
import { cellCount, laneBits, laneCount, TCoreParams } from '../tcore.params.ts';
import { inOrder, laneProducts } from './lane-values.ts';
import { cellWidth, groupCount, type Plan, planOf } from './plan.ts';

export const ResultsParams = TCoreParams.pick({ limb: true, pipeline: true });

type Bit = Signal<typeof Bool>;

/**
 * From the products of all cells to those of the lanes: interpolation of all modes, and the choice between them.
 *
 * Law: the opposite of `tcore_operands`: `add2`, `add3`, `add6` are the exclusive or of the signs that it gave for the two factors. Lanes that a mode does
 * not have give 0 or a meaningless product. `valid` has a bit for each lane, for the assertions.
 *
 * Shapes: cells 2L+6 bits, products 12L, 6L, 6L, 4L, 4L bits, zero above 2n. Latency resultLatency; new products every cycle. The mode is constant while
 * products are in flight. Source: paper 4.1.
 */
export const tcoreResults = block(
  'tcore_results',
  ResultsParams,
  (m, p) => {
    const plan = planOf(p);
    const io = m.ports({
      mode: input(UInt(2), 'mode'),
      valid: input(UInt(laneCount), 'lanes whose products these are'),
      cells: input(Vec(cellCount, UInt(2 * cellWidth(p))), 'product of each cell'),
      add2: input(UInt(laneCount), 'signs of the middle products of two limbs'),
      add3: input(UInt(groupCount), 'signs of the products at -1'),
      add6: input(Bool, 'sign of the middle product of halves'),
      product: laneProducts(p, 'product of the lane'),
    });
    const { joined, two_limbs } = m.nets({ joined: io.mode.eq(2), two_limbs: io.mode.eq(0) });
    const cells = [...io.cells];
    const wait = toom3InterpolateLatency(plan.interpolate) + toom2Latency(plan.join) - toom2Latency(plan.combine);

    const pairs = Array.from({ length: laneCount }, (_, i) => {
      const name = `two_${i}`;
      const call = toom2Combine({ split: p.limb, upper: p.limb, registers: plan.combine });
      const two = m.instances({ [name]: call })[name]!;
      const [lo, hi, d] = cells.slice(3 * i, 3 * i + 3).map((cell) => cell.trunc(2 * p.limb));
      two.lo.assign(lo!);
      two.hi.assign(hi!);
      two.d.assign(d!);
      two.add.assign(io.add2.bit(i));
      two.valid.assign(io.valid.bit(i).and(two_limbs));
      return delayed(m, `pair_${i}`, two.product as Signal, wait);
    });

    const triples = Array.from({ length: groupCount }, (_, i) => {
      const name = `three_${i}`;
      const three = m.instances({ [name]: toom3Interpolate({ limb: p.limb, registers: plan.interpolate }) })[name]!;
      const [w0, w1, wm, w2, winf] = cells.slice(5 * i, 5 * i + 5);
      three.w0.assign(w0!.trunc(2 * p.limb));
      three.w1.assign(w1!.trunc(2 * p.limb + 4));
      three.wm.assign(wm!.trunc(2 * p.limb + 2));
      three.w2.assign(w2!);
      three.winf.assign(winf!.trunc(2 * p.limb));
      three.add.assign(io.add3.bit(i));
      three.valid.assign(joined.mux(io.valid.bit(0), io.valid.bit(i)).and(two_limbs.not()));
      return three.product;
    });
    const whole = joinHalves(m, plan, triples, io.add6, io.valid.bit(0).and(joined));
    const ready = triples.map((product, i) => delayed(m, `triple_${i}`, product, toom2Latency(plan.join)));

    inOrder(io.product).forEach((out, lane) => {
      const width = 2 * laneBits(p, lane);
      const pair = pairs[lane]!.resize(width);
      const triple = ready[lane]?.resize(width);
      const name = `product_${lane}`;
      const held = m.regs({ [name]: UInt(width) })[name]!;
      const several = lane === 0 ? joined.mux(whole, triple!) : triple;
      held.next(several === undefined ? pair : two_limbs.mux(pair, several));
      out.assign(held);
    });
    return io;
  },
  { doc: 'Interpolation: the products of all cells become those of the lanes.' },
);

/** The product of six limbs from those of the halves and of their differences. */
function joinHalves(m: ModuleBuilder, plan: Plan, triples: readonly Signal[], add: Bit, valid: Bit): Signal {
  const half = triples[0]!.width / 2;
  const latency = toom3InterpolateLatency(plan.interpolate);
  const { halves } = m.instances({ halves: toom2Combine({ split: half, upper: half, registers: plan.join }) });
  halves.lo.assign(triples[0]!);
  halves.hi.assign(triples[1]!);
  halves.d.assign(triples[2]!);
  halves.add.assign(delayed(m, 'add', add, latency));
  halves.valid.assign(validAfter(m, 'valid_halves', valid, latency));
  return halves.product;
}
