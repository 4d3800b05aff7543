// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Bool, Bundle, UInt, Vec } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { subBanks } from '../core.params.ts';

/** Parameters of the parts of K-merge, each part taking only those that change its hardware. */
export const fields = {
  rows: z.int().min(2).max(64).describe('R: rows of the array, bits of a column bitmap'),
  lanes: z.int().min(4).max(256).describe('L: lanes of a dot-product unit, a power of two'),
  words: z.int().min(1).max(16384).describe('most columns of a lane: words of L of the longest contraction'),
  slots: z.int().min(1).max(4).describe('M: most columns of a lane in a chunk'),
  window: z.int().min(1).max(16).describe('WIN: pending columns looked at for a further slot'),
  colour: z.boolean().describe('the columns of a lane in a chunk lie in distinct sub-banks'),
};

export interface ListShape {
  readonly rows: number;
  readonly lanes: number;
  readonly words: number;
}
export type ChunkShape = ListShape & { readonly slots: number };

/** Bits of a column's number in its lane, f / L; never 0, as a memory of them has bits. */
export const wordBits = ({ words }: { readonly words: number }): number => Math.max(1, clog2(words));

/** A column of a lane. Kept columns have a bit, so a bitmap of 0 says that there is none. */
export function columnType(p: ListShape) {
  return Bundle({ word: UInt(wordBits(p)), bitmap: UInt(p.rows) });
}

/** A column on its way into the lists. */
export function insertType(p: ListShape) {
  return Bundle({
    lane: UInt(clog2(p.lanes)),
    column: columnType(p),
    /** popcount - 1, meaningless for a bitmap of 0. */
    level: UInt(clog2(p.rows)),
    /** The first column of its lane in a command: what the lane held is forgotten. */
    fresh: Bool,
  });
}

/** A column taken for a slot, or that slot 0 of a lane gets none (a bitmap of 0). */
export function pickType(p: ListShape) {
  return Bundle({
    lane: UInt(clog2(p.lanes)),
    column: columnType(p),
    /** Slot 0: all rows of the input are written, zeros where the bitmap is 0. */
    first: Bool,
    chunk: UInt(clog2(p.words)),
  });
}

/** What a chunk says about one lane: words of its columns, and bit planes of the slot of each row. */
export function laneChunkType(p: ChunkShape) {
  return Bundle({ words: Vec(p.slots, UInt(wordBits(p))), ws: Vec(clog2(p.slots), UInt(p.rows)) });
}

/** What the matcher keeps of a lane. Entry 0 of the window is the last pending column. */
export function laneStateType(p: ChunkShape & { readonly window: number; readonly colour: boolean }) {
  return Bundle({
    window: Vec(p.window, columnType(p)),
    occ: UInt(p.rows),
    banks: UInt(p.colour ? subBanks : 0),
    chunk: laneChunkType(p),
  });
}
