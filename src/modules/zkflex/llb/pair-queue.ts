// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, source, UInt } from '../../../dsl/index.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { numbered } from '../../lib/stream-lists.ts';
import { bitsFor } from '../../lib/widths.ts';

export const PairQueueParams = z.strictObject({
  width: z.int().min(1).describe('Bits of an item'),
  depth: z.int().min(1).describe('Items that are inside at most'),
});

/** Cycles from an item into an empty queue to its offer: block RAM takes two. */
export const pairQueueLatency = (depth: number): number => (lane(depth) > 64 ? 2 : 1);

const lane = (depth: number): number => Math.max(2, Math.ceil(depth / 2));

/**
 * Queue that takes up to two items and gives up to one in every cycle. Items lie in two fifos in turn.
 *
 * - `push_0` and `push_1` may come alone or together; together `push_0` is the older one. There is no ready: the surroundings never have
 *   more than `depth` items inside. `room` says that two more fit.
 */
export const pairQueue = block(
  'pair_queue',
  PairQueueParams,
  (m, p) => {
    const item = UInt(p.width);
    const io = m.ports({
      push: numbered(2, () => ({ valid: input(Bool), item: input(item) })),
      out: source(item),
      room: output(Bool),
      empty: output(Bool, 'nothing inside'),
    });
    const [older, newer] = Object.values(io.push) as [(typeof io.push)['0'], (typeof io.push)['1']];
    const fifo = streamFifo({ width: p.width, depth: lane(p.depth) });
    const { lane_0, lane_1 } = m.instances({ lane_0: fifo, lane_1: fifo });
    const lanes = [lane_0, lane_1];
    const { in_turn, out_turn } = m.regs({ in_turn: Bool.init(0), out_turn: Bool.init(0) });
    const { inside } = m.regs({ inside: UInt(bitsFor(2 * lane(p.depth) + 2)).init(0) });

    const { any, both } = m.nets({
      any: older.valid.or(newer.valid),
      both: older.valid.and(newer.valid),
    });
    const { first } = m.nets({ first: older.valid.mux(older.item, newer.item) });
    m.when(any.and(both.not()), () => in_turn.next(in_turn.not()));
    const one = (bit: Signal): Signal => bit.resize(inside.width);
    inside.next(inside.addWrap(one(any)).addWrap(one(both)).subWrap(one(io.out.fire)));
    io.empty.assign(inside.eq(0));
    m.when(io.out.fire, () => out_turn.next(out_turn.not()));
    lanes.forEach((each, i) => {
      const turn = i === 0 ? in_turn.not() : in_turn;
      each.in.offer(turn.mux(any, both), turn.mux(first, newer.item));
      each.out.ready.assign(io.out.ready.and(out_turn.eq(i)));
      m.assert(`lane_${i}_has_room`, each.in.valid.not().or(each.in.ready), 'more items than the queue is made for');
    });
    io.out.offer(
      out_turn.mux(lane_1.out.valid, lane_0.out.valid),
      out_turn.mux(lane_1.out.payload, lane_0.out.payload),
    );
    io.room.assign(lane_0.in.ready.and(lane_1.in.ready));
    return io;
  },
  { doc: 'Queue with two pushes and one pop a cycle.' },
);
