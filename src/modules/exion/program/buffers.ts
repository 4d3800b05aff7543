// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../core.params.ts';
import type { Space, Touch } from './footprint.ts';
import { quartersOf } from './ring.ts';

/**
 * Which bit of `reads` and `writes` stands for which part of which memory. Bits follow from the addresses that a command touches, so two
 * commands that touch the same place always have a bit in common, and parts of a memory can be worked on at the same time:
 *
 * 0..3 quarters of IMEM, 4..7 of OMEM, 8 and 9 the even and the odd map and K-merge buffers, 10 and 11 halves of WMEM, 12 EIMEM, 13 and 14 halves of EWMEM,
 * 15 and 16 of the parameter memory (16 also the table), then `privateBits` and `sharedBits`.
 */
export class BufferMap {
  /** Of each memory the first place of each part, ascending, and its bit; null: a constant, written before the loop and a fence. */
  readonly #parts = new Map<Space, { readonly from: number; readonly bit: number | null }[]>();

  constructor(p: ExionCoreParams) {
    const quarters = (total: number, granule = 1): number[] => {
      const [quarter, half] = quartersOf(total, granule);
      return [0, quarter, half, half + quarter];
    };
    this.#set('imem', quarters((2 * p.depth) / p.lanes), [0, 1, 2, 3]);
    this.#set('wmem', quarters(p.weightWords), [10, 10, 11, 11]);
    this.#set('omem', quarters(p.columns, p.size), [4, 5, 6, 7]);
    const maps = Array.from({ length: p.mapBuffers }, (_, buffer) => buffer);
    this.#set(
      'map',
      maps,
      maps.map((buffer) => 8 + (buffer % 2)),
    );
    this.#set('kmerge', [0, 1], [8, 9]);
    this.#set('eimem', [0], [12]);
    this.#set('ewmem', quarters(p.weightWords), [13, 13, 14, 14]);
    this.#set('param', quarters(p.params, Math.max(1, p.size / 2)), [15, 15, 16, 16]);
    this.#set('table', [0], [16]);
    this.#set('keys', [0], [null]);
  }

  /** Parts of the mask memory or of the scratchpad; places in ascending order. */
  part(space: 'mask' | 'scratch', from: number, bit: number | null): void {
    const parts = this.#parts.get(space) ?? [];
    parts.push({ from, bit });
    this.#parts.set(space, parts);
  }

  /** The bits of what the touches read and write. LD and ST are of no core, so they have shared bits alone; the rest needs a fence. */
  bits(touches: readonly Touch[], ofCore: boolean): { reads: number; writes: number } {
    let [reads, writes] = [0, 0];
    for (const touch of touches) {
      const mask = this.#mask(touch) & (ofCore ? ~0 : sharedMask);
      if (touch.write) writes |= mask;
      else reads |= mask;
    }
    return { reads: reads >>> 0, writes: writes >>> 0 };
  }

  #set(space: Space, places: readonly number[], bits: readonly (number | null)[]): void {
    this.#parts.set(
      space,
      places.map((from, i) => ({ from, bit: bits[i] ?? null })),
    );
  }

  #mask({ space, from, count }: Touch): number {
    const parts = this.#parts.get(space) ?? [];
    let mask = 0;
    let [low, high] = [0, parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (parts[middle]!.from <= from) low = middle + 1;
      else high = middle;
    }
    for (let i = Math.max(0, low - 1); i < parts.length && parts[i]!.from < from + count; i++) {
      const { bit } = parts[i]!;
      if (bit !== null) mask |= 2 ** bit;
    }
    return mask;
  }
}

/** Bits of the parts of the mask memory and of the scratchpad. The first group is of a core, the second shared by all. */
export const privateBits = {
  /** FFN masks. */
  ffnMask: 17,
  /** AM, RQ, RK of even and of odd heads. */
  attentionMask: [18, 19],
  /** Tensors of even and of odd row tiles. */
  tile: [20, 21],
  /** Probabilities, two in turn. */
  probabilities: [22, 23],
} as const;

const sharedMask = ~0 << 24;

export const sharedBits = {
  /** Weights on their way from DRAM, two in turn. */
  weights: [24, 25],
  /** Parameters, two in turn; zeros. */
  params: [26, 31],
  /** V of the tiles of even and of odd cores. */
  values: [27, 28],
  /** K and predicted K, likewise. */
  keys: [29, 30],
} as const;
