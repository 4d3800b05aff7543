// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Ports,
  type Signal,
  SInt,
  UInt,
  Vec,
} from '../../../dsl/index.ts';
import { type AfterLevel, bounded, sumBounded } from '../../lib/adder-tree.ts';
import { clog2 } from '../../lib/widths.ts';
import { accumulatorBits } from './sdue.types.ts';

type Bit = Signal<typeof Bool>;

export const DpuParams = z.strictObject({
  lanes: z.int().min(4).max(256).describe('L: multipliers; a power of two'),
  slots: z.int().min(1).max(4).describe('M: weight columns a lane of the array holds in a pass'),
});
type DpuParams = z.output<typeof DpuParams>;

/** Cycles from operands (`run`) to the cycle in which their sum is accumulated: multiplexers, products, two of the tree. */
export const dpuLatency = 4;

const dpuPorts = (p: DpuParams) => {
  const word = UInt(8 * p.lanes);
  return {
    active: input(Bool, '0: nothing in the array moves'),
    run: input(Bool, 'operands are for this unit'),
    own: input(word, 'input word of this row'),
    other: input(word, 'input word of the row that cv names'),
    crossed: input(Bool, 'the other row is meant (xs)'),
    weights: input(Vec(p.slots, word), 'weight word of each slot'),
    slot: input(UInt(clog2(p.slots)), 'slot of all lanes (ws); 0 in K-merge'),
    lane_slots: input(Vec(clog2(p.slots), UInt(p.lanes)), 'bit planes: slot of each lane in K-merge, else 0'),
    first: input(Bool, 'with the sum: it is the first of a pass'),
    capture: input(Bool, 'the accumulator is complete'),
    result: output(SInt(accumulatorBits), 'total of the pass captured last'),
  };
};
type DpuPorts = Ports<ReturnType<typeof dpuPorts>>;

/**
 * Dot-product unit of the array (paper 4 "SDUE"): L multipliers with their multiplexers, adder tree, accumulator, and its word of the
 * buffer that the drain reads.
 *
 * Law: operands of a cycle with `run`: input x = crossed ? other : own, and for each lane l weight w[l] = byte l of
 * weights[slot | lane_slots[l]] (`slot` chooses in OSPARSE, `lane_slots` in K-merge; the other one is 0). Four cycles later
 * accumulator = (first ? 0 : accumulator) + sum over l of x[l] * w[l], `first` being given in that later cycle. `capture` puts the
 * accumulator as it is into `result`. `active` is 1 from a beat's operands to its sum and with `capture`: it enables the clock of the
 * whole unit, `run` that of the stages one by one.
 *
 * Shapes: x, w words of L signed bytes, lane 0 lowest; lane_slots bit planes of L bits; sums 32 bits, exact as K < 2^17. One set of
 * operands a cycle. Paths: two multiplexers in two LUT levels; 8 x 8 product; half of the adder levels; 32-bit adder. No register has a
 * reset: what the run bits hold at first is through before the first sum, and that one begins the accumulator anew.
 */
export const dpu = block(
  'dpu',
  DpuParams,
  (m, p) => {
    const io = m.ports(dpuPorts(p));
    const { accumulator, captured } = m.regs({ accumulator: SInt(accumulatorBits), captured: SInt(accumulatorBits) });
    m.when(io.active, () => {
      const { multiplies, adds, sums, accumulates } = m.regs({
        multiplies: Bool,
        adds: Bool,
        sums: Bool,
        accumulates: Bool,
      });
      multiplies.next(io.run);
      adds.next(multiplies);
      sums.next(adds);
      accumulates.next(sums);

      const { x, w } = describeMultiplexers(m, p, io);
      const products = m.regs(byLane(p, 'product', () => SInt(16)));
      m.when(multiplies, () => {
        for (let l = 0; l < p.lanes; l++) products[`product_${l}`]!.next(byteOf(x, l).mul(w[`w_${l}`]!));
      });
      const sum = describeTree(m, Object.values(products), adds, sums);

      m.when(accumulates, () => {
        const before = io.first.mux(m.lit(0, SInt(accumulatorBits)), accumulator);
        accumulator.next(before.addWrap(sum.resize(accumulatorBits)));
      });
      m.when(io.capture, () => captured.next(accumulator));
    });
    io.result.assign(captured);
    return io;
  },
  { doc: 'Dot-product unit of the array: weight and input multiplexers, products, adder tree, accumulator.' },
);

const byteOf = (of: Signal, l: number): Signal => of.slice(8 * l + 7, 8 * l).asSInt();

const byLane = <V>({ lanes }: DpuParams, name: string, make: () => V): Record<string, V> =>
  Object.fromEntries(Array.from({ length: lanes }, (_, l) => [`${name}_${l}`, make()]));

/** The choice whose number has these bits, lowest first: an expression that costs nothing where nobody wants it. */
function choose(bits: readonly Signal[], choices: readonly Signal[]): Signal {
  const half = 2 ** (bits.length - 1);
  if (choices.length === 1) return choices[0]!;
  const low = choose(bits.slice(0, -1), choices.slice(0, half));
  return choices.length <= half ? low : bits.at(-1)!.mux(choose(bits.slice(0, -1), choices.slice(half)), low);
}

/** Input word and weight of each lane, in registers. */
function describeMultiplexers(m: ModuleBuilder, p: DpuParams, io: DpuPorts) {
  const { x } = m.regs({ x: io.own.type });
  const w = m.regs(byLane(p, 'w', () => SInt(8)));
  m.when(io.run, () => {
    x.next(io.crossed.mux(io.other, io.own));
    for (let l = 0; l < p.lanes; l++) {
      const slot = io.lane_slots.map((plane, b): Signal => plane.bit(l).or(io.slot.bit(b)));
      const bytes = io.weights.map((of) => byteOf(of, l));
      w[`w_${l}`]!.next(choose(slot, bytes));
    }
  });
  return { x, w };
}

/** Adder tree with registers at half its height and at its end. */
function describeTree(m: ModuleBuilder, terms: readonly Signal[], atHalf: Bit, atEnd: Bit): Signal {
  const levels = clog2(terms.length);
  const half = Math.ceil(levels / 2);
  const after: AfterLevel<Signal> = (sums, level) => {
    if (level !== half && level !== levels) return sums;
    const types = sums.map(({ value }, i) => [`sum_${level}_${i}`, SInt(value.width)] as const);
    const held = Object.values(m.regs(Object.fromEntries(types)));
    m.when(level === half ? atHalf : atEnd, () => held.forEach((reg, i) => reg.next(sums[i]!.value as Signal)));
    return sums.map((sum, i) => ({ ...sum, value: held[i]! }));
  };
  const sum = sumBounded<Signal>(
    terms.map((term) => bounded<Signal>(term)),
    after,
  );
  return sum.value as Signal;
}
