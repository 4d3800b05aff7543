// SPDX-License-Identifier: Apache-2.0
import {
  ExionCoreParams,
  type ExionCoreParamsInput,
  exionCorePresets,
} from '../../../src/modules/exion/core.params.ts';
import type { NetworkShape, SparsitySettings } from '../../../src/modules/exion/dit/quantised.types.ts';
import type { Target } from '../../../src/modules/exion/program/index.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';

/** A core with small memories, so that every projection takes several passes. */
export function smallCore(change: Partial<ExionCoreParamsInput> & { size: number; lanes: number }): ExionCoreParams {
  const { size, lanes } = change;
  return ExionCoreParams.parse({
    slots: 3,
    tries: 2,
    bounds: [0],
    window: 4,
    placement: 'lane',
    drain: 1,
    columns: 12 * size,
    depth: 8 * lanes,
    weightWords: 128,
    tokens: 64,
    maskWords: 2048,
    params: 128,
    topkWidth: 2,
    ...change,
  });
}

export const targets: Readonly<Record<string, Target>> = {
  tiny: target(ExionCoreParams.parse(exionCorePresets.tiny)),
  'size 4, lanes 8': target(smallCore({ size: 4, lanes: 8, columns: 32, slots: 2 })),
  'size 2, lanes 8, colour': target(smallCore({ size: 2, lanes: 8, placement: 'colour', drain: 2, columns: 48 })),
  'size 8, lanes 8, colour': target(smallCore({ size: 8, lanes: 8, placement: 'colour', drain: 2, slots: 4 })),
  'size 16, lanes 16, as main': target(
    smallCore({ size: 16, lanes: 16, placement: 'lane', drain: 4, bounds: [2, 4, 8], columns: 96 }),
  ),
};

function target(params: ExionCoreParams): Target {
  return { params, scratchWords: 16384, cores: 1 };
}

/** Few tokens, one token, and sizes that fit nothing. */
export const shapes: Readonly<Record<string, NetworkShape>> = {
  even: { tokens: 16, width: 16, heads: 2, ffn: 32, blocks: 2, pixels: 4, labels: 2, steps: 4 },
  odd: { tokens: 11, width: 15, heads: 3, ffn: 23, blocks: 1, pixels: 3, labels: 1, steps: 4 },
  'one token': { tokens: 1, width: 8, heads: 1, ffn: 20, blocks: 2, pixels: 4, labels: 1, steps: 3 },
};

/** Settings with every kind of theta and of dominance. */
export function mixedSettings(
  { blocks, heads }: NetworkShape,
  seed: number,
  sparseIterations: number,
): SparsitySettings {
  const rand = random(seed);
  const pick = (from: readonly number[]): number => from[Math.floor(rand() * from.length)]!;
  return {
    sparseIterations,
    theta: Array.from({ length: blocks }, () => pick([-1, 0, 8, 30, 127])),
    keys: 3,
    dominance: Array.from({ length: blocks }, () => Array.from({ length: heads }, () => pick([0, 40, 120, 65536]))),
  };
}
