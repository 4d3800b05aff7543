// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { numbered } from '../../lib/stream-lists.ts';
import { bitsFor } from '../../lib/widths.ts';
import { answerType, curveType, operationType, pointType } from '../point.types.ts';
import { coordinateBits, keyBits, msmTagBits, type MsmParams, windowBitsWidth } from './msm.params.ts';

/** Bits of the number of the first window of a pass. */
export const firstWindowBits = 12;

/** One pass: the windows first .. first + count - 1 of n elements. */
export function msmCommandType(p: MsmParams) {
  return Bundle({
    /** Bits of a window: 1 .. windowBits. */
    c: UInt(windowBitsWidth(p)),
    /** Windows below those of the pass: their digits only give carries. */
    first: UInt(firstWindowBits),
    /** Windows of the pass: 1 .. windows, with count * 2^(c-1) <= keys. */
    count: UInt(bitsFor(p.windows)),
    /** Elements. */
    n: UInt(32),
    /** Adds the result of the pass before, times 2^(c count): passes go from the top windows down. */
    accumulate: Bool,
  });
}

/** An affine point as memory holds it: Montgomery, both zero is infinity. */
export function basePointType(p: MsmParams) {
  const word = UInt(coordinateBits(p));
  return Bundle({ x: word, y: word });
}

/** A point on its way to or from a bucket. */
export function bucketItemType(p: MsmParams) {
  return Bundle({ key: UInt(keyBits(p)), point: pointType(coordinateBits(p)) });
}

/** What `error` says. */
export const msmError = { none: 0, badCommand: 1, poolExhausted: 2 } as const;

/** The point engines, seen from MSM. */
export const enginePorts = (p: MsmParams) =>
  numbered(p.engines, () => ({
    request: source(operationType(coordinateBits(p), msmTagBits(p)), 'to a point engine'),
    answer: sink(answerType(coordinateBits(p), msmTagBits(p)), 'from it'),
  }));

export const msmPorts = (p: MsmParams) => {
  const bits = coordinateBits(p);
  return {
    command: sink(msmCommandType(p), 'one pass; taken when the pass before is done'),
    curve: input(curveType(bits), 'steady while busy'),
    points: sink(basePointType(p), 'n elements a pass'),
    scalars: sink(UInt(bits), 'n elements a pass, plain'),
    engine: enginePorts(p),
    spill: source(bucketItemType(p), 'buckets that leave a full pool'),
    refill: sink(bucketItemType(p), 'the spilled buckets again, in any order'),
    result: source(pointType(bits), 'XYZZ, affine or infinity; one a pass'),
    busy: output(Bool),
    error: output(UInt(2), 'sticky: 1 bad command, 2 pool exhausted'),
    clear: input(Bool, 'forgets the error'),
  };
};
