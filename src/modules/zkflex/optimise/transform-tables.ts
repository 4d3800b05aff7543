// SPDX-License-Identifier: Apache-2.0
import { mulMod, powMod } from '../golden/field.ts';

/** Twiddle tables and places of elements that the transform nodes expect (docs/rationale/zkflex.md); plain residues. */

function powers(count: number, first: bigint, inc: bigint, p: bigint): bigint[] {
  const words: bigint[] = [];
  for (let i = 0, word = first % p; i < count; i++, word = mulMod(word, inc, p)) words.push(word);
  return words;
}

/** One table for all stages of a transform of n points: w^i, n/2 words. */
export const sharedTable = (n: number, w: bigint, p: bigint): bigint[] => powers(n >> 1, 1n, w, p);

/**
 * The table of node `node` for a transform of N = `nodes` n points over all nodes: 2^q + k holds the word of pair bit q of the local index, k < 2^q; then
 * one word for each exchanging stage. `w` is a root of unity of order N. With a shift, which only DIT may have, the transform of bit-reversed x gives
 * sum of x[j] shift^j w^(ij): the stage that joins halves of m points then has the factor shift^(N / 2m) too.
 */
export function acrossTable(n: number, nodes: number, node: number, w: bigint, p: bigint, shift = 1n): bigint[] {
  const stage = (words: number, half: number, first: number, step: number): bigint[] => {
    const exponent = BigInt((n * nodes) / (2 * half));
    const root = powMod(w, exponent, p);
    const start = mulMod(powMod(shift, exponent, p), powMod(root, BigInt(first), p), p);
    return powers(words, start, powMod(root, BigInt(step), p), p);
  };
  const table = [0n];
  for (let half = 1; half < n; half *= 2) table.push(...stage(half, half * nodes, node, nodes));
  for (let half = 1; half < nodes; half *= 2) table.push(...stage(1, half, node % half, 1));
  return table;
}

/** The same on one node: n words. */
export const stageTable = (n: number, w: bigint, p: bigint, shift = 1n): bigint[] => acrossTable(n, 1, 0, w, p, shift);

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
