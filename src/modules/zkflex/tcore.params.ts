// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** The three modes by number: products of 2, 3 or 6 limbs, that many lanes side by side, and how many cells a lane has. */
export const modes = [
  { limbs: 2, lanes: 5, cells: 3 },
  { limbs: 3, lanes: 3, cells: 5 },
  { limbs: 6, lanes: 1, cells: 15 },
] as const;

export const cellCount = 15;
export const laneCount = 5;

export const TCoreParams = z.strictObject({
  limb: z
    .int()
    .min(4)
    .max(256)
    .refine((bits) => bits % 2 === 0, 'must be even')
    .describe('L: bits of a limb; operands have 2L, 3L or 6L bits'),
  pipeline: z
    .enum(['deep', 'shallow'])
    .default('deep')
    .describe(
      'Registers between the stages: deep for wide limbs (a product takes 22 cycles), shallow for narrow ones (7)',
    ),
  tagBits: z.int().min(1).max(64).default(16).describe('Bits of the tag that goes with every operation'),
  words: z
    .boolean()
    .default(false)
    .describe('Adds 45 products a cycle in the Goldilocks field on the leaves; needs leaves of 64 bits or more'),
});

export type TCoreParams = z.output<typeof TCoreParams>;
export type TCoreParamsInput = z.input<typeof TCoreParams>;

export const tcorePresets = {
  main: { limb: 128, pipeline: 'deep', words: true },
  tiny: { limb: 8, pipeline: 'shallow' },
} satisfies Record<string, TCoreParamsInput>;

/** LP: cycles from operands to their product in every mode; 1 mod 3. */
export const productLatency = ({ pipeline }: Pick<TCoreParams, 'pipeline'>): number => (pipeline === 'deep' ? 22 : 7);

/** Cycles from operands to the modular product: three products and three cycles. */
export const modularLatency = (p: Pick<TCoreParams, 'pipeline'>): number => 3 * productLatency(p) + 3;

/** Bits of an operand in a mode: 2L, 3L, 6L. */
export const modeBits = ({ limb }: Pick<TCoreParams, 'limb'>, mode: number): number => modes[mode]!.limbs * limb;

/** Bits of the widest operand that lane `lane` can have: 6L, 3L, 3L, 2L, 2L. */
export function laneBits(p: Pick<TCoreParams, 'limb'>, lane: number): number {
  return Math.max(...modes.filter(({ lanes }) => lane < lanes).map(({ limbs }) => limbs * p.limb));
}
