// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../../core.params.ts';
import { kMerge } from '../kmerge.ts';
import type { Fields } from './fault.ts';
import { MaskCache } from './mask-cache.ts';
import { type Context, refuse, tensorWords } from './state.ts';

/** One chunk of a K-merge: L lanes, each with up to M weight columns whose bitmaps are disjoint. */
export interface MergedChunk {
  /** Word f / L of the weight column of slot s and lane l: words[s * L + l]. */
  readonly words: Uint16Array;
  /** Slot of (row i, lane l): slots[i * L + l]. */
  readonly slots: Uint8Array;
  /** Whether (row i, lane l) has an input, and of which column: that column, or -1. */
  readonly columns: Int32Array;
}

/** K-merge buffer: what the merged inputs in IMEM meet. */
export type MergedInputs = readonly MergedChunk[];

const merges = new MaskCache<MergedInputs>();

/** The chunks of a mask; bits[f * R + i] is 1 where (row i, column f) is marked. */
function chunksOf(p: ExionCoreParams, columns: number, bits: Uint8Array): MergedInputs {
  const { size: R, lanes: L, slots: M } = p;
  const shape = [R, L, M, p.window, p.placement].join();
  return merges.of(shape, R, columns, bits, (mask) =>
    kMerge(mask, p).map((chunk) => ({
      words: Uint16Array.from({ length: M * L }, (_, e) => {
        const f = chunk.columns[Math.floor(e / L)]![e % L] ?? null;
        return f === null ? 0 : Math.floor(f / L);
      }),
      slots: Uint8Array.from(chunk.ws.flat()),
      columns: Int32Array.from(chunk.ws.flat(), (slot, e) => {
        const f = chunk.columns[slot]![e % L] ?? null;
        return f !== null && bits[f * R + Math.floor(e / L)] === 1 ? f : -1;
      }),
    })),
  );
}

/** KBUILD: packs the `n` columns of the mask from maskA on, and merges the int8 inputs at srcA into IMEM from dst on. */
export function buildMerged(ctx: Context, c: Fields): void {
  const { size: R, lanes: L, depth } = ctx.p;
  const { mask, imem } = ctx.core;
  refuse(c.n === 0, 'KBUILD of 0 columns');
  refuse(c.n > depth, `KBUILD of ${c.n} columns: the longest contraction is ${depth}`);
  ctx.touch('mask', c.maskA, c.n, false);
  ctx.touch('scratch', c.srcA, tensorWords(c.n, 1), false);
  ctx.touch('kmerge', c.map, 1, true);
  // There may be as many chunks as the contraction has words; no more are looked for, whatever the mask.
  ctx.touch('imem', c.dst, Math.ceil(c.n / L), true);
  const chunks = chunksOf(ctx.p, c.n, mask.bits.subarray(c.maskA * R, (c.maskA + c.n) * R));
  const from = 4 * R * c.srcA;
  chunks.forEach(({ columns }, chunk) => {
    for (let i = 0; i < R; i++) {
      const to = imem.at(i, c.dst + chunk);
      for (let l = 0; l < L; l++) {
        const f = columns[i * L + l]!;
        imem.bytes[to + l] = f < 0 ? 0 : ctx.scratch.int8[from + f * R + i]!;
      }
    }
  });
  ctx.core.merged[c.map] = chunks;
}
