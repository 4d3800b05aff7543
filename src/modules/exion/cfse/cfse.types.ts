// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Bool, Bundle, input, output, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import { scratchBits } from '../core.types.ts';

const { size, columns, maskWords, params } = ExionCoreParams.shape;
/** Of the parameters of a core those that matter here; the others may be given too. */
export const CfseParams = z.object({ size, columns, maskWords, params });
export type CfseParams = z.output<typeof CfseParams>;

export const SizeParams = z.strictObject({ size });
export type SizeParams = z.output<typeof SizeParams>;

/** Most columns of LN: D * sum(x^2) of 16-bit x has 55 bits up to here. */
export const longestNorm = 4096;

/** Columns that the writers can hold: more than the stages of a lane, so that a column a cycle leaves. */
export const writeDepth = 32;

/** Words of operands that may be on their way: covers a scratchpad that answers within so many cycles. */
export const readDepth = 16;

/** Entries of the parameter memory in a scratchpad word: 8 bytes each. */
export const entriesOf = ({ size: r }: SizeParams): number => r / 2;

/** OMEM, seen from the unit: the column is there one cycle after `enable`. */
export function omemReader(p: Pick<CfseParams, 'size' | 'columns'>) {
  return {
    enable: output(Bool),
    column: output(UInt(clog2(p.columns))),
    data: input(Vec(p.size, SInt(32)), 'row i of the column'),
  };
}

/** Writes of PARAM: R / 2 entries of 8 bytes, {offset int32, gain 16 bits, 0}, little endian. */
export function paramWriter(p: Pick<CfseParams, 'size' | 'params'>) {
  return {
    enable: input(Bool),
    address: input(UInt(clog2(p.params)), 'first entry, a multiple of R / 2'),
    data: input(UInt(scratchBits(p)), 'R / 2 entries'),
  };
}

/** Writes of the GELU table: 4 R entries of a byte. */
export function tableWriter(p: SizeParams) {
  return {
    enable: input(Bool),
    address: input(UInt(clog2(256 / (4 * p.size))), 'number of the word: entry / (4 R)'),
    data: input(UInt(scratchBits(p)), '4 R entries, the first in the low byte'),
  };
}

/** A write of one entry into the tables of all lanes. */
export const entryWriteType = Bundle({ enable: Bool, address: UInt(8), data: UInt(8) });

/** What a lane does; constant while columns are in it. */
export const laneModeType = Bundle({
  /** Operand A comes from the scratchpad. */
  from_scratch: Bool,
  /** What A is added to or taken from: 0 offset, 1 zero, 2 operand B, 3 the largest score of the row. */
  left: UInt(2),
  subtract: Bool,
  add: Bool,
  axpy: Bool,
  norm: Bool,
  /** First pass of LN: squares. */
  statistics: Bool,
  softmax: Bool,
  /** COPY, PSUB: the 32-bit sum is the result. */
  plain: Bool,
  gelu: Bool,
  mask_in: Bool,
});

/** What all rows' serial units do in a cycle: at most one of these. */
export const serialStepType = Bundle({
  /** V = epsilon, root and quotient empty. */
  begin: Bool,
  /** V += D[b] * S2 * 2^b; `digit` is D[b]. */
  scale: Bool,
  digit: Bool,
  /** |S1| becomes the multiplicand and the multiplier. */
  turn: Bool,
  /** V -= |S1|[b] * |S1| * 2^b. */
  square: Bool,
  /** One bit of floor(sqrt(V)). */
  root: Bool,
  /** The reciprocal of the root begins. */
  invert: Bool,
  /** One bit of a quotient. */
  divide: Bool,
});

/** Stages of the lanes, counted from the cycle in which the operands of a column are there. */
export const stages = {
  /** The score is compared with the largest one, and x is added to S1. */
  operands: 1,
  /** Gain for the first multiplier is needed; x^2 is there. */
  products: 2,
  /** A + offset + P is there: result of COPY and PSUB, overflow. */
  sum: 3,
  /** Gain of LN is needed. */
  lateGain: 11,
  /** Exponential, |y| > theta, results of RQ and AXPY. */
  middle: 12,
  /** Offset of LN is needed. */
  lateOffset: 13,
  /** Results of LN and SOFTMAX. */
  late: 18,
} as const;
