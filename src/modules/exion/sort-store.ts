// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, type Signal, UInt, Vec } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { onehotMux } from '../lib/onehot.ts';
import { isolate } from '../lib/priority-encoder.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { fields, memoryStyle } from './conmerge.fields.ts';
import { maskBeatType } from './conmerge.types.ts';

export const SortStoreParams = z.strictObject({
  rows: fields.rows,
  cols: fields.cols,
  beats: fields.blocks.min(2).describe('capacity: most beats of one unit of work'),
  classes: z.int().min(1).max(256).describe('classes whose columns wait: all but the densest'),
});

/**
 * What waits in the sort buffer: the beats of the unit, and for each class the list of the beats that have columns of it.
 *
 * Law: with `keep`, stores beat `beat` and appends its number to the list of every class with a bit in `member`. With `scatter`, reads
 * the lists, the highest class first, each in order: in every cycle with `advance` one beat leaves a list; two such cycles later
 * it is at the outputs with its class. A list is empty once it was read. Latency 2, a beat a cycle, no gap between lists.
 * Memory: beats x R*C bits, and beats x log2(beats) bits a class; one port each way.
 */
export const sortStore = block(
  'sort_store',
  SortStoreParams,
  (m, p) => {
    const number = UInt(clog2(p.beats));
    const io = m.ports({
      keep: input(Bool, 'store a beat'),
      columns: input(maskBeatType(p), 'its column bitmaps'),
      number: input(number, 'its number'),
      member: input(Vec(p.classes, UInt(p.cols)), 'its lanes of each class'),
      scatter: input(Bool, 'read the lists'),
      advance: input(Bool, '0: the read pipeline holds'),
      busy: output(Bool, 'a beat is in a list or on its way'),
      pick: output(UInt(p.classes), 'one-hot: class of the beat at the outputs, 0 for no beat'),
      out_number: output(number, 'its number'),
      out_columns: output(maskBeatType(p), 'its column bitmaps'),
    });
    const { store } = m.mems({
      store: memory(maskBeatType(p), p.beats, { style: memoryStyle(p.beats), comment: 'beats of the unit' }),
    });
    const names = Array.from({ length: p.classes }, (_, q) => `list_${q}`);
    const lists = Object.values(m.mems(Object.fromEntries(names.map((name) => [name, memory(number, p.beats)]))));

    const { entries } = m.regs({ entries: Vec(p.classes, UInt(bitsFor(p.beats))).init(0) });
    const {
      place,
      in_list: inList,
      in_store: inStore,
    } = m.regs({
      place: number.init(0),
      in_list: UInt(p.classes).init(0),
      in_store: UInt(p.classes).init(0),
    });
    const { in_store_number: storeNumber } = m.regs({ in_store_number: number });

    const { waiting } = m.nets({
      waiting: join<Signal>(
        place,
        entries.map((count) => count.ne(0)),
      ),
    });
    const { next_list: nextList } = m.nets({ next_list: isolate(waiting, 'highest') });
    const { reads } = m.nets({ reads: io.scatter.and(io.advance) });
    const isEnd = place
      .resize(bitsFor(p.beats))
      .addWrap(1)
      .eq(onehotMux(nextList, [...entries]));

    m.when(io.keep, () => {
      store.write(io.number, io.columns);
      lists.forEach((list, q) => {
        const count = entries.at(q);
        m.when(io.member.at(q).orR(), () => {
          list.write(count.trunc(number.width), io.number);
          count.next(count.addWrap(1));
        });
      });
    });
    m.when(reads.and(waiting.orR()), () => {
      place.next(isEnd.mux(m.lit(0, number), place.addWrap(1)));
      entries.map((count, q) => m.when(nextList.bit(q).and(isEnd), () => count.next(0)));
    });

    // Lists, store, outputs: each stage holds what it has read while nothing advances.
    const listed = lists.map((list, q) => list.read('entry', place, { enable: reads.and(nextList.bit(q)) }) as Signal);
    const { list_number: listNumber } = m.nets({ list_number: onehotMux(inList, listed) });
    io.out_columns.assign(store.read('beat', listNumber, { enable: reads.and(inList.orR()) }));
    m.when(reads, () => {
      inList.next(nextList);
      inStore.next(inList);
      storeNumber.next(listNumber);
    });
    io.pick.assign(inStore);
    io.out_number.assign(storeNumber);
    io.busy.assign(waiting.orR().or(inList.orR()).or(inStore.orR()));
    m.assert('keep_or_scatter', io.keep.and(io.scatter).not(), 'a beat is stored while the lists are read');
    return io;
  },
  { doc: 'Sort buffer of ConMerge: the beats of a unit and a list of them for each class.' },
);
