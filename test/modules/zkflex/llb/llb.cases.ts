// SPDX-License-Identifier: Apache-2.0
import type { PortItem } from '../../../../sim/workloads/llb-ports.ts';
import type { LlbParams } from '../../../../src/modules/zkflex/llb/llb.params.ts';

/** xorshift32: numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** How keys are drawn: evenly, nearly all from one bucket, one bucket alone, low ones more often. */
export const mixes = {
  even: (random: () => number, keys: number) => Math.floor(random() * keys),
  hot: (random: () => number, keys: number) => (random() < 0.9 ? keys - 1 : Math.floor(random() * keys)),
  single: (_random: () => number, keys: number) => keys - 1,
  low: (random: () => number, keys: number) => Math.floor(random() ** 3 * keys),
} as const;

export type Mix = keyof typeof mixes;

export function randomItems(random: () => number, p: LlbParams, mix: Mix, count: number): PortItem[] {
  const word = (): bigint => {
    let value = 0n;
    for (let bits = 0; bits < p.pointBits; bits += 16) value = (value << 16n) | BigInt(Math.floor(random() * 65_536));
    return value % (1n << BigInt(p.pointBits));
  };
  return Array.from({ length: count }, () => ({ key: mixes[mix](random, p.keys), point: word() }));
}

/** From one bucket and two nodes to block RAM queues; pools that are not a multiple of the banks, and pools that must spill. */
export const sizes: readonly LlbParams[] = [
  { pool: 2, keys: 1, pointBits: 8 },
  { pool: 2, keys: 3, pointBits: 8 },
  { pool: 3, keys: 2, pointBits: 1 },
  { pool: 4, keys: 4, pointBits: 31 },
  { pool: 5, keys: 9, pointBits: 32 },
  { pool: 8, keys: 3, pointBits: 33 },
  { pool: 17, keys: 16, pointBits: 100 },
  { pool: 32, keys: 128, pointBits: 64 },
  { pool: 64, keys: 20, pointBits: 16 },
  { pool: 600, keys: 300, pointBits: 40 },
];

export const sizeName = ({ pool, keys, pointBits }: LlbParams): string =>
  `${pool} nodes, ${keys} keys, ${pointBits} bits`;
