// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import type { LlbParams } from '../llb/llb.params.ts';

export const MsmParams = z.strictObject({
  limb: z.int().min(4).max(256).describe('L: bits of a limb'),
  limbs: z
    .union([z.literal(2), z.literal(3), z.literal(6)])
    .default(6)
    .describe('Limbs of a coordinate and of a scalar'),
  engines: z.int().min(1).max(16).default(1).describe('NT: point engines'),
  windowBits: z.int().min(2).max(16).default(12).describe('Largest c'),
  windows: z.int().min(1).max(1024).default(64).describe('Most windows of one pass'),
  keys: z.int().min(1).default(65536).describe('Most buckets of one pass: count * 2^(c-1)'),
  pool: z.int().min(2).default(4096).describe('POOL: nodes of the linked-list bucket memory'),
  spill: z
    .boolean()
    .default(false)
    .describe('A pool that runs out spills through the spill ports; else it is an error'),
});

export type MsmParams = z.output<typeof MsmParams>;
export type MsmParamsInput = z.input<typeof MsmParams>;

/** Bits of a coordinate and of a scalar on the ports. */
export const coordinateBits = ({ limb, limbs }: Pick<MsmParams, 'limb' | 'limbs'>): number => limb * limbs;

/** Bits of a bucket key. */
export const keyBits = ({ keys }: Pick<MsmParams, 'keys'>): number => Math.max(1, clog2(keys));

/** Bits of the number of a window of a pass. */
export const windowIndexBits = ({ windows }: Pick<MsmParams, 'windows'>): number => Math.max(1, clog2(windows));

/** Bits of the tag of an operation: what it is for, and a key or a window. */
export const msmTagBits = (p: Pick<MsmParams, 'keys' | 'windows'>): number =>
  2 + Math.max(keyBits(p), windowIndexBits(p));

/** Bits of c and of counts of windows. */
export const windowBitsWidth = ({ windowBits }: Pick<MsmParams, 'windowBits'>): number => bitsFor(windowBits);

/** The linked-list bucket memory of an MSM; its points have 2 bits of kind and four coordinates. */
export const llbParams = (p: MsmParams): LlbParams => ({
  keys: p.keys,
  pool: p.pool,
  pointBits: 2 + 4 * coordinateBits(p),
});
