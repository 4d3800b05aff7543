// SPDX-License-Identifier: Apache-2.0
import { bitmap } from './bits.ts';

/** Which outputs are to be computed: element (row, column) is marked when bits[row * columns + column] is 1. */
export interface Mask {
  readonly rows: number;
  readonly columns: number;
  readonly bits: Uint8Array;
}

/** A mask from a rule, called row by row (generators rely on that order to be deterministic). */
export function maskOf(rows: number, columns: number, marked: (row: number, column: number) => boolean): Mask {
  const bits = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) bits[row * columns + column] = marked(row, column) ? 1 : 0;
  }
  return { rows, columns, bits };
}

/** A mask written as one string of 0 and 1 per row, column 0 first. */
export function maskFromRows(rows: readonly string[]): Mask {
  const columns = rows[0]?.length ?? 0;
  rows.forEach((row, r) => {
    if (row.length !== columns || /[^01]/.test(row)) {
      throw new Error(`mask row ${r} is '${row}': expected ${columns} characters 0 or 1`);
    }
  });
  return maskOf(rows.length, columns, (r, n) => rows[r]![n] === '1');
}

/** Whether element (row, column) is marked; outside the mask nothing is. */
export function isMarked(mask: Mask, row: number, column: number): boolean {
  return row < mask.rows && column < mask.columns && mask.bits[row * mask.columns + column] === 1;
}

/** b(n) of the paper: one column as a bitmap, bit t = row t. This is the word the mask memory holds. */
export function columnBits(mask: Mask, column: number): bigint {
  return bitmap(mask.rows, (row) => isMarked(mask, row, column));
}

/** Number of marked elements. */
export function countMarked(mask: Mask): number {
  return mask.bits.reduce((sum, bit) => sum + bit, 0);
}

/**
 * Cuts a mask into units of work of exactly `rows` rows and at most `columns` columns. A last tile with too few rows
 * gets dead rows (nothing marked), as the array has; a last chunk with fewer columns stays narrow.
 */
export function tileMask(mask: Mask, rows: number, columns: number): Mask[] {
  const tiles: Mask[] = [];
  for (let row = 0; row < mask.rows; row += rows) {
    for (let column = 0; column < mask.columns; column += columns) {
      const width = Math.min(columns, mask.columns - column);
      tiles.push(maskOf(rows, width, (r, n) => isMarked(mask, row + r, column + n)));
    }
  }
  return tiles;
}
