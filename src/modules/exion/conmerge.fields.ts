// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Parameters that the parts of ConMerge share, each part taking only those that change its hardware. */
export const fields = {
  rows: z.int().min(1).max(256).describe('R: rows of the array, bits of a column bitmap'),
  cols: z.int().min(1).max(256).describe('C: lanes of the array, columns of a block'),
  slots: z.int().min(1).max(16).describe('M: most blocks merged into one; 1 = none merge'),
  tries: z.int().min(1).max(16).describe('TRIES: blocks tried for one slot, sparsest first'),
  bounds: z.array(z.int().min(0)).describe('BOUNDS: rising popcount thresholds; [] = one class'),
  blocks: z.int().min(1).max(65536).describe('capacity: most blocks of one unit of work'),
  columns: z.int().min(1).max(65536).describe('N: most columns of one unit of work'),
  idWidth: z.int().min(1).max(32).describe('bits of a column id'),
};

/** Wide words in few places: below this depth LUT memory is the smaller choice, and the tool's. */
export function memoryStyle(depth: number): 'block' | 'auto' {
  return depth >= 64 ? 'block' : 'auto';
}
