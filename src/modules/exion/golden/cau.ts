// SPDX-License-Identifier: Apache-2.0
import type { Mask } from './bitmask.ts';
import { type Chunk, kMerge, type KMergeShape, packChunk } from './kmerge.ts';

/** What of the parameters counts for KBUILD: R, and the longest contraction K in bytes. */
export interface KBuildShape extends KMergeShape {
  readonly size: number;
  readonly depth: number;
}

export interface KBuilt {
  readonly chunks: readonly Chunk[];
  /** Input words, one a chunk: words[c][i][l] is row i, lane l. */
  readonly words: readonly (readonly Int8Array[])[];
}

/** KBUILD of a mask: column f of the int8 tensor is bytes f R .. f R + R - 1 of `tensor`. */
export function kBuild(mask: Mask, p: KBuildShape, tensor: Int8Array): KBuilt {
  const chunks = kMerge(mask, p);
  const column = (f: number): Int8Array => tensor.subarray(f * p.size, (f + 1) * p.size);
  return { chunks, words: chunks.map((chunk) => packChunk(chunk, mask, column)) };
}

/**
 * Cycles of KBUILD from the transfer of the command to `done` when nothing stalls and the scratchpad answers `latency` cycles after the
 * transfer of a request, up to 13.
 *
 * 5 + P L to read the mask with P = ceil(n / L), L min(WIN, P) to fill the windows, M L a chunk, 4 to see that no column is left. A
 * column is written 5 + latency cycles after its turn began, a lane of slot 0 without a column 4, one after the other; if the last of
 * them is later, `done` is 2 cycles after it.
 */
export function kBuildCycles(columns: number, p: KBuildShape, chunks: readonly Chunk[], latency: number): number {
  const perLane = Math.ceil(columns / p.lanes);
  const begin = 5 + perLane * p.lanes + p.lanes * Math.min(p.window, perLane);
  let turn = begin;
  let written = 0;
  for (const { columns: slots } of chunks) {
    slots.forEach((lanes, s) =>
      lanes.forEach((f) => {
        if (f !== null) written = Math.max(written + 1, turn + 5 + latency);
        else if (s === 0) written = Math.max(written + 1, turn + 4);
        turn++;
      }),
    );
  }
  return Math.max(turn + 4, written + 2);
}
