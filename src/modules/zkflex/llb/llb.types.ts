// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { llbCountBits, llbKeyBits, type LlbParams } from './llb.params.ts';

/** A point and its bucket. */
export function llbItemType(p: Pick<LlbParams, 'keys' | 'pointBits'>) {
  return Bundle({ key: UInt(llbKeyBits(p)), point: UInt(p.pointBits) });
}

/** Two points of one bucket that are to be added; `x` arrived after `y`. */
export function llbPairType(p: Pick<LlbParams, 'keys' | 'pointBits'>) {
  const point = UInt(p.pointBits);
  return Bundle({ key: UInt(llbKeyBits(p)), x: point, y: point });
}

/** What every bucket memory has, LLB and its baselines. */
export const bucketPorts = (p: Pick<LlbParams, 'keys' | 'pointBits'>) => ({
  arrive: sink(llbItemType(p), 'points to be summed by bucket'),
  result: sink(llbItemType(p), 'x + y of every issued pair, in any order'),
  issue: source(llbPairType(p), 'pairs to be added'),
  idle: output(Bool, 'nothing to be added, nothing in flight: a bucket holds at most one point'),
  drain: input(Bool, 'pulse when idle: gives out and empties all buckets'),
  drained: source(llbItemType(p), 'the buckets with a point, lowest key first'),
  draining: output(Bool, 'from the cycle after drain until the last bucket is taken; nothing arrives meanwhile'),
});

/** `result` of LLB is always ready. */
export const llbPorts = (p: LlbParams) => ({
  ...bucketPorts(p),
  spill: source(llbItemType(p), 'sums that leave a pool of too few nodes'),
  free: output(UInt(llbCountBits(p)), 'nodes neither occupied nor reserved for a result'),
});
