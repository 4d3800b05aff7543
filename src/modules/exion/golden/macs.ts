// SPDX-License-Identifier: Apache-2.0
import type { NetworkShape } from '../dit/quantised.types.ts';
import type { DenoiseObserver } from './denoise.ts';

/** Parts of a transformer block whose multiplications are counted. */
export const macParts = ['query', 'key', 'value', 'scores', 'mix', 'projection', 'ffn1', 'ffn2', 'recomputed'] as const;
export type MacPart = (typeof macParts)[number];

export interface MacCount {
  /** What a model that leaves nothing out multiplies; of `recomputed` (Qs of dense iterations) nothing. */
  readonly dense: Record<MacPart, number>;
  readonly done: Record<MacPart, number>;
}

const ones = (bits: Uint8Array): number => bits.reduce((sum, bit) => sum + bit, 0);

/** Counts from the masks of the blocks, apart from how the model computes. The prediction is not counted: it does not multiply. */
export function macCounter(shape: NetworkShape): { readonly count: MacCount; readonly observer: DenoiseObserver } {
  const { tokens, width, heads, ffn } = shape;
  const channels = width / heads;
  const zeros = (): Record<MacPart, number> =>
    Object.fromEntries(macParts.map((part) => [part, 0])) as Record<MacPart, number>;
  const count = { dense: zeros(), done: zeros() };
  const add = (part: MacPart, dense: number, done: number): void => {
    count.dense[part] += dense;
    count.done[part] += done;
  };
  const project = tokens * width * width;
  const attend = tokens * tokens * width;
  const layer = tokens * width * ffn;
  const observer: DenoiseObserver = {
    block: ({ dense }, { queryRows, keyRows, kept, mask }) => {
      add('query', project, ones(queryRows) * channels * width);
      add('key', project, ones(keyRows) * channels * width);
      add('value', project, project);
      // A dominated row has one kept key and no score.
      const dominated = queryRows.length - ones(queryRows);
      add('scores', attend, (ones(kept) - dominated) * channels);
      add('mix', attend, ones(kept) * channels);
      add('projection', project, project);
      const marked = ones(mask) * width;
      add('ffn1', layer, dense ? layer : marked);
      add('ffn2', layer, dense ? layer : marked);
      add('recomputed', 0, dense ? marked : 0);
    },
  };
  return { count, observer };
}

/** Share of the multiplications of some parts that is left out; negative when Qs costs more than is saved. */
export function skippedShare({ dense, done }: MacCount, parts: readonly MacPart[]): number {
  const sum = (of: Record<MacPart, number>): number => parts.reduce((all, part) => all + of[part], 0);
  return 1 - sum(done) / sum(dense);
}
