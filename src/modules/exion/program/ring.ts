// SPDX-License-Identifier: Apache-2.0
import { mustFit, roundDown } from './target.ts';

/**
 * Two halves of a memory that are filled in turn, so that what is used next can be written while the other half is read. What is larger
 * than a half takes the whole memory.
 */
export class Ring {
  readonly half: number;
  #next = 0;

  /** `limit` is the parameter that sets the size; every place is a multiple of `granule`. */
  constructor(
    readonly limit: string,
    readonly total: number,
    readonly granule = 1,
    readonly unit = 'words',
  ) {
    this.half = roundDown(Math.floor(total / 2), granule);
  }

  /** First place of `size` places; `what` is said when there are not so many. */
  take(what: string, size: number): number {
    mustFit(what, size, this.unit, this.limit, this.total);
    if (size > this.half) {
      this.#next = 0;
      return 0;
    }
    const base = this.#next * this.half;
    this.#next = 1 - this.#next;
    return base;
  }
}

/** Numbers 0 and 1 in turn: map buffers. */
export class Pair {
  #next = 1;

  take(): number {
    this.#next = 1 - this.#next;
    return this.#next;
  }
}
