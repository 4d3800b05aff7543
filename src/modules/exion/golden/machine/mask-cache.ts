// SPDX-License-Identifier: Apache-2.0
import type { Mask } from '../bitmask.ts';

/** Entries after which a cache is emptied. */
const most = 20000;

/** Results that depend on a mask alone: FFN masks come again in each sparse iteration, row masks all the time. */
export class MaskCache<T> {
  readonly #known = new Map<string, T>();

  /** `make` of the mask whose element (row, column) is bits[column * rows + row]; `shape` says what else the result depends on. */
  of(shape: string, rows: number, columns: number, bits: Uint8Array, make: (mask: Mask) => T): T {
    const key = `${shape}:${new TextDecoder('latin1').decode(bits)}`;
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const rowMajor = new Uint8Array(rows * columns);
    for (let n = 0; n < columns; n++) {
      for (let t = 0; t < rows; t++) rowMajor[t * columns + n] = bits[n * rows + t]!;
    }
    const made = make({ rows, columns, bits: rowMajor });
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }
}
