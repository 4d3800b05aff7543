// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { MsmParams } from '../msm/msm.params.ts';
import { NttParams } from '../ntt/ntt.params.ts';
import { TCoreParams } from '../tcore.params.ts';
import { ElementParams } from './element.params.ts';

/** Bits of the tag of a lane: enough for the transform nodes and the point engines. */
export const laneTag = 16;

/** Parameters of the design: NT nodes of a TCore, a transform node and a point engine, one bucket memory, one bus. */
export const ZkFlexParams = z
  .strictObject({
    limb: TCoreParams.shape.limb,
    pipeline: TCoreParams.shape.pipeline,
    limbs: MsmParams.shape.limbs.describe(
      'Limbs of a word of memories and of a coordinate: 2, 3 or 6; modes above are refused',
    ),
    nodes: NttParams.shape.nodes,
    bankWords: NttParams.shape.bankWords,
    twiddleWords: NttParams.shape.twiddleWords,
    windowBits: MsmParams.shape.windowBits,
    windows: MsmParams.shape.windows,
    keys: MsmParams.shape.keys,
    pool: MsmParams.shape.pool,
    fifoDepth: z.int().min(2).max(64).default(16).describe('Commands that can wait'),
    addressWidth: z.int().min(32).max(64).default(40).describe('Bits of a byte address of the memory outside'),
    busBits: ElementParams.shape.busBits.default(128),
    maxBurst: z
      .union([z.literal(16), z.literal(256)])
      .default(16)
      .describe('Most beats of an AXI4 burst'),
  })
  .superRefine((p, ctx) => {
    const needed = 32 + Math.log2(p.busBits / 8);
    if (p.addressWidth < needed) {
      const message = `a beat has ${p.busBits} bits, so addresses of 2^32 beats have ${needed} bits`;
      ctx.addIssue({ code: 'custom', path: ['addressWidth'], message });
    }
  });

export type ZkFlexParams = z.output<typeof ZkFlexParams>;
export type ZkFlexParamsInput = z.input<typeof ZkFlexParams>;

export const zkflexPresets = {
  main: {
    limb: 128,
    pipeline: 'deep',
    limbs: 6,
    nodes: 4,
    bankWords: 4096,
    twiddleWords: 8192,
    windowBits: 12,
    windows: 64,
    keys: 65536,
    pool: 4096,
  },
  tiny: {
    limb: 8,
    pipeline: 'shallow',
    limbs: 6,
    nodes: 2,
    bankWords: 16,
    twiddleWords: 128,
    windowBits: 4,
    windows: 16,
    keys: 128,
    pool: 32,
    busBits: 32,
  },
} satisfies Record<string, ZkFlexParamsInput>;

export const nttParamsOf = (p: ZkFlexParams): NttParams =>
  NttParams.parse({
    limb: p.limb,
    pipeline: p.pipeline,
    laneTag,
    limbs: p.limbs,
    bankWords: p.bankWords,
    twiddleWords: p.twiddleWords,
    nodes: p.nodes,
  });

export const msmParamsOf = (p: ZkFlexParams): MsmParams =>
  MsmParams.parse({
    limb: p.limb,
    limbs: p.limbs,
    engines: p.nodes,
    windowBits: p.windowBits,
    windows: p.windows,
    keys: p.keys,
    pool: p.pool,
  });

export const tcoreParamsOf = (p: ZkFlexParams): TCoreParams =>
  TCoreParams.parse({ limb: p.limb, pipeline: p.pipeline, tagBits: laneTag });

export const elementParamsOf = (p: ZkFlexParams): ElementParams =>
  ElementParams.parse({ wordBits: p.limb * p.limbs, busBits: p.busBits, addressWidth: p.addressWidth });
