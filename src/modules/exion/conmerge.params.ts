// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { type Placement, placements, subBanks } from './core.params.ts';

/** Bits that number 0..n-1; never 0, as hardware has no signal without bits. */
function bitsFor(n: number): number {
  return n <= 2 ? 1 : Math.ceil(Math.log2(n));
}

/** What is wrong between fields, as [field, message] pairs. */
function conflicts(p: {
  rows: number;
  columns: number;
  bounds: number[];
  idWidth: number;
  slots: number;
  placement: Placement;
}): [string, string][] {
  const found: [string, string][] = [];
  const list = `[${p.bounds.join(', ')}]`;
  if (p.bounds.some((x, i) => i > 0 && x <= p.bounds[i - 1]!)) {
    found.push(['bounds', `bounds must rise strictly, got ${list}`]);
  }
  const dead = p.bounds.find((x) => x >= p.rows);
  if (dead !== undefined) {
    found.push([
      'bounds',
      `bound ${dead} of ${list} is never exceeded by a column of ${p.rows} rows; every bound must be below rows`,
    ]);
  }
  if (p.idWidth < bitsFor(p.columns)) {
    found.push([
      'idWidth',
      `${p.idWidth} bits cannot name ${p.columns} columns; give at least ${bitsFor(p.columns)}, or 0 to derive it`,
    ]);
  }
  if (p.placement === 'colour' && p.slots > subBanks) {
    found.push(['slots', `colour placement has ${subBanks} sub-banks, so at most as many slots, got ${p.slots}`]);
  }
  return found;
}

/**
 * Parameters of ConMerge (paper 3.3 and 4).
 *
 * `overwrite` rather than `transform` derives idWidth: the schema stays an object schema, so its fields, their texts and
 * its JSON schema can still be listed by the command line and the data sheets.
 */
export const ConMergeParams = z
  .strictObject({
    rows: z.int().min(1).max(256).describe('R: rows of the array, which is the row tile (activation rows) of one mask'),
    cols: z.int().min(1).max(256).describe('C: lanes of the array, which is the number of columns in one block'),
    slots: z
      .int()
      .min(1)
      .max(16)
      .describe('M: most blocks merged into one, so weight columns a lane holds; 1 = condense'),
    tries: z.int().min(1).max(16).describe('TRIES: how many blocks, from the sparsest on, are tried for one slot'),
    bounds: z
      .array(z.int().min(0))
      .describe(
        'BOUNDS: rising popcount thresholds; class = bounds the column exceeds, densest first; [] = no sorting',
      ),
    columns: z.int().min(1).max(65536).describe('N: chunk capacity, the most columns of one unit of work'),
    idWidth: z.int().min(0).max(32).default(0).describe('Bits of a column id; 0 = derive it as ceil(log2 columns)'),
    ncvg: z.int().min(1).max(16).default(1).describe('NCVG: ConMerge vector generators that work in parallel'),
    placement: z
      .enum(placements)
      .default('free')
      .describe('Which columns may meet in a lane: any, those of lane n mod C, or those of lane and sub-bank'),
  })
  .overwrite((p) => ({ ...p, idWidth: p.idWidth === 0 ? bitsFor(p.columns) : p.idWidth }))
  .superRefine((p, ctx) => {
    for (const [field, message] of conflicts(p)) ctx.addIssue({ code: 'custom', path: [field], message });
  });

/** Checked parameters, idWidth derived. */
export type ConMergeParams = z.output<typeof ConMergeParams>;

/** Parameters as a user writes them. */
export type ConMergeParamsInput = z.input<typeof ConMergeParams>;

/**
 * The published array and the one small enough to simulate and prove quickly (paper 5). They leave idWidth out, so that
 * a preset with another `columns` still gets ids that fit.
 */
export const conMergePresets = {
  main: { rows: 16, cols: 16, slots: 3, tries: 2, bounds: [2, 4, 8], columns: 1024, ncvg: 1, placement: 'free' },
  tiny: { rows: 4, cols: 4, slots: 3, tries: 2, bounds: [0, 1, 2], columns: 64, ncvg: 1, placement: 'free' },
} satisfies Record<string, ConMergeParamsInput>;
