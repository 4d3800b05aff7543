// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { bounded, sumBounded } from '../../lib/adder-tree.ts';
import { join } from '../../lib/join.ts';
import { clog2 } from '../../lib/widths.ts';
import { accumulatorBits } from './sdue.types.ts';

export const DpuParams = z.strictObject({
  lanes: z.int().min(4).max(256).describe('L: multipliers; a power of two'),
  slots: z.int().min(1).max(4).describe('M: weight columns a lane of the array holds in a pass'),
});

/** Cycles from operands (`run`) to the cycle in which their sum is accumulated: multiplexers, products, two of the tree. */
export const dpuLatency = 4;

/**
 * Dot-product unit of the array (paper 4 "SDUE"): L multipliers with their multiplexers, adder tree, accumulator, and its word of the
 * buffer that the drain reads.
 *
 * Law: operands of a cycle with `run`: input x = crossed ? other : own, and for each lane l weight w[l] = byte l of
 * weights[slot | lane_slots[l]] (`slot` chooses in OSPARSE, `lane_slots` in K-merge; the other one is 0). Four cycles later
 * accumulator = (first ? 0 : accumulator) + sum over l of x[l] * w[l], `first` being given in that later cycle. `capture` puts the
 * accumulator as it is into `result`. Without `run` nothing moves, so idle units burn no power.
 *
 * Shapes: x, w words of L signed bytes, lane 0 lowest; lane_slots bit planes of L bits; sums 32 bits, exact as K < 2^17. One set of
 * operands a cycle. Paths: two multiplexers in one or two LUT levels; 8 x 8 product; half of the adder levels; 32-bit adder. Data registers
 * have no reset, and the run bits need none: the array gives `run` = 0 for longer than the pipeline is.
 */
export const dpu = block(
  'dpu',
  DpuParams,
  (m, p) => {
    const word = UInt(8 * p.lanes);
    const io = m.ports({
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
    });
    const lanes = Array.from({ length: p.lanes }, (_, l) => l);
    const byteOf = (of: Signal, l: number): Signal => of.slice(8 * l + 7, 8 * l).asSInt();
    const named = <V>(prefix: string, make: (l: number) => V): Record<string, V> =>
      Object.fromEntries(lanes.map((l) => [`${prefix}_${l}`, make(l)]));

    const runs = m.regs({ run_1: Bool, run_2: Bool, run_3: Bool, run_4: Bool });
    runs.run_1.next(io.run);
    runs.run_2.next(runs.run_1);
    runs.run_3.next(runs.run_2);
    runs.run_4.next(runs.run_3);

    // Multiplexers.
    const { x } = m.regs({ x: word });
    const weights = m.regs(named('w', () => SInt(8)));
    m.when(io.run, () => {
      x.next(io.crossed.mux(io.other, io.own));
      for (const l of lanes) {
        const slot = join(
          io.slot,
          io.lane_slots.map((plane, b) => plane.bit(l).or(io.slot.bit(b))),
        );
        weights[`w_${l}`]!.next(slot.pick(io.weights.map((of) => byteOf(of, l))));
      }
    });

    // Products, and two halves of the adder tree.
    const products = m.regs(named('product', () => SInt(16)));
    m.when(runs.run_1, () => {
      for (const l of lanes) products[`product_${l}`]!.next(byteOf(x, l).mul(weights[`w_${l}`]!));
    });
    const levels = clog2(p.lanes);
    const half = Math.ceil(levels / 2);
    const sum = sumBounded<Signal>(
      lanes.map((l) => bounded<Signal>(products[`product_${l}`]!)),
      (sums, level) => {
        if (level !== half && level !== levels) return sums;
        const types = sums.map(({ value }, i) => [`sum_${level}_${i}`, SInt(value.width)] as const);
        const held = m.regs(Object.fromEntries(types));
        return sums.map(({ value, ...range }, i) => {
          const reg = held[`sum_${level}_${i}`]!;
          m.when(level === half ? runs.run_2 : runs.run_3, () => reg.next(value as Signal));
          return { ...range, value: reg };
        });
      },
    );

    const { accumulator, captured } = m.regs({ accumulator: SInt(accumulatorBits), captured: SInt(accumulatorBits) });
    m.when(runs.run_4, () => {
      const before = io.first.mux(m.lit(0, SInt(accumulatorBits)), accumulator);
      accumulator.next(before.addWrap(sum.value.resize(accumulatorBits)));
    });
    m.when(io.capture, () => captured.next(accumulator));
    io.result.assign(captured);
    return io;
  },
  { doc: 'Dot-product unit of the array: weight and input multiplexers, products, adder tree, accumulator.' },
);
