// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../core.params.ts';
import type { Space, Touch } from './footprint.ts';
import { roundDown } from './target.ts';

/**
 * Which bit of `reads` and `writes` stands for which part of which memory. Bits follow from the addresses that a command touches, so two
 * commands that touch the same place always have a bit in common, and the halves of a memory can be worked on at the same time.
 */
export class BufferMap {
  /** Of each memory the first place of each part, ascending, and its bit; null: a constant, written before the loop and a fence. */
  readonly #parts = new Map<Space, { readonly from: number; readonly bit: number | null }[]>();

  constructor(p: ExionCoreParams) {
    const input = p.depth / p.lanes;
    const weight = Math.floor(p.weightWords / 2);
    this.#set('imem', [0, input], [0, 1]);
    this.#set('wmem', [0, weight], [2, 3]);
    const half = roundDown(Math.floor(p.columns / 2), p.size);
    const quarter = roundDown(Math.floor(half / 2), p.size);
    this.#set('omem', [0, quarter, half, half + quarter], [4, 5, 6, 7]);
    this.#set('map', [0, 1], [8, 9]);
    this.#set('kmerge', [0, 1], [10, 11]);
    this.#set('eimem', [0], [12]);
    this.#set('ewmem', [0, weight], [13, 14]);
    this.#set('param', [0, roundDown(Math.floor(p.params / 2), Math.max(1, p.size / 2))], [15, 16]);
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
