// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, UInt, Vec } from '../../dsl/index.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { subBanks } from './core.params.ts';

/** Payloads of the streams between the parts of ConMerge. Vectors put row 0 or lane 0 first, words put it in bit 0. */

export interface ArrayShape {
  readonly rows: number;
  readonly cols: number;
}

/** A group of C columns on its way to a block. */
export type GroupShape = ArrayShape & { readonly beats: number };
export type BlockShape = ArrayShape & {
  readonly idWidth: number;
  /** Blocks say which sub-bank they are of: placement colour. */
  readonly colour?: boolean;
};
export type WordShape = BlockShape & { readonly slots: number };

/** What the host asks for: one unit of work, and the switches of the experiments (paper 3.3, table). */
export function unitType(columns: number) {
  return Bundle({
    columns: UInt(bitsFor(columns)),
    merge: Bool,
    relocate: Bool,
    sort: Bool,
  });
}

/** One beat of the mask: C column bitmaps b(n) of R bits. */
export function maskBeatType({ rows, cols }: ArrayShape) {
  return Vec(cols, UInt(rows));
}

/** C column bitmaps of one beat; `take` marks those that are appended to the block list now. `last` closes the list. */
export function groupType({ rows, cols, beats }: GroupShape) {
  return Bundle({
    columns: Vec(cols, UInt(rows)),
    take: UInt(cols),
    beat: UInt(clog2(beats)),
    last: Bool,
    merge: Bool,
    relocate: Bool,
  });
}

/**
 * One block: rows[t] bit j = m[t][ids[j]]. A lane without a column ("none") has no bit in any row, as a kept column has at least
 * one; so no valid bits are needed.
 */
export function blockType({ rows, cols, idWidth, colour }: BlockShape) {
  return Bundle({
    rows: Vec(rows, UInt(cols)),
    ids: Vec(cols, UInt(idWidth)),
    colour: UInt(colour ? clog2(subBanks) : 0),
    last: Bool,
    merge: Bool,
    relocate: Bool,
  });
}

/** What the block memory keeps of a block. */
export function storedType(shape: BlockShape) {
  const { rows, ids } = blockType(shape).fields;
  return Bundle({ rows, ids });
}

/**
 * A control word: what the array needs to run one merged block (paper 3.3, 4).
 *
 * `ws` comes as bit planes: bit b of the slot of DPU (t, j) is bit j of ws[t][b]; none for one slot. ids[s].n holds C ids side by
 * side, lane 0 lowest; cv.idx and ids are 0 where their valid bit is. `last` marks the last word of the unit.
 */
export function controlWordType({ rows, cols, slots, idWidth }: WordShape) {
  return Bundle({
    occ: Vec(rows, UInt(cols)),
    ws: Vec(rows, Vec(clog2(slots), UInt(cols))),
    xs: Vec(rows, UInt(cols)),
    cv: Bundle({ valid: UInt(rows), idx: Vec(rows, UInt(clog2(rows))) }),
    ids: Vec(slots, Bundle({ valid: UInt(cols), n: UInt(cols * idWidth) })),
    slots: UInt(bitsFor(slots)),
    last: Bool,
  });
}
