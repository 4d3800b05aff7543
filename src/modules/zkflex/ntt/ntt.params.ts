// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { modularLatency, modes, TCoreParams } from '../tcore.params.ts';

const power = (least: number, most: number) =>
  z
    .int()
    .min(least)
    .max(most)
    .refine((n) => Number.isInteger(Math.log2(n)), 'must be a power of two');

/** B: butterflies that are read and written a cycle; more than the 5/3 that TCore takes in its fastest mode. */
export const butterflies = 2;
/** 2B banks: every element of a group of B butterflies lies in another one. */
export const bankCount = 2 * butterflies;

export const NttParams = z
  .strictObject({
    limb: TCoreParams.shape.limb,
    pipeline: TCoreParams.shape.pipeline,
    laneTag: TCoreParams.shape.tagBits.describe('Bits of the tag of a lane of TCore (its tagBits)'),
    limbs: z
      .union([z.literal(2), z.literal(3), z.literal(6)])
      .default(6)
      .describe('Limbs of a word of memory: 2 serves mode 0, 3 modes 0 and 1, 6 all modes'),
    bankWords: power(4, 65_536).describe('Words of each of the four banks'),
    twiddleWords: power(8, 262_144).describe('Words of the twiddle memory'),
    nodes: power(1, 8).default(1).describe('NT: nodes that a transform can be spread over'),
  })
  .superRefine((p, ctx) => {
    if (p.nodes > bankCount * p.bankWords) {
      ctx.addIssue({ code: 'custom', path: ['nodes'], message: 'a node needs as many words as there are nodes' });
    }
  });

export type NttParams = z.output<typeof NttParams>;
export type NttParamsInput = z.input<typeof NttParams>;

export const nttPresets = {
  main: { limb: 128, pipeline: 'deep', bankWords: 4096, twiddleWords: 8192 },
  tiny: { limb: 8, pipeline: 'shallow', bankWords: 16, twiddleWords: 64 },
} satisfies Record<string, NttParamsInput>;

/** Bits of a word of memory. */
export const nttWordBits = ({ limb, limbs }: Pick<NttParams, 'limb' | 'limbs'>): number => limb * limbs;

/** Bits of the address of an element: the capacity is four banks. */
export const addressBits = ({ bankWords }: Pick<NttParams, 'bankWords'>): number => Math.log2(bankCount * bankWords);

export const twiddleBits = ({ twiddleWords }: Pick<NttParams, 'twiddleWords'>): number => Math.log2(twiddleWords);

/** k of NT = 2^k nodes. */
export const nodeBits = ({ nodes }: Pick<NttParams, 'nodes'>): number => Math.log2(nodes);

/** Operations that wait in front of a lane, or are on their way there, at most. */
export const waitingPerLane = 5;

/** Pairs between their reading and their result, at most: those that wait, and those in the lanes, of the fastest mode. */
export function pairsInFlight(p: Pick<NttParams, 'pipeline'>): number {
  const { lanes } = modes[0];
  const inside = (Math.ceil(modularLatency(p) / 3) + 2) * lanes;
  return Math.ceil((inside + (waitingPerLane + 1) * lanes) / 2);
}
