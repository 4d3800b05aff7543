// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { clog2 } from '../../lib/widths.ts';
import { laneBits, productLatency, TCoreParams } from '../tcore.params.ts';

export const PointEngineParams = z
  .strictObject({
    limb: TCoreParams.shape.limb,
    pipeline: TCoreParams.shape.pipeline,
    laneTag: z.int().min(1).max(64).default(16).describe('Bits of the tag of a lane of TCore (its tagBits)'),
    limbs: z
      .union([z.literal(2), z.literal(3), z.literal(6)])
      .default(6)
      .describe('Limbs of a coordinate on the ports: 2 serves mode 0, 3 modes 0 and 1, 6 all modes'),
    tagBits: z.int().min(1).max(64).default(24).describe('Bits of the tag of an operation'),
  })
  .superRefine((p, ctx) => {
    const needed = clog2(setCount(p)) + 4;
    if (p.laneTag < needed) {
      ctx.addIssue({ code: 'custom', path: ['laneTag'], message: `needs ${needed} bits for set and register` });
    }
  });

export type PointEngineParams = z.output<typeof PointEngineParams>;
export type PointEngineParamsInput = z.input<typeof PointEngineParams>;

/** Bits of a coordinate on the ports. */
export const coordinateBits = ({ limb, limbs }: Pick<PointEngineParams, 'limb' | 'limbs'>): number => limbs * limb;

/** Bits of a register of a lane: of the widest mode that is served. */
export const registerBits = (p: Pick<PointEngineParams, 'limb' | 'limbs'>, lane: number): number =>
  Math.min(coordinateBits(p), laneBits(p, lane));

/** Operations that take turns on a lane. A rotation has this many slots of three cycles. */
export const seatCount = (p: Pick<PointEngineParams, 'pipeline'>): number => productLatency(p) + 6;

/** Register sets of a lane: those at work, and at least three that are being loaded or unloaded. */
export const setCount = (p: Pick<PointEngineParams, 'pipeline'>): number => 2 ** clog2(seatCount(p) + 3);
