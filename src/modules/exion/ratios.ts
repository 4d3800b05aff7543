// SPDX-License-Identifier: Apache-2.0
import { type ConMergeShape, type ConMergeSwitches, conMerge } from './conmerge.golden.ts';
import { type Mask, countMarked, tileMask } from './golden/bitmask.ts';

/** What one variant of the procedure makes of a set of masks. */
export interface VariantRatio {
  /** Blocks the array executes. */
  readonly blocks: number;
  /** blocks ÷ dense blocks. */
  readonly ratio: number;
  /** CVG cycles, all blocks together. */
  readonly cycles: number;
  /** CVG cycles of one executed block; 0 when there is none. */
  readonly cyclesPerBlock: number;
}

/** The variants of the table in paper 3.3. */
export const variants = {
  condense: { slots: 1 },
  mergeNoCv: { relocate: false },
  mergeCv: {},
  cvNoSort: { sort: false },
} satisfies Record<string, ConMergeSwitches & { slots?: number }>;

export type Variant = keyof typeof variants;

export interface ConMergeRatios extends Record<Variant, VariantRatio> {
  /** Units of work the masks were cut into. */
  readonly tiles: number;
  /** Share of unmarked elements in the masks as given (dead rows added by tiling do not count). */
  readonly sparsity: number;
  /** Blocks without any skipping: ceil(columns / C) of every tile. */
  readonly denseBlocks: number;
}

/** Runs every variant over masks of any size; each mask is first cut into tiles of R rows and N columns. */
export function conMergeRatios(masks: readonly Mask[], p: ConMergeShape): ConMergeRatios {
  const tiles = masks.flatMap((mask) => tileMask(mask, p.rows, p.columns));
  const denseBlocks = tiles.reduce((sum, tile) => sum + Math.ceil(tile.columns / p.cols), 0);
  const elements = masks.reduce((sum, mask) => sum + mask.rows * mask.columns, 0);
  const marked = masks.reduce((sum, mask) => sum + countMarked(mask), 0);

  const measure = (name: Variant): VariantRatio => {
    const { slots = p.slots, ...switches }: ConMergeSwitches & { slots?: number } = variants[name];
    const results = tiles.map((tile) => conMerge(tile, { ...p, slots }, switches));
    const blocks = results.reduce((sum, r) => sum + r.words.length, 0);
    const cycles = results.reduce((sum, r) => sum + r.cycles, 0);
    return {
      blocks,
      cycles,
      ratio: denseBlocks === 0 ? 0 : blocks / denseBlocks,
      cyclesPerBlock: blocks === 0 ? 0 : cycles / blocks,
    };
  };
  return {
    tiles: tiles.length,
    sparsity: elements === 0 ? 0 : 1 - marked / elements,
    denseBlocks,
    condense: measure('condense'),
    mergeNoCv: measure('mergeNoCv'),
    mergeCv: measure('mergeCv'),
    cvNoSort: measure('cvNoSort'),
  };
}
