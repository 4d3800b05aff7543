// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));
const power = (least: number, most: number) =>
  z.int().min(least).max(most).refine(isPowerOfTwo, 'must be a power of two');

/** Where weight columns may lie in the weight memory, and so which of them may meet in one pass (paper 4, WMEM). */
export const placements = ['free', 'lane', 'colour'] as const;
export type Placement = (typeof placements)[number];

/** Least sub-banks of the colour placement; a merge combines blocks of distinct ones. */
export const subBanks = 4;

export function conflicts(p: {
  size: number;
  lanes: number;
  slots: number;
  drain: number;
  placement: Placement;
  bounds: number[];
  columns: number;
  depth: number;
  tokens: number;
}): [string, string][] {
  const found: [string, string][] = [];
  const refuse = (field: string, wrong: boolean, text: string): void => {
    if (wrong) found.push([field, text]);
  };
  refuse('lanes', p.lanes < p.size, `lanes must be a multiple of size ${p.size}, got ${p.lanes}`);
  refuse('lanes', p.lanes > 4 * p.size, `lanes may be at most 4 x size ${p.size}, got ${p.lanes}`);
  refuse('drain', p.drain > p.size, `drain cannot exceed size ${p.size}, got ${p.drain}`);
  refuse(
    'drain',
    p.placement === 'free' && p.drain > 1,
    'free placement puts any column in any lane, so only one column a cycle can be drained: drain must be 1',
  );
  refuse(
    'slots',
    p.placement === 'colour' && p.slots > subBanks,
    `colour placement has ${subBanks} sub-banks, so at most as many slots`,
  );
  refuse(
    'bounds',
    p.bounds.some((x, i) => x >= p.size || (i > 0 && x <= p.bounds[i - 1]!)),
    `bounds must rise strictly and stay below size ${p.size}, got [${p.bounds.join(', ')}]`,
  );
  refuse('columns', p.columns % p.size !== 0, `columns must be a multiple of size ${p.size}, got ${p.columns}`);
  refuse('depth', p.depth % p.lanes !== 0, `depth must be a multiple of lanes ${p.lanes}, got ${p.depth}`);
  return found;
}

/** Parameters of an EXION core (DSC, paper 4 and 5). R = C = `size`, as published; AW = 8 and ACC = 32 are fixed. */
export const ExionCoreParams = z
  .strictObject({
    size: power(2, 64).describe('R = C: rows and columns of the array; a row tile has R tokens'),
    lanes: power(4, 256).describe('L = EL: multipliers of a dot-product unit; a multiple of size, at most 4 times it'),
    slots: z.int().min(1).max(4).describe('M: most weight columns a lane holds in one pass'),
    tries: z.int().min(1).max(16).describe('TRIES: how many blocks are tried for one slot'),
    bounds: z.array(z.int().min(0)).describe('BOUNDS: rising popcount thresholds of the sort classes'),
    window: z.int().min(1).max(16).describe('WIN: pending columns that the K-merge matcher looks at'),
    ncvg: z.int().min(1).max(16).default(1).describe('NCVG: ConMerge vector generators'),
    placement: z.enum(placements).describe('Placement of weight columns: free, lane or colour'),
    drain: power(1, 64).describe('PD: columns drained a cycle; 1 with free placement'),
    columns: z.int().min(4).max(65536).describe('N: most columns of one GEMM, so columns of OMEM'),
    depth: z
      .int()
      .min(4)
      .max(65536)
      .describe('Longest contraction K of IMEM, in bytes a row; IMEM holds two such rows'),
    weightWords: z.int().min(2).max(65536).describe('Words of L bytes that each lane of WMEM holds'),
    tokens: z.int().min(1).max(4096).describe('T: most tokens of one image'),
    maskWords: z.int().min(2).max(65536).describe('Column words of R bits in the mask memory'),
    params: z.int().min(2).max(65536).describe('Entries of the memory of bias and scale of columns'),
    topkWidth: power(1, 16).describe('Scores that the top-k unit looks at in a cycle, a row'),
    mapBuffers: z
      .int()
      .min(2)
      .max(128)
      .default(2)
      .describe('Control map buffers (CM_CACHE): two that are filled in turn, the others keep maps of FFN masks'),
  })
  .superRefine((p, ctx) => {
    for (const [field, message] of conflicts(p)) ctx.addIssue({ code: 'custom', path: [field], message });
  });

export type ExionCoreParams = z.output<typeof ExionCoreParams>;
export type ExionCoreParamsInput = z.input<typeof ExionCoreParams>;

/** `main` has the published array; `tiny` is small enough to simulate a whole denoising loop. Memories suit the digit network. */
export const exionCorePresets = {
  main: {
    size: 16,
    lanes: 16,
    slots: 3,
    tries: 2,
    bounds: [2, 4, 8],
    window: 8,
    placement: 'lane',
    drain: 4,
    columns: 1024,
    depth: 2048,
    weightWords: 4608,
    tokens: 256,
    maskWords: 8192,
    params: 1024,
    topkWidth: 16,
  },
  tiny: {
    size: 4,
    lanes: 4,
    slots: 3,
    tries: 2,
    bounds: [0, 1, 2],
    window: 4,
    placement: 'free',
    drain: 1,
    columns: 256,
    depth: 256,
    weightWords: 2048,
    tokens: 64,
    maskWords: 16384,
    params: 256,
    topkWidth: 4,
  },
} satisfies Record<string, ExionCoreParamsInput>;
