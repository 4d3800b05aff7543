// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, type Comb, input, output, UInt } from '../../dsl/index.ts';
import { join } from './join.ts';
import { highestOne, lowestOne } from './leading-one.ts';
import { clog2 } from './widths.ts';

/** Which request wins. */
export type First = 'lowest' | 'highest';

export interface Priority<V> {
  /** w bits: the winner alone, 0 without a request. */
  readonly onehot: V;
  /** clog2(w) bits, 0 without a request. */
  readonly index: V;
  /** One bit: there is a request. */
  readonly any: V;
}

/** The winner among the ones of `requests` in both codes. Depth log2(w). */
export function priorityEncode<V extends Comb<V>>(requests: Comb<V>, first: First = 'lowest'): Priority<V> {
  const { index, valid } = first === 'lowest' ? lowestOne(requests) : highestOne(requests);
  return { onehot: isolate(requests, first), index, any: valid };
}

/** The lowest (or highest) one alone, in as many bits; 0 for 0. Depth log2(w), no carry chain. */
export function isolate<V extends Comb<V>>(x: Comb<V>, first: First = 'lowest'): V {
  const bits = x.toBits();
  const ordered = first === 'lowest' ? bits : [...bits].reverse();
  const before = onesBefore(x, ordered).before;
  const kept = ordered.map((bit, i) => bit.and(before[i]!.not()));
  return join(x, first === 'lowest' ? kept : kept.reverse());
}

/** Exclusive prefix or by halves (Sklansky): for each bit, whether one of the bits before it is 1. */
function onesBefore<V extends Comb<V>>(like: Comb<V>, bits: readonly V[]): { readonly before: V[]; readonly any: V } {
  if (bits.length < 2) return { before: bits.map(() => like.constant(0n, 1)), any: bits[0] ?? like.constant(0n, 1) };
  const half = 2 ** (clog2(bits.length) - 1);
  const low = onesBefore(like, bits.slice(0, half));
  const high = onesBefore(like, bits.slice(half));
  return { before: [...low.before, ...high.before.map((bit) => bit.or(low.any))], any: low.any.or(high.any) };
}

export const PriorityEncoderParams = z.strictObject({
  width: z.int().min(1).max(1024).describe('Number of requests. 1: index has no bits, the rest is the request.'),
  first: z.enum(['lowest', 'highest']).default('lowest').describe('Which request wins.'),
});

/**
 * Fixed-priority encoder: the winner among requests as a number and as one bit a request.
 *
 * Law: any = (requests != 0); onehot is requests with all ones but the winner cleared; index is the winner's position, 0
 * when there is none. Shapes: requests and onehot `width`, index clog2(width), any 1 bit. Combinational: latency 0, depth
 * log2(width) nodes.
 */
export const priorityEncoder = block(
  'priority_encoder',
  PriorityEncoderParams,
  (m, { width, first }) => {
    const io = m.ports({
      requests: input(UInt(width), 'one bit a request'),
      onehot: output(UInt(width), `the ${first} request alone`),
      index: output(UInt(clog2(width)), `position of the ${first} request, 0 when there is none`),
      any: output(Bool, 'there is a request'),
    });
    const winner = priorityEncode(io.requests, first);
    io.onehot.assign(winner.onehot);
    io.index.assign(winner.index);
    io.any.assign(winner.any);
    return io;
  },
  { doc: 'Fixed-priority encoder: winner as a number and one-hot. Combinational tree.' },
);
