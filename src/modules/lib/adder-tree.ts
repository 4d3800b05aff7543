// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, type Comb, input, output, type Pipeline, type Signal, SInt, UInt, Vec } from '../../dsl/index.ts';
import { bitsFor, clog2 } from './widths.ts';

/** A value with the range it is known to lie in, so that sums get no bit too many. */
export interface Bounded<V> {
  readonly value: Comb<V>;
  readonly least: bigint;
  readonly most: bigint;
}

/** A value with the full range of its type. */
export function bounded<V>(value: Comb<V>): Bounded<V> {
  const codes = 1n << BigInt(value.width);
  const least = value.signed ? -(codes / 2n) : 0n;
  return { value, least, most: value.width === 0 ? 0n : least + codes - 1n };
}

/** Bits of the narrowest type of this signedness that holds least .. most. */
export function rangeWidth(least: bigint, most: bigint, signed: boolean): number {
  if (!signed || (least === 0n && most === 0n)) return bitsFor(most);
  return 1 + Math.max(bitsFor(most), bitsFor(-least - 1n));
}

/** What happens to the partial sums after level 1, 2 .. `levels`: nothing, or registers. */
export type AfterLevel<V> = (sums: readonly Bounded<V>[], level: number) => readonly Bounded<V>[];

/**
 * Exact sum of one or more terms of equal signedness, added by pairs: ceil(log2 n) levels. Each partial sum has the
 * fewest bits for its range: n unsigned terms of w bits end at bitsFor(n * (2^w - 1)), signed ones at w + clog2(n) bits.
 */
export function sumBounded<V extends Comb<V>>(terms: readonly Bounded<V>[], after?: AfterLevel<V>): Bounded<V> {
  let sums = terms;
  for (let level = 1; sums.length > 1; level++) {
    const pairs = Array.from({ length: Math.ceil(sums.length / 2) }, (_, i) => sums.slice(2 * i, 2 * i + 2));
    const added = pairs.map(([a, b]) => (b === undefined ? a! : addBounded(a!, b)));
    sums = after?.(added, level) ?? added;
  }
  return sums[0]!;
}

/** Exact sum of the terms; see `sumBounded`. */
export function adderTree<V extends Comb<V>>(terms: readonly Comb<V>[]): V {
  const sum = sumBounded<V>(terms.map((term) => bounded(term)));
  return sum.value.resize(sum.value.width);
}

export function addBounded<V extends Comb<V>>(a: Bounded<V>, b: Bounded<V>): Bounded<V> {
  const least = a.least + b.least;
  const most = a.most + b.most;
  const width = Math.max(rangeWidth(least, most, a.value.signed), a.value.width, b.value.width);
  return { value: a.value.resize(width).addWrap(b.value.resize(width)), least, most };
}

/** `sumBounded` with registers `<pipeline>_l<level>_<i>` after every `every`-th level and after the last one. */
export function pipelinedSum(pipeline: Pipeline, terms: readonly Bounded<Signal>[], every: number): Bounded<Signal> {
  const levels = clog2(terms.length);
  return sumBounded<Signal>(terms, (sums, level) => {
    if (every === 0 || (level % every !== 0 && level !== levels)) return sums;
    const named = sums.map((sum, i) => [`l${level}_${i}`, sum.value as Signal] as const);
    const held = Object.values(pipeline.regs(Object.fromEntries(named)));
    return sums.map((sum, i) => ({ ...sum, value: held[i]! }));
  });
}

/** Register levels of `pipelinedSum`, in cycles. */
export function sumLatency(terms: number, every: number): number {
  return every === 0 ? 0 : Math.ceil(clog2(terms) / every);
}

export const AdderTreeParams = z.strictObject({
  terms: z.int().min(1).max(1024).describe('Number of terms. 1: the sum is the term, latency 0.'),
  width: z.int().min(1).max(256).describe('Bits of a term.'),
  signed: z.boolean().default(false).describe("Terms and sum are two's complement."),
  every: z.int().min(0).max(10).default(0).describe('Adder levels between registers. 0: combinational.'),
});

/**
 * Sum of many terms, exact: no carry is ever lost.
 *
 * Law: out.sum = sum of in.terms of the cycle `latency` earlier, out.valid likewise. Shapes: terms x `width` bits in; sum has
 * bitsFor(terms * (2^width - 1)) bits unsigned, width + clog2(terms) signed. Latency sumLatency = ceil(clog2(terms) / every)
 * cycles, 0 for every = 0; a new set every cycle. Data registers have no reset.
 */
export const adderTreeBlock = block(
  'adder_tree',
  AdderTreeParams,
  (m, p) => {
    const term = p.signed ? SInt(p.width) : UInt(p.width);
    const codes = 1n << BigInt(p.width);
    const least = p.signed ? -(codes / 2n) : 0n;
    const count = BigInt(p.terms);
    const sumWidth = rangeWidth(count * least, count * (least + codes - 1n), p.signed);
    const io = m.ports({
      in: {
        valid: input(Bool, 'terms are valid'),
        terms: input(Vec(p.terms, term), 'terms'),
      },
      out: {
        valid: output(Bool, 'sum is valid'),
        sum: output(p.signed ? SInt(sumWidth) : UInt(sumWidth), 'exact sum'),
      },
    });
    const pipeline = m.pipeline('sum', { valid: io.in.valid });
    const { terms } = pipeline.inputs({ terms: io.in.terms });
    const total = pipelinedSum(
      pipeline,
      [...terms].map((each) => bounded(each)),
      p.every,
    );
    const { sum } = pipeline.outputs({ sum: total.value as Signal });
    io.out.sum.assign(sum);
    io.out.valid.assign(pipeline.valid(sumLatency(p.terms, p.every)));
    return io;
  },
  { doc: 'Exact sum of many terms by a balanced tree of adders, with registers every few levels on request.' },
);
