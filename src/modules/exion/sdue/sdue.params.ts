// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { conflicts, ExionCoreParams } from '../core.params.ts';
import { inputWords } from '../core.types.ts';

const { size, lanes, slots, placement, drain, columns, depth, weightWords, mapBuffers } = ExionCoreParams.shape;

/** What the array unit takes of the parameters of a core. */
export const SdueParams = z
  .strictObject({ size, lanes, slots, placement, drain, columns, depth, weightWords, mapBuffers })
  .superRefine((p, ctx) => {
    const found = conflicts({ ...p, bounds: [], tokens: 1 });
    for (const [field, message] of found) ctx.addIssue({ code: 'custom', path: [field], message });
  });
export type SdueParams = z.output<typeof SdueParams>;

/** The parameters of the unit in a core. */
export function sdueParams(p: SdueParams): SdueParams {
  const { size, lanes, slots, placement, drain, columns, depth, weightWords, mapBuffers } = p;
  return { size, lanes, slots, placement, drain, columns, depth, weightWords, mapBuffers };
}

/** Column blocks of the widest GEMM; no unit of work has more control words. */
export const mapWords = ({ columns, size }: Pick<SdueParams, 'columns' | 'size'>): number => columns / size;

/** Words of L bytes of the longest contraction; no K-merge has more chunks. */
export const chunkWords = ({ depth, lanes }: Pick<SdueParams, 'depth' | 'lanes'>): number => depth / lanes;

/** Bits of the numbers that the parts share. */
export function widths(p: SdueParams) {
  return {
    /** Bytes of a word of L bytes, as bits. */
    word: 8 * p.lanes,
    lane: clog2(p.size),
    slot: clog2(p.slots),
    slots: bitsFor(p.slots),
    id: bitsFor(p.columns),
    passes: bitsFor(mapWords(p)),
    beats: bitsFor(inputWords(p)),
    input: clog2(inputWords(p)),
    weight: clog2(p.weightWords),
    column: clog2(p.columns),
  };
}

/** Cycles in which the drain takes one slot of a pass: C / PD. */
export const slotDrain = ({ size, drain }: Pick<SdueParams, 'size' | 'drain'>): number => size / drain;
