// SPDX-License-Identifier: Apache-2.0
import type { Adder } from '../../../src/modules/zkflex/golden/bucket-run.ts';
import { runLlbIndex } from '../../../src/modules/zkflex/golden/llb-index.ts';
import { llbIndex } from '../../../src/modules/zkflex/llb/llb-index.ts';
import { openEngine } from '../../open.ts';
import { runIndexMemory } from '../../workloads/llb-index-run.ts';
import type { PortItem } from '../../workloads/llb-ports.ts';
import { bucketCount } from './bucket-inputs.ts';

/** A: as many buckets at a time as the stalling baseline looks through. */
const accumulators = 64;
const nodes = 4096;
const indexBits = 12;

export const indexModel = (items: readonly PortItem[], adder: Adder<bigint>): number =>
  runLlbIndex(items, { keys: bucketCount, accumulators }, adder).cycles;

/** Cycles of the RTL; every bucket's sum is checked. */
export async function indexHardware(
  inputs: readonly (readonly PortItem[])[],
  adder: Adder<bigint>,
  pointBits: number,
): Promise<number[]> {
  const engine = await openEngine(llbIndex({ keys: bucketCount, nodes, indexBits, accumulators, pointBits }));
  try {
    return inputs.map((items) => {
      const { interval, latency } = adder;
      const around = { interval, latency: () => latency, fetchLatency: () => 1, random: () => 0, pointBits };
      const { cycles, sums, events } = runIndexMemory(engine, items, around);
      const expected = new Map<number, bigint>();
      for (const { key, point } of items) expected.set(key, adder.add(expected.get(key) ?? 0n, point));
      const wrong = sums.find(({ key, point }) => expected.get(key) !== point);
      if (wrong !== undefined || sums.length !== expected.size || events.length > 0) {
        throw new Error('the lists of indices lost, doubled or misplaced a point');
      }
      return cycles;
    });
  } finally {
    engine.close();
  }
}

/** Bits of both kinds of bucket memory for points of BN254: four coordinates of 256 bits and 2 bits of kind. */
export function indexStorage(
  { points, items, buckets }: { readonly points: number; readonly items: number; readonly buckets: number },
  peak: number,
): string {
  const point = 2 + 4 * 256;
  const link = Math.ceil(Math.log2(items));
  const ofIndices = items * (Math.ceil(Math.log2(points)) + 1 + link) + buckets * (1 + link) + accumulators * point;
  const ofPoints = peak * point + buckets * (1 + Math.ceil(Math.log2(peak)));
  const mega = (bits: number): string => `${(bits / 1e6).toFixed(1)} Mbit`;
  return `the same with lists of indices: ${mega(ofIndices)} for lists, heads and ${accumulators} accumulators, against ${mega(ofPoints)} for the pool and one copy of the heads; points of BN254, which lists of indices fetch from elsewhere once a window`;
}
