// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, type Comb, input, output, UInt } from '../../dsl/index.ts';
import { bitsFor, clog2 } from './widths.ts';

/** Where a search ended. */
export interface Found<V> {
  /** clog2(width) bits; 0 when nothing was found. */
  readonly index: V;
  /** One bit: something was found. */
  readonly valid: V;
}

/** Index of the most significant one: floor(log2(x)) for x > 0. `index` has clog2(w) bits (none for w <= 1). Depth log2(w). */
export function highestOne<V extends Comb<V>>(x: Comb<V>): Found<V> {
  return search(x, x.toBits(), 'last');
}

/** Index of the least significant one. `index` has clog2(w) bits (none for w <= 1). Depth log2(w). */
export function lowestOne<V extends Comb<V>>(x: Comb<V>): Found<V> {
  return search(x, x.toBits(), 'first');
}

/** Zeros above the most significant one, 0 .. w in bitsFor(w) bits; w when x is 0. Depth log2(w + 1). */
export function leadingZeros<V extends Comb<V>>(x: Comb<V>): V {
  // A one below the last bit ends every search, so that 0 needs no case of its own.
  return search(x, [...x.toBits().reverse(), x.constant(1n, 1)], 'first').index;
}

/** Zeros below the least significant one, 0 .. w in bitsFor(w) bits; w when x is 0. Depth log2(w + 1). */
export function trailingZeros<V extends Comb<V>>(x: Comb<V>): V {
  return search(x, [...x.toBits(), x.constant(1n, 1)], 'first').index;
}

/** A tree over the bits: the lower subtree is a power of two, so its size is the weight of one index bit. */
function search<V extends Comb<V>>(like: Comb<V>, bits: readonly V[], wanted: 'first' | 'last'): Found<V> {
  const [only] = bits;
  if (only === undefined) return { index: like.constant(0n, 0), valid: like.constant(0n, 1) };
  if (bits.length === 1) return { index: like.constant(0n, 0), valid: only };
  const weight = clog2(bits.length) - 1;
  const low = search(like, bits.slice(0, 2 ** weight), wanted);
  const high = search(like, bits.slice(2 ** weight), wanted);
  const any = low.valid.or(high.valid);
  const upper = high.index.resize(weight);
  if (wanted === 'last') return { index: high.valid.concat(high.valid.mux(upper, low.index)), valid: any };
  // An index is 0 where its half has no one, so a half of one bit adds nothing.
  const rest = bits.length - 2 ** weight === 1 ? low.index : low.valid.mux(low.index, upper);
  return { index: high.valid.and(low.valid.not()).concat(rest), valid: any };
}

export const LeadingOneParams = z.strictObject({
  width: z.int().min(1).max(4096).describe('Bits of x. 1: the index has no bits and valid is x itself.'),
  end: z.enum(['highest', 'lowest']).default('highest').describe('Which one is looked for: nearest the top or bit 0.'),
});

/**
 * Leading (or trailing) one: position of the first one from one end.
 *
 * Law: valid = (x != 0); if valid, x[index] = 1 and no bit nearer the chosen end is 1; otherwise index = 0.
 * Shapes: x `width`, index clog2(width), valid 1 bit. Combinational: latency 0, depth log2(width) nodes.
 * Source: V. G. Oklobdzija, "An algorithmic and novel design of a leading zero detector circuit", IEEE TVLSI 2(1), 1994.
 */
export const leadingOne = block(
  'leading_one',
  LeadingOneParams,
  (m, { width, end }) => {
    const io = m.ports({
      x: input(UInt(width), 'value to search'),
      index: output(UInt(clog2(width)), `position of the ${end} one, 0 when there is none`),
      valid: output(Bool, 'x has a one'),
    });
    const found = end === 'highest' ? highestOne(io.x) : lowestOne(io.x);
    io.index.assign(found.index);
    io.valid.assign(found.valid);
    return io;
  },
  { doc: 'Position of the first one from one end of a word. Combinational tree.' },
);

export const LeadingZeroParams = z.strictObject({
  width: z.int().min(1).max(4096).describe('Bits of x. 1: the count is the complement of x.'),
  end: z.enum(['highest', 'lowest']).default('highest').describe('Where the count starts: at the top or at bit 0.'),
});

/**
 * Leading (or trailing) zeros: how many zeros come before the first one from one end.
 *
 * Law: count = width when x = 0, else width-1-index of the highest one (`end` highest), or the index of the lowest one.
 * Shapes: x `width`, count bitsFor(width) bits. Combinational: latency 0, depth log2(width + 1) nodes.
 */
export const leadingZero = block(
  'leading_zero',
  LeadingZeroParams,
  (m, { width, end }) => {
    const io = m.ports({
      x: input(UInt(width), 'value to search'),
      count: output(UInt(bitsFor(width)), `zeros from the ${end} bit on, ${width} when x is 0`),
    });
    io.count.assign(end === 'highest' ? leadingZeros(io.x) : trailingZeros(io.x));
    return io;
  },
  { doc: 'Number of zeros before the first one from one end of a word. Combinational tree.' },
);
