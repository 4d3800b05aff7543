// SPDX-License-Identifier: Apache-2.0
import type { Proof } from '../proofs.ts';
import type { Method } from '../tools.ts';
import { llbHarness } from './llb-harness.ts';
import { freeStackHarness, rmwTableHarness } from './llb-parts-harness.ts';

const reach: Method = { kind: 'reach' };

/** Invariants of ZK-Flex (paper 8) in small configurations. */
export const zkflexProofs: readonly Proof[] = [
  ...[2, 3, 4].map((nodes): Proof => ({
    name: `zkflex-free-list-${nodes}`,
    claim: `The free list of ${nodes} nodes never gives a node that is out, and counts those that are not.`,
    harness: () => freeStackHarness(nodes),
    method: reach,
    bug: { from: /kept <= [^;]*;(?![^]*kept <= )/, to: 'kept <= second;' },
    quick: nodes === 3,
  })),
  ...[2, 3].map((depth): Proof => ({
    name: `zkflex-two-writers-${depth}`,
    claim: `A table of ${depth} words with two read-modify-write ports gives what either port wrote last.`,
    harness: () => rmwTableHarness(depth),
    method: reach,
    bug: { from: /port_1_value \^ [a-z0-9_]+/, to: 'port_1_value' },
    quick: depth === 2,
  })),
  llb(2, 1, reach),
  llb(2, 2, { kind: 'bounded', cycles: 18 }),
  llb(3, 2, { kind: 'bounded', cycles: 13 }),
];

function llb(pool: number, keys: number, method: Method): Proof {
  const span = method.kind === 'bounded' ? ` In all runs of ${method.cycles} cycles.` : '';
  return {
    name: `zkflex-llb-${pool}-${keys}`,
    claim: `A point of a bucket memory of ${pool} nodes and ${keys} keys is in one place, in its bucket, until it is given out; free, waiting and reserved nodes add up to the pool.${span}`,
    harness: () => llbHarness(pool, keys),
    method,
    bug: { from: /newer_pairs = [^;]*;/, to: "newer_pairs = 1'b0;" },
    quick: false,
  };
}
