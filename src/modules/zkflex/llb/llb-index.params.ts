// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Bool, Bundle, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { llbKeyBits, LlbParams } from './llb.params.ts';
import { llbItemType } from './llb.types.ts';

export const LlbIndexParams = LlbParams.pick({ keys: true, pointBits: true }).extend({
  nodes: z.int().min(1).max(1_048_576).describe('Items of all lists: so many arrive between two drains'),
  indexBits: z.int().min(1).max(32).describe('Bits of the index of a point'),
  accumulators: z.int().min(1).max(256).describe('A: buckets that are summed at a time'),
});

export type LlbIndexParams = z.output<typeof LlbIndexParams>;

/** Bits of the number of an accumulator. */
export const slotBits = ({ accumulators }: Pick<LlbIndexParams, 'accumulators'>): number =>
  Math.max(1, clog2(accumulators));

/** Bits of the number of a node. */
export const indexNodeBits = ({ nodes }: Pick<LlbIndexParams, 'nodes'>): number => clog2(nodes);

export function llbIndexPorts(p: LlbIndexParams) {
  const [key, index, slot, point] = [UInt(llbKeyBits(p)), UInt(p.indexBits), UInt(slotBits(p)), UInt(p.pointBits)];
  return {
    arrive: sink(Bundle({ key, index }), 'indices of points to be summed by bucket'),
    idle: output(Bool, 'nothing is on its way into the lists and nothing is being summed'),
    drain: input(Bool, 'pulse when idle: sums, gives out and empties all buckets'),
    draining: output(Bool, 'from the cycle after drain until the last bucket is taken; nothing arrives meanwhile'),
    fetch: source(index, 'asks for the point of an index'),
    fetched: sink(point, 'the points, in the order in which they were asked for'),
    issue: source(Bundle({ slot, x: point, y: point }), 'x is added to the sum y of an accumulator'),
    result: sink(Bundle({ slot, point }), 'x + y of every issued pair, in any order; always ready'),
    drained: source(llbItemType(p), 'the sums of the buckets with a point, lowest key first'),
  };
}
