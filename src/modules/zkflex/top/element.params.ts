// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Bits of a number of elements of one transfer. */
export const countBits = 24;

/** Field elements in the memory outside: each takes whole beats of the bus, the low beat first. */
export const ElementParams = z.strictObject({
  wordBits: z.int().min(8).max(4096).describe('Bits of the widest element: 6L'),
  busBits: z
    .int()
    .min(32)
    .max(1024)
    .refine((bits) => Number.isInteger(Math.log2(bits)), 'must be a power of two')
    .describe('Bits of a beat'),
  addressWidth: z.int().min(12).max(64).describe('Bits of a byte address'),
});

export type ElementParams = z.output<typeof ElementParams>;

/** Beats of the widest element. */
export const mostBeats = (p: Pick<ElementParams, 'wordBits' | 'busBits'>): number => Math.ceil(p.wordBits / p.busBits);

/** Beats of an element of `bits` bits. */
export const beatsOf = (bits: number, p: Pick<ElementParams, 'busBits'>): number => Math.ceil(bits / p.busBits);
