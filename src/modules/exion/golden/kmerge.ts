// SPDX-License-Identifier: Apache-2.0
import { type Mask, columnBits, isMarked } from './bitmask.ts';
import { popcount } from './bits.ts';
import { type Placement, colours } from './placement.ts';

/**
 * K-merge (paper 3.4): columns of a contraction with disjoint bitmaps share a lane of a dot-product unit. Column f goes to lane f mod L,
 * in all placements.
 */
export interface KMergeShape {
  /** L. */
  readonly lanes: number;
  /** M: most columns a lane holds in a chunk. */
  readonly slots: number;
  /** WIN: pending columns that are looked at for a further slot. */
  readonly window: number;
  /** Colour: the columns of a lane in a chunk lie in distinct sub-banks (f / L) mod 4. Free and lane ask for nothing. */
  readonly placement?: Placement;
}

/** What one word of the input memory holds, and where each product finds its weight. */
export interface Chunk {
  /** columns[s][l]: column f in slot s of lane l; null = none. Has M entries. */
  readonly columns: readonly (readonly (number | null)[])[];
  /** ws[i][l]: slot of (row i, lane l); 0 where nothing is marked. */
  readonly ws: readonly (readonly number[])[];
}

interface Column {
  readonly f: number;
  readonly bits: bigint;
  readonly colour: number;
}

/** Chunks of a mask: R rows, column f is contraction index f. */
export function kMerge(mask: Mask, p: KMergeShape): Chunk[] {
  const pending = Array.from({ length: p.lanes }, (_, l) => pendingOf(mask, l, p.lanes));
  const chunks: Chunk[] = [];
  while (pending.some((list) => list.length > 0)) {
    const taken = pending.map((list) => takeChunk(list, p));
    const columns = Array.from({ length: p.slots }, (_, s) => taken.map((lane) => lane[s]?.f ?? null));
    const slotOf = (row: number, l: number): number =>
      Math.max(
        0,
        taken[l]!.findIndex(({ f }) => isMarked(mask, row, f)),
      );
    const ws = Array.from({ length: mask.rows }, (_, i) => taken.map((_lane, l) => slotOf(i, l)));
    chunks.push({ columns, ws });
  }
  return chunks;
}

/** Columns of a lane that mark something, densest first, then f ascending. */
function pendingOf(mask: Mask, lane: number, lanes: number): Column[] {
  const columns: Column[] = [];
  for (let f = lane; f < mask.columns; f += lanes) {
    const bits = columnBits(mask, f);
    if (bits !== 0n) columns.push({ f, bits, colour: Math.floor(f / lanes) % colours });
  }
  return columns.sort((a, b) => popcount(b.bits) - popcount(a.bits)); // a stable sort
}

/**
 * The columns of one lane in one chunk, slot 0 first, taken off its list: the densest, then for each slot the first of the WIN last that
 * shares no row with those taken. When none does, none will for the next slot.
 */
function takeChunk(list: Column[], p: KMergeShape): Column[] {
  const taken = list.splice(0, 1);
  const fits = (column: Column): boolean =>
    taken.every(
      (other) => (column.bits & other.bits) === 0n && (p.placement !== 'colour' || column.colour !== other.colour),
    );
  while (taken.length > 0 && taken.length < p.slots) {
    const found = list.findLastIndex((column, at) => at >= list.length - p.window && fits(column));
    if (found < 0) break;
    taken.push(...list.splice(found, 1));
  }
  return taken;
}

/** The input word of a chunk: element [i][l] is row i of the column that marks it, 0 where none does. */
export function packChunk(chunk: Chunk, mask: Mask, column: (f: number) => ArrayLike<number>): Int8Array[] {
  return chunk.ws.map((slots, i) =>
    Int8Array.from(slots, (slot, l) => {
      const f = chunk.columns[slot]![l] ?? null;
      return f !== null && isMarked(mask, i, f) ? column(f)[i]! : 0;
    }),
  );
}
