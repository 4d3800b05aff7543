// SPDX-License-Identifier: Apache-2.0
import { mustFit, roundDown, roundUp } from './target.ts';

export interface RingOptions {
  /** Parameter that sets the size, for messages, and what is counted. */
  readonly limit: string;
  readonly unit: string;
  readonly total: number;
  /** Every place is a multiple of it. */
  readonly granule?: number;
  /** Most that are in use at a time: 2 or 4. */
  readonly parts: 2 | 4;
}

/** Where the second quarter and the second half of a memory begin. */
export function quartersOf(total: number, granule: number): readonly [quarter: number, half: number] {
  const half = roundDown(Math.floor(total / 2), granule);
  return [roundDown(Math.floor(half / 2), granule), half];
}

/**
 * Parts of a memory that are filled in turn, so that what is used next can be written while others are read: quarters for what fits in
 * one, else halves, else the whole memory.
 */
export class Ring {
  readonly half: number;
  readonly quarter: number;
  /** Next quarter, 0 .. 3. */
  #next = 0;

  constructor(readonly options: RingOptions) {
    const { total, granule = 1 } = options;
    [this.quarter, this.half] = quartersOf(total, granule);
  }

  get total(): number {
    return this.options.total;
  }

  /** Refuses what does not fit at all. */
  check(what: string, size: number): void {
    const { unit, limit, total } = this.options;
    mustFit(what, size, unit, limit, total);
  }

  /** First place of `size` places; `what` is said when there are not so many. */
  take(what: string, size: number): number {
    this.check(what, size);
    const quarters = size <= this.quarter && this.options.parts === 4 ? 1 : size <= this.half ? 2 : 4;
    const first = roundUp(this.#next, quarters) % 4;
    this.#next = (first + quarters) % 4;
    return Math.floor(first / 2) * this.half + (first % 2) * this.quarter;
  }
}

/** Map buffers beyond the pair: each is given out once in a core, and what is built in it stays until the next period builds it anew. */
export class KeptMaps {
  readonly #next: number[];

  constructor(
    readonly buffers: number,
    cores: number,
  ) {
    this.#next = Array.from({ length: cores }, () => 2);
  }

  /** The next buffer of a core, null when it has no more. */
  take(core: number): number | null {
    const next = this.#next[core]!;
    if (next >= this.buffers) return null;
    this.#next[core] = next + 1;
    return next;
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
