// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Bool, Bundle, input, output, type Ports, source, UInt, Vec } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { TCoreParams } from '../tcore.params.ts';
import { answerType } from '../point.types.ts';
import { microcode, registerBits } from './microcode.ts';
import { seatCount, setCount } from './point-engine.params.ts';

export const EcLaneParams = z.strictObject({
  width: z.int().min(1).max(4096).describe('Bits of a register'),
  pipeline: TCoreParams.shape.pipeline,
  tagBits: z.int().min(1).max(64).describe('Bits of the tag of an operation'),
});
export type EcLaneParams = z.output<typeof EcLaneParams>;

export const setBits = (p: Pick<EcLaneParams, 'pipeline'>): number => clog2(setCount(p));
export const seatBits = (p: Pick<EcLaneParams, 'pipeline'>): number => clog2(seatCount(p));
/** Bits of the tag of a product: register and set. */
export const productTagBits = (p: Pick<EcLaneParams, 'pipeline'>): number => setBits(p) + registerBits;

/** Most operands: two points in XYZZ. */
export const mostWords = 8;

/** An operation for a lane: where its program starts, and the `count` operands that it needs, in the order of the registers. */
export function loadType(p: EcLaneParams) {
  return Bundle({
    tag: UInt(p.tagBits),
    start: UInt(microcode.addressBits),
    count: UInt(4),
    words: Vec(mostWords, UInt(p.width)),
  });
}

/** The cycles of a slot: one bit is set in every cycle, but none while TCore takes nothing. */
export const phaseType = Bundle({ first: Bool, middle: Bool, last: Bool });

export const ecLanePorts = (p: EcLaneParams) => {
  const word = UInt(p.width);
  const tag = UInt(productTagBits(p));
  return {
    phase: input(phaseType, 'TCore takes operands in the first cycle'),
    seat: input(UInt(seatBits(p)), 'whose turn begins in the next slot'),
    modulus: input(word),
    a: input(word, 'coefficient of the curve'),
    aIsZero: input(Bool),
    load: { valid: input(Bool, 'only while vacant'), item: input(loadType(p)) },
    vacant: output(Bool, 'an operation can be loaded'),
    request: {
      valid: output(Bool, 'in the first cycle of a slot'),
      a: output(word),
      b: output(word),
      tag: output(tag),
    },
    result: { valid: input(Bool), x: input(word), tag: input(tag) },
    out: source(answerType(p.width, p.tagBits), 'results'),
    busy: output(Bool, 'an operation is inside'),
  };
};
export type EcLanePorts = Ports<ReturnType<typeof ecLanePorts>>;
