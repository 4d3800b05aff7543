// SPDX-License-Identifier: Apache-2.0
import { type Mask, columnBits, isMarked } from './bitmask.ts';
import { bitmap, popcount } from './bits.ts';

/** The first four lines of the procedure of paper 3.3: condense, classify, order, block. */

/** Up to C columns that share one array pass. */
export interface Block {
  /** Column of each lane; null is the paper's "none" (padding of the last block). */
  readonly ids: readonly (number | null)[];
  /** Lanes to be computed, one bitmap per row: bit j of rows[t] = m[t][ids[j]]. */
  readonly rows: readonly bigint[];
}

/** Condense: keep column n iff any m[:,n]. */
export function condense(mask: Mask): number[] {
  return Array.from({ length: mask.columns }, (_, n) => n).filter((n) => columnBits(mask, n) !== 0n);
}

/** Classify: cls(n) = #{x in BOUNDS: pc(n) > x}. */
export function classify(bits: bigint, bounds: readonly number[]): number {
  return bounds.filter((x) => popcount(bits) > x).length;
}

/** Order: class descending, then n ascending (stable counting sort, densest class first). */
export function order(mask: Mask, kept: readonly number[], bounds: readonly number[]): number[] {
  const classes = Array.from({ length: bounds.length + 1 }, (): number[] => []);
  for (const n of kept) classes[classify(columnBits(mask, n), bounds)]!.push(n);
  return classes.reverse().flat();
}

/** Block: consecutive groups of C kept columns; the last one padded with "none". */
export function formBlocks(mask: Mask, ordered: readonly number[], cols: number): Block[] {
  const blocks: Block[] = [];
  for (let first = 0; first < ordered.length; first += cols) {
    const ids = Array.from({ length: cols }, (_, j) => ordered[first + j] ?? null);
    const rows = Array.from({ length: mask.rows }, (_, t) =>
      bitmap(cols, (j) => {
        const n = ids[j] ?? null;
        return n !== null && isMarked(mask, t, n);
      }),
    );
    blocks.push({ ids, rows });
  }
  return blocks;
}
