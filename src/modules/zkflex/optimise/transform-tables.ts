// SPDX-License-Identifier: Apache-2.0
import { mulMod, powMod } from '../golden/field.ts';

/** Twiddle tables and places of elements that the transform node expects (docs/rationale/zkflex.md); plain residues. */

function powers(count: number, first: bigint, inc: bigint, p: bigint): bigint[] {
  const words = [first % p];
  while (words.length < count) words.push(mulMod(words.at(-1)!, inc, p));
  return words.slice(0, count);
}

/** One table for all stages of a transform of n points: w^i, n/2 words. */
export const sharedTable = (n: number, w: bigint, p: bigint): bigint[] => powers(n >> 1, 1n, w, p);

/**
 * A table of n words with a part for each stage: 2^q + k holds w^(k n / 2^(q+1)) for k < 2^q. With a shift, which only DIT may have, the transform of
 * bit-reversed x gives sum of x[j] shift^j w^(ij): the stage of pair bit q then has the factor shift^(n / 2^(q+1)) too.
 */
export function stageTable(n: number, w: bigint, p: bigint, shift = 1n): bigint[] {
  const table = [0n];
  for (let half = 1; half < n; half *= 2) {
    const step = BigInt(n / (2 * half));
    table.push(...powers(half, powMod(shift, step, p), powMod(w, step, p), p));
  }
  return table;
}

/** The table of node `node` for a transform of `nodes` n points over all nodes: its local stages in n words, then one word for each exchanging stage. */
export function acrossTable(n: number, nodes: number, node: number, w: bigint, p: bigint): bigint[] {
  const total = n * nodes;
  const table = [0n];
  for (let half = 1; half < n; half *= 2) {
    const step = BigInt(total / (2 * half * nodes));
    table.push(...powers(half, powMod(w, BigInt(node) * step, p), powMod(w, BigInt(nodes) * step, p), p));
  }
  for (let bit = 1; bit < nodes; bit *= 2) table.push(powMod(w, BigInt((node % bit) * (total / (2 * bit))), p));
  return table;
}

/** Node and local address of an element. */
export interface Place {
  readonly node: number;
  readonly index: number;
}

/** Where element i of a sequence in natural order lies, before DIF and after DIT over all nodes. */
export const naturalPlace = (i: number, nodes: number): Place => ({ node: i % nodes, index: Math.floor(i / nodes) });

/** Where position i of a bit-reversed sequence lies, after DIF and before DIT over all nodes. */
export const reversedPlace = (i: number, nodes: number): Place => ({
  node: Math.floor(i / nodes) % nodes,
  index: Math.floor(i / nodes ** 2) * nodes + (i % nodes),
});

/** The words inc^(2^j) for POWERS: first inc^i in natural or in bit-reversed order. */
export function powersTable(log2n: number, inc: bigint, p: bigint, isReversed = false): bigint[] {
  const words = Array.from({ length: log2n }, (_, j) => powMod(inc, 1n << BigInt(j), p));
  return isReversed ? words.reverse() : words;
}
