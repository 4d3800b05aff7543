// SPDX-License-Identifier: Apache-2.0
import { type Bool, type ModuleBuilder, type Signal, UInt } from '../../../dsl/index.ts';
import { nodeBits, type NttParams } from './ntt.params.ts';

type Bit = Signal<typeof Bool>;

/** Words u0, v0, u1, v1. */
export type Group = readonly Signal[];

/** Cycles through the NoC: as many as an exchange takes. */
export const exchangeLatency = (p: Pick<NttParams, 'nodes'>): number => nodeBits(p) + 1;

/** What a node with `isUpper` (its number has the bit of the stage) sends of a group: u, the other node sends v. */
export const sent = (group: Group, isUpper: Bit): Signal[] => [0, 2].map((u) => isUpper.mux(group[u]!, group[u + 1]!));

/** The group with what came in the place of what was sent. */
export const exchanged = (group: Group, came: readonly Signal[], isUpper: Bit): Signal[] =>
  came.flatMap((word, i) => [isUpper.mux(word, group[2 * i]!), isUpper.mux(group[2 * i + 1]!, word)]);

/** One-hot: the bit of node numbers in which the partners of a stage differ; 0 where nothing is exchanged. */
export function swapOf(m: ModuleBuilder, p: NttParams, crosses: Bit, pair: Signal): Signal {
  const k = nodeBits(p);
  const bits = Array.from({ length: k }, (_, j) => crosses.and(pair.eq(j)));
  return bits.slice(1).reduce<Signal>((low, bit) => bit.concat(low), bits[0] ?? m.lit(0, UInt(0)));
}

/** The bit of the node's number in which its partner of this stage differs; without other nodes 0. */
export const upperOf = (node: Signal, pair: Signal): Bit =>
  (node.width === 0 ? node.constant(0n, 1) : pair.pick(node.toBits())) as Bit;
