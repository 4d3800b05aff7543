// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { bitsFor, clog2 } from '../../lib/widths.ts';

export const LlbParams = z.strictObject({
  pool: z.int().min(2).max(65_536).describe('POOL: nodes, each holds a point that waits or is about to be issued'),
  keys: z.int().min(1).max(1_048_576).describe('Buckets'),
  pointBits: z.int().min(1).max(16_384).describe('Bits of a point; the memory never looks at them'),
});

export type LlbParams = z.output<typeof LlbParams>;
export type LlbParamsInput = z.input<typeof LlbParams>;

/** Bits of a key; 1 for a single bucket. */
export const llbKeyBits = ({ keys }: Pick<LlbParams, 'keys'>): number => Math.max(1, clog2(keys));

/** Bits of a number of nodes, 0 .. pool. */
export const llbCountBits = ({ pool }: Pick<LlbParams, 'pool'>): number => bitsFor(pool);

/** The baselines have one place a bucket. */
export const BucketParams = LlbParams.pick({ keys: true, pointBits: true });

export type BucketParams = z.output<typeof BucketParams>;
