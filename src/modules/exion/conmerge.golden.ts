// SPDX-License-Identifier: Apache-2.0
import type { ConMergeParams } from './conmerge.params.ts';
import type { Mask } from './golden/bitmask.ts';
import { type Block, condense, order } from './golden/condense.ts';
import { type ControlWord, merge } from './golden/merge.ts';
import { type Placement, placeBlocks } from './golden/placement.ts';

export type { Mask } from './golden/bitmask.ts';
export type { Block } from './golden/condense.ts';
export type { AttemptRecord, ControlWord } from './golden/merge.ts';

/** What of the parameters changes the result: all but the id width and the number of vector generators. */
export type ConMergeShape = Pick<ConMergeParams, 'rows' | 'cols' | 'slots' | 'tries' | 'bounds' | 'columns'> & {
  /** Free unless said. */
  readonly placement?: Placement;
};

/** Switches of the experiments; the hardware has both on. Condense only is `slots: 1`. */
export interface ConMergeSwitches {
  /** Off: columns keep their order (paper's "no sort"). */
  readonly sort?: boolean;
  /** Off: an attempt with a conflict fails (paper's "merge, no cv"). */
  readonly relocate?: boolean;
}

export interface ConMergeResult {
  /** Kept columns in block order. */
  readonly kept: readonly number[];
  readonly blocks: readonly Block[];
  readonly words: readonly ControlWord[];
  /** Σ cycles of the words, and Σ latency. One unit of work is merged by one vector generator, whatever NCVG is. */
  readonly cycles: number;
  readonly latency: number;
}

/** ConMerge of one unit of work, bit-exact after paper 3.3. */
export function conMerge(mask: Mask, p: ConMergeShape, switches: ConMergeSwitches = {}): ConMergeResult {
  if (mask.rows !== p.rows) throw new Error(`the mask has ${mask.rows} rows: expected a row tile of ${p.rows}`);
  if (mask.columns > p.columns) {
    throw new Error(`the mask has ${mask.columns} columns: one unit of work holds at most ${p.columns}`);
  }
  const inPlace = condense(mask);
  const kept = (switches.sort ?? true) ? order(mask, inPlace, p.bounds) : inPlace;
  const { blocks, pending } = placeBlocks(mask, kept, p.cols, p.placement);
  const relocate = switches.relocate ?? true;
  const words = merge(blocks, p.cols, { slots: p.slots, tries: p.tries, relocate }, pending);
  const cycles = words.reduce((sum, word) => sum + word.cycles, 0);
  return { kept, blocks, words, cycles, latency: cycles + words.length };
}

/** An output element the array computes: DPU (t, j) of a word makes output (row, column) of the unit of work. */
export interface IssuedElement {
  readonly t: number;
  readonly j: number;
  readonly row: number;
  readonly column: number | null;
}

/** The meaning of a word: DPU (t, j) with occ=1 makes output (xs ? cv[t] : t, ids[ws][j]). */
export function issuedElements(word: ControlWord): IssuedElement[] {
  return word.occ.flatMap((lanes, t) =>
    lanes.flatMap((busy, j) => {
      if (busy === 0) return [];
      const row = word.xs[t]![j] === 1 ? (word.cv[t] ?? -1) : t;
      return [{ t, j, row, column: word.ids[word.ws[t]![j]!]?.[j] ?? null }];
    }),
  );
}
