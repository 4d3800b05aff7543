// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, memory, output, type Signal, sink, source, UInt, Vec } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { assertStable } from '../lib/stream-laws.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { columnId } from './block-former.ts';
import { fields, memoryStyle } from './conmerge.fields.ts';
import { blockType, groupType } from './conmerge.types.ts';

export const LaneFormerParams = z.strictObject({
  rows: fields.rows,
  cols: fields.cols,
  beats: fields.blocks.min(2).describe('most beats of one unit of work'),
  depth: fields.blocks.min(2).describe('capacity: most columns of a lane'),
  idWidth: fields.idWidth,
});

/**
 * Block former with LANE placement (paper 4 "WMEM"): a column stays in its lane; block b is the b-th kept column of every lane.
 *
 * Law: as block-former.ts, but a lane whose columns are exhausted is empty in the remaining blocks, so there are as many blocks as the
 * longest lane has columns. Columns wait in a memory for each lane. A block leaves as soon as every lane has one for it and some lane
 * another for the next (so that the last block is known), the others after the end of the unit.
 *
 * Throughput: a group and a block a cycle. The last block is offered max(1, most - least columns of a lane) + 1 cycles after the end of the unit.
 * Memory: C x depth x (R + log2 beats) bits, one port each way. Path: lane counters through two `and`-`or` of C bits into the counters.
 */
export const laneFormer = block(
  'lane_former',
  LaneFormerParams,
  (m, p) => {
    const io = m.ports({
      group: sink(groupType(p), 'kept columns in order'),
      blk: source(blockType(p), 'blocks'),
      empty: output(Bool, 'a unit ends that has no block'),
      busy: output(Bool, 'holds columns'),
    });
    const index = UInt(clog2(p.depth));
    const count = UInt(bitsFor(p.depth));
    const { waiting, places } = m.regs({ waiting: Vec(p.cols, count).init(0), places: Vec(p.cols, index).init(0) });
    const { next, ended, offered } = m.regs({ next: index.init(0), ended: Bool.init(0), offered: Bool.init(0) });
    const { has, last, merge, relocate } = m.regs({ has: UInt(p.cols), last: Bool, merge: Bool, relocate: Bool });
    const each = (law: (level: Signal) => Signal): Signal =>
      join(
        next,
        waiting.map((level) => law(level)),
      );
    const { filled, more } = m.nets({ filled: each((lane) => lane.ne(0)), more: each((lane) => lane.gt(1)) });

    const { payload } = io.group;
    const { advance } = m.nets({ advance: io.blk.ready.or(offered.not()) });
    const { ready_block: readyBlock } = m.nets({
      ready_block: ended.mux(filled.orR(), filled.andR().and(more.orR())),
    });
    const { reads } = m.nets({ reads: advance.and(readyBlock) });
    const { closes } = m.nets({ closes: reads.and(ended).and(more.orR().not()) });
    io.group.ready.assign(ended.not());

    const entry = Bundle({ bitmap: UInt(p.rows), beat: UInt(clog2(p.beats)) });
    const names = Array.from({ length: p.cols }, (_, j) => `lane_${j}`);
    const style = memoryStyle(p.depth);
    const lanes = Object.values(
      m.mems(Object.fromEntries(names.map((name) => [name, memory(entry, p.depth, { style })]))),
    );
    const columns = lanes.map((lane, j) => {
      const takes = io.group.fire.and(payload.take.bit(j));
      const place = places.at(j);
      lane.write(place, { bitmap: payload.columns.at(j), beat: payload.beat }, { enable: takes });
      m.when(closes, () => place.next(0)).elsewhen(takes, () => place.next(place.addWrap(1)));
      const gives = reads.and(filled.bit(j));
      const level = waiting.at(j);
      m.when(takes.and(gives.not()), () => level.next(level.addWrap(1))).elsewhen(gives.and(takes.not()), () =>
        level.next(level.subWrap(1)),
      );
      const { bitmap, beat } = lane.read('column', next, { enable: reads });
      const id = columnId(m, p, beat, m.lit(j, UInt(clog2(p.cols))));
      return { bitmap: bitmap.and(has.bit(j).replicate(p.rows)), id: id.and(has.bit(j).replicate(p.idWidth)) };
    });

    // The next unit may come in while the last block of this one is offered.
    const { unit_merge, unit_relocate } = m.regs({ unit_merge: Bool, unit_relocate: Bool });
    m.when(io.group.fire, () => {
      unit_merge.next(payload.merge);
      unit_relocate.next(payload.relocate);
    });
    m.when(io.group.fire.and(payload.last), () => ended.next(filled.orR())).elsewhen(closes, () => ended.next(0));
    m.when(advance, () => offered.next(reads));
    m.when(reads, () => {
      next.next(closes.mux(m.lit(0, index), next.addWrap(1)));
      has.next(filled);
      last.next(closes);
      merge.next(unit_merge);
      relocate.next(unit_relocate);
    });
    io.blk.offer(offered, {
      rows: Array.from({ length: p.rows }, (_, t) =>
        join<Signal>(
          next,
          columns.map(({ bitmap }) => bitmap.bit(t)),
        ),
      ),
      ids: columns.map(({ id }) => id),
      colour: m.lit(0, UInt(0)),
      last,
      merge,
      relocate,
    });
    io.empty.assign(io.group.fire.and(payload.last).and(filled.orR().not()));
    io.busy.assign(filled.orR().or(offered));
    assertStable(m, 'blk', io.blk);
    m.assert('last_takes_nothing', io.group.valid.and(payload.last).not().or(payload.take.eq(0)));
    m.assert('holds_one_back', ended.not().or(filled.orR()), 'a unit has ended, but its last block is gone');
    return io;
  },
  { doc: 'ConMerge: packs kept columns into blocks, every column in its own lane.' },
);
