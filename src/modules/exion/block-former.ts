// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  type ModuleBuilder,
  output,
  type Signal,
  sink,
  source,
  UInt,
  type UIntType,
  Vec,
} from '../../dsl/index.ts';
import { fit } from '../lib/fit.ts';
import { join } from '../lib/join.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { compact } from './compact.ts';
import { fields } from './conmerge.fields.ts';
import { blockType, groupType } from './conmerge.types.ts';

export const BlockFormerParams = z.strictObject({
  rows: fields.rows,
  cols: fields.cols,
  beats: fields.blocks.min(2).describe('capacity: most beats of one unit of work'),
  idWidth: fields.idWidth,
});

/**
 * Block former with FREE placement (paper 3.3 "Block", 4): packs kept columns, up to C a cycle, into blocks of C lanes.
 *
 * Law: blocks are consecutive runs of C kept columns; the last one is padded with empty lanes and has `last`. A unit without kept
 * columns gives no block and a cycle of `empty`. Column n of lane j of a beat has the id beat * C + j.
 *
 * Latency 0, a group a cycle: columns that do not fill a block wait in C registers {n, bitmap}. A block leaves only when a column
 * beyond it arrives, or at the end of the unit, so that the last block is known. Path: prefix count of C bits, 2 log2(C) stages of
 * multiplexers, and the one between waiting and arriving columns, into the block memory behind.
 */
export const blockFormer = block(
  'block_former',
  BlockFormerParams,
  (m, p) => {
    const io = m.ports({
      group: sink(groupType(p), 'kept columns in order'),
      blk: source(blockType(p), 'blocks'),
      empty: output(Bool, 'a unit ends that has no block'),
    });
    const { payload } = io.group;
    const count = UInt(bitsFor(p.cols));
    const { held, ids, fill } = m.regs({
      held: Vec(p.cols, UInt(p.rows)),
      ids: Vec(p.cols, UInt(p.idWidth)),
      fill: count.init(0),
    });

    // A lane number and a bitmap go through the network; the beat is the same for all.
    const lane = clog2(p.cols);
    const entries = payload.columns.map((column, j) => (lane > 0 ? m.lit(j, UInt(lane)).concat(column) : column));
    const isFull = fill.eq(p.cols);
    const start = isFull.mux(m.lit(0, UInt(lane)), fill.trunc(lane));
    const { words: moved, count: taken } = compact(entries, payload.take, start);
    const { total } = m.nets({ total: fill.addFull(taken) });
    const { overflows } = m.nets({ overflows: total.gt(p.cols) });
    const isEnd = payload.last;
    const isEmpty = fill.eq(0);

    const rows = moved.map((entry, j) => ({
      isHeld: fill.gt(j),
      bitmap: entry.low(p.rows) as Signal<UIntType>,
      id: columnId(m, p, payload.beat, entry.high(lane) as Signal<UIntType>),
    }));
    const merged = rows.map(({ isHeld, bitmap, id }, j) => ({
      bitmap: isHeld.mux(held.at(j), bitmap.and(isEnd.not().replicate(p.rows))),
      id: isHeld.mux(ids.at(j), id.and(isEnd.not().replicate(p.idWidth))),
    }));
    const { emits } = m.nets({ emits: isEnd.mux(isEmpty.not(), overflows) });
    io.blk.offer(io.group.valid.and(emits), {
      rows: Array.from({ length: p.rows }, (_, t) =>
        join(
          fill,
          merged.map((each) => each.bitmap.bit(t)),
        ),
      ),
      ids: merged.map((each) => each.id),
      colour: m.lit(0, UInt(0)),
      last: isEnd,
      merge: payload.merge,
      relocate: payload.relocate,
    });
    io.group.ready.assign(emits.not().or(io.blk.ready));
    io.empty.assign(io.group.valid.and(isEnd).and(isEmpty));

    m.when(io.group.fire, () => {
      fill.next(isEnd.mux(m.lit(0, count), overflows.mux(total.subWrap(p.cols), total).trunc(count.width)));
      rows.forEach(({ isHeld, bitmap, id }, j) =>
        m.when(overflows.or(isHeld.not()), () => {
          held.at(j).next(bitmap);
          ids.at(j).next(id);
        }),
      );
    });
    m.assert('last_takes_nothing', io.group.valid.and(isEnd).not().or(payload.take.eq(0)));
    return io;
  },
  { doc: 'ConMerge: packs kept columns into blocks of C lanes, free placement.' },
);

/** Id of lane `lane` of beat `beat`: beat * C + lane, modulo 2^idWidth (ids of a unit always fit). */
export function columnId(
  m: ModuleBuilder,
  p: { readonly cols: number; readonly idWidth: number },
  beat: Signal<UIntType>,
  lane: Signal<UIntType>,
): Signal {
  if (2 ** lane.width === p.cols) return fit(lane.width > 0 ? beat.concat(lane) : beat, p.idWidth);
  return fit(beat.mul(m.lit(p.cols, UInt(bitsFor(p.cols)))).addFull(lane), p.idWidth);
}
