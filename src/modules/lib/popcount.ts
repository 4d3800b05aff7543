// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type Comb, input, output, UInt } from '../../dsl/index.ts';
import { type Bounded, sumBounded } from './adder-tree.ts';
import { join } from './join.ts';
import { bitsFor } from './widths.ts';

/**
 * Number of ones of x, 0 .. w in bitsFor(w) bits (none for w = 0). Two levels of 6-bit counters, then exact adders: deeper counter
 * trees save nothing and keep technology mapping busy for minutes. 32 LUTs for 32 bits, 326 for 256.
 */
export function popcount<V extends Comb<V>>(x: Comb<V>): V {
  const counts = sixes(x.toBits()).map((bits) => countSix(bits));
  const terms = [0, 1, 2].flatMap((weight) => {
    const column = counts.flatMap((digits) => digits.slice(weight, weight + 1));
    return sixes(column).map((bits): Bounded<V> => {
      const value = join(x, [x.constant(0n, weight), ...countSix(bits)]);
      return { value, least: 0n, most: BigInt(bits.length << weight) };
    });
  });
  const [first] = terms;
  return first === undefined
    ? x.constant(0n, 0)
    : sumBounded<V>([first, ...terms.slice(1)]).value.low(bitsFor(x.width));
}

function sixes<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / 6) }, (_, i) => items.slice(6 * i, 6 * i + 6));
}

/**
 * Number of ones among 1 to 6 bits, least significant bit first. Each of the 3 results is a function of 6 inputs, that is one LUT6:
 * three LUTs take three bits away, the best ratio of all small counters.
 */
function countSix<V extends Comb<V>>(bits: readonly V[]): V[] {
  const [a, b, c, d, e, f] = bits;
  if (a === undefined || b === undefined) return [...bits];
  const [sumLow, carryLow] = add(a, b, c);
  if (d === undefined) return [sumLow, carryLow];
  const [sumHigh, carryHigh] = e === undefined ? [d, undefined] : add(d, e, f);
  const [sum, carry] = add(sumLow, sumHigh, undefined);
  return [sum, ...(carryHigh === undefined ? add(carryLow, carry, undefined) : add(carryLow, carryHigh, carry))];
}

/** Half or full adder. */
function add<V extends Comb<V>>(a: V, b: V, c: V | undefined): [sum: V, carry: V] {
  const half = a.xor(b);
  return c === undefined ? [half, a.and(b)] : [half.xor(c), a.and(b).or(c.and(half))];
}

export const PopcountParams = z.strictObject({
  width: z.int().min(1).max(4096).describe('Bits of x. 1: the count is x.'),
});

/**
 * Population count: number of ones of a word.
 *
 * Law: count = sum of x[i]. Shapes: x `width`, count bitsFor(width) = floor(log2(width)) + 1 bits. Combinational: latency 0. Source of
 * the 6:3 counters: T. B. Preusser, "Generic and universal parallel matrix summation with a flexible compression goal
 * for Xilinx FPGAs", FPL 2017.
 */
export const popcountBlock = block(
  'popcount',
  PopcountParams,
  (m, { width }) => {
    const io = m.ports({
      x: input(UInt(width), 'word to count'),
      count: output(UInt(bitsFor(width)), 'number of ones'),
    });
    io.count.assign(popcount(io.x));
    return io;
  },
  { doc: 'Number of ones of a word. Combinational: 6-bit counters, then adders.' },
);
