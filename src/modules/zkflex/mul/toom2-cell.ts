// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { delayed, validAfter } from '../arith/delay.ts';
import { Registers } from '../arith/stages.ts';
import { leaf } from './leaf.ts';
import { toom2Combine, toom2Evaluate, toom2Latency } from './toom2.ts';

export const Toom2CellParams = z.strictObject({
  width: z.int().min(3).max(520).describe('Bits of an operand; the lower half has one more when it is odd.'),
  leafStages: z.int().min(1).max(4).describe('Registers of a leaf.'),
  combine: Registers.describe('Registers of the interpolation.'),
  word: z.int().min(0).max(512).default(0).describe('Bits of words that the leaves multiply besides; 0: none.'),
});
export type Toom2CellParams = z.output<typeof Toom2CellParams>;

/** Bits of the lower half: the width of all leaves. */
export const splitOf = ({ width }: Pick<Toom2CellParams, 'width'>): number => Math.ceil(width / 2);

/** Cycles from operands to the products of the leaves. */
export const leafLatency = ({ leafStages }: Pick<Toom2CellParams, 'leafStages'>): number => 1 + leafStages;

/** Cycles from operands to their product. */
export const cellLatency = (p: Pick<Toom2CellParams, 'leafStages' | 'combine'>): number =>
  leafLatency(p) + toom2Latency(p.combine);

/**
 * Multiplier cell: one subtractive Toom-2 over three leaves (paper 4.1, M131).
 *
 * Law: product = a b of cellLatency cycles earlier. In cycles with `raw` the leaves multiply three pairs of words instead: the low bits of the
 * lower halves, of the upper halves, and of `third`; their products are `words`, in this order, leafLatency cycles later. Shapes: operands
 * `width` bits, product twice as many; words `word` bits, their products twice as many. New operands every cycle, from registers.
 */
export const toom2Cell = block(
  'toom2_cell',
  Toom2CellParams,
  (m, p) => {
    const split = splitOf(p);
    const operand = UInt(p.width);
    const io = m.ports({
      valid: input(Bool, 'operands of a product'),
      a: input(operand, 'factor'),
      b: input(operand, 'factor'),
      product: output(UInt(2 * p.width), 'a b'),
      raw: input(UInt(Math.min(1, p.word)), 'a, b and third are words'),
      third: { a: input(UInt(p.word), 'third word'), b: input(UInt(p.word), 'third word') },
      words: output(Vec(3, UInt(2 * p.word)), 'products of words'),
    });
    const halves = (x: Signal) => ({ low: x.trunc(split), high: x.slice(p.width - 1, split).resize(split) });
    const limbs = { a: halves(io.a), b: halves(io.b) };
    const evaluate = toom2Evaluate({ limb: split, registers: 'none' });
    const { difference_a, difference_b } = m.instances({ difference_a: evaluate, difference_b: evaluate });
    difference_a.high.assign(limbs.a.high);
    difference_a.low.assign(limbs.a.low);
    difference_b.high.assign(limbs.b.high);
    difference_b.low.assign(limbs.b.low);
    const raw = io.raw.orR();
    const half = UInt(split);
    const operands = m.regs({ low_a: half, low_b: half, high_a: half, high_b: half, middle_a: half, middle_b: half });
    operands.low_a.next(limbs.a.low);
    operands.low_b.next(limbs.b.low);
    operands.high_a.next(limbs.a.high);
    operands.high_b.next(limbs.b.high);
    operands.middle_a.next(raw.mux(io.third.a.resize(split), difference_a.difference));
    operands.middle_b.next(raw.mux(io.third.b.resize(split), difference_b.difference));

    // The upper half may be shorter; its leaf is of the same kind, so that all are one module.
    const call = leaf({ width: split, stages: p.leafStages });
    const { leaf_low, leaf_high, leaf_middle } = m.instances({ leaf_low: call, leaf_high: call, leaf_middle: call });
    leaf_low.a.assign(operands.low_a);
    leaf_low.b.assign(operands.low_b);
    leaf_high.a.assign(operands.high_a);
    leaf_high.b.assign(operands.high_b);
    leaf_middle.a.assign(operands.middle_a);
    leaf_middle.b.assign(operands.middle_b);
    [leaf_low, leaf_high, leaf_middle].forEach((each, i) => io.words.at(i).assign(each.product.trunc(2 * p.word)));

    const upper = p.width - split;
    const { combine } = m.instances({ combine: toom2Combine({ split, upper, registers: p.combine }) });
    combine.lo.assign(leaf_low.product);
    combine.hi.assign(leaf_high.product.trunc(2 * upper));
    combine.d.assign(leaf_middle.product);
    const signs = difference_a.negative.xor(difference_b.negative);
    combine.add.assign(delayed(m, 'add', signs, leafLatency(p)));
    combine.valid.assign(validAfter(m, 'valid', io.valid, leafLatency(p)));
    io.product.assign(combine.product);
    return io;
  },
  { doc: 'Multiplier cell: one subtractive Toom-2 over three leaves.' },
);
