// SPDX-License-Identifier: Apache-2.0
import { conMerge } from '../../../src/modules/exion/conmerge.golden.ts';
import { inputWords } from '../../../src/modules/exion/core.types.ts';
import { kMerge } from '../../../src/modules/exion/golden/kmerge.ts';
import type { ControlWord } from '../../../src/modules/exion/golden/merge.ts';
import { type GemmChunk, weightStride } from '../../../src/modules/exion/golden/sdue.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { SdueParams } from '../../../src/modules/exion/sdue/sdue.params.ts';
import type { Random } from '../../../sim/test/random.ts';
import type { BenchCommand, SdueBench } from './sdue.bench.ts';

/** All placements, one to four slots, drains from one lane to the whole array, passes shorter and longer than the drain. */
export const configurations: Record<string, SdueParams> = Object.fromEntries(
  Object.entries({
    'free 4 x 4': { size: 4, lanes: 4, slots: 3, placement: 'free', drain: 1, columns: 64, depth: 64, weightWords: 64 },
    'lane 4 x 8': { size: 4, lanes: 8, slots: 3, placement: 'lane', drain: 2, columns: 40, depth: 64, weightWords: 50 },
    'colour 4 x 4': {
      size: 4,
      lanes: 4,
      slots: 4,
      placement: 'colour',
      drain: 1,
      columns: 64,
      depth: 48,
      weightWords: 70,
    },
    'one slot, 2 x 4': {
      size: 2,
      lanes: 4,
      slots: 1,
      placement: 'lane',
      drain: 2,
      columns: 8,
      depth: 16,
      weightWords: 20,
    },
    'whole drain, 4 x 16': {
      size: 4,
      lanes: 16,
      slots: 2,
      placement: 'lane',
      drain: 4,
      columns: 32,
      depth: 64,
      weightWords: 33,
    },
    'free 4 x 4, five maps': {
      size: 4,
      lanes: 4,
      slots: 3,
      placement: 'free',
      drain: 1,
      columns: 32,
      depth: 32,
      weightWords: 64,
      mapBuffers: 5,
    },
    'colour 8 x 8': {
      size: 8,
      lanes: 8,
      slots: 3,
      placement: 'colour',
      drain: 4,
      columns: 128,
      depth: 64,
      weightWords: 64,
    },
  } as const).map(([name, p]) => [name, SdueParams.parse(p)]),
);

/** Control words of a mask. */
export function mapOfMask(p: SdueParams, mask: masks.Mask, relocate = true): ControlWord[] {
  const { size, slots, placement } = p;
  const shape = { rows: size, cols: size, slots, tries: 2, bounds: size > 2 ? [0, 1] : [0], columns: p.columns };
  return [...conMerge(mask, { ...shape, placement }, { relocate }).words];
}

/** Chunks of the mask of a contraction. */
export function chunksOfMask({ lanes, slots, placement }: SdueParams, mask: masks.Mask): GemmChunk[] {
  return kMerge(mask, { lanes, slots, window: 4, placement }).map(({ columns, ws }) => ({
    words: columns.map((of) => of.map((f) => (f === null ? 0 : Math.floor(f / lanes)))),
    ws,
  }));
}

/** Control words of a random mask of up to n blocks. */
function randomMap(p: SdueParams, random: Random, n: number): ControlWord[] {
  const columns = random.between(1, n * p.size);
  const density = [0, 0.05, 0.15, 0.3, 0.6, 1][random.below(6)]!;
  const make = [masks.iidMask, masks.rowClusteredMask, masks.columnClusteredMask][random.below(3)]!;
  return mapOfMask(p, make(random.below(1e6), p.size, columns, density), random.bool(0.8));
}

function randomChunks(p: SdueParams, random: Random, k: number): GemmChunk[] {
  const density = [0, 0.1, 0.3, 0.5][random.below(4)]!;
  return chunksOfMask(p, masks.iidMask(random.below(1e6), p.size, k * p.lanes, density));
}

/** A random command that fits, with fresh contents of the buffer that it names. */
export function randomCommand(bench: SdueBench): BenchCommand {
  const { p, random } = bench;
  const kind = (['dense', 'osparse', 'kmerge'] as const)[random.below(3)]!;
  const mostK = Math.min(p.depth / p.lanes, p.weightWords - 1);
  const k = random.bool(0.5) ? random.between(1, Math.min(4, mostK)) : random.between(1, mostK);
  const stride = weightStride(k, p.placement);
  const n = random.between(1, Math.min(p.columns / p.size, Math.floor(p.weightWords / stride)));
  const map = random.below(kind === 'osparse' ? p.mapBuffers : 2);
  if (kind === 'osparse') bench.maps[map] = randomMap(p, random, n);
  if (kind === 'kmerge') bench.chunks[map] = randomChunks(p, random, k);
  const inputs = kind === 'kmerge' ? bench.chunks[map]!.length : k;
  const dst = random.between(0, p.columns - n * p.size);
  return {
    kind,
    auto: random.bool(0.4),
    n,
    k,
    map,
    dst: dst - (dst % p.drain),
    srcA: random.between(0, inputWords(p) - inputs),
    srcB: random.between(0, p.weightWords - n * stride),
  };
}
