// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, memory, output, UInt } from '../../../dsl/index.ts';
import { onehotDecode } from '../../lib/onehot.ts';
import { priorityEncode } from '../../lib/priority-encoder.ts';
import { clog2 } from '../../lib/widths.ts';
import { memoryStyle } from '../conmerge.fields.ts';
import { columnType, fields, insertType, wordBits } from './kmerge.types.ts';

export const KMergeListsParams = z.strictObject({ rows: fields.rows, lanes: fields.lanes, words: fields.words });

/**
 * The pending columns of each lane in the order of K-merge (paper 3.4): popcount descending, then as they came.
 *
 * A lane has a doubly linked list for each popcount, so a column is put in its place when it comes, and both ends of the whole order can be
 * taken. Law: `insert` appends a column to its lane (a bitmap of 0 is dropped). A removal goes through two stages while `advance` is 1:
 * lane and end are given in S0, `empty` belongs to the lane in S1, `entry` to the one in S2, and there `take` removes it. Visits of
 * one lane are at least 3 apart (L >= 4 gives that), columns of one lane too; nothing is removed while columns come.
 *
 * Throughput: a column or a removal a cycle. Memory: L * words x (R + 2 log2 words) bits in two block RAMs, heads and tails of L * R lists and
 * L x R bits of lists in use in LUT RAM. Paths: LUT RAM, priority encoder of R bits; LUT RAM, multiplexer, block RAM address.
 */
export const kmergeLists = block(
  'kmerge_lists',
  KMergeListsParams,
  (m, p) => {
    const laneBits = UInt(clog2(p.lanes));
    const level = UInt(clog2(p.rows));
    const word = UInt(wordBits(p));
    const io = m.ports({
      insert: input(Bool, 'a column comes'),
      arriving: input(insertType(p), 'the column'),
      advance: input(Bool, '0: the removal stages hold'),
      lane: input(laneBits, 'S0: lane to take from'),
      back: input(Bool, 'S0: from the end, the sparsest; else the densest'),
      empty: output(Bool, 'S1: the lane has no column'),
      take: input(Bool, 'S2: remove the entry'),
      valid: output(Bool, 'S2: there is an entry'),
      entry: output(columnType(p), 'S2: the column, bitmap 0 when there is none'),
    });
    const style = memoryStyle(p.lanes * p.words);
    const { used, heads, tails, nodes, links } = m.mems({
      used: memory(UInt(p.rows), p.lanes, { style: 'distributed', comment: 'lists of the lane that hold a column' }),
      heads: memory(word, p.lanes * p.rows, { style: 'distributed', comment: 'first column of each list' }),
      tails: memory(word, p.lanes * p.rows, { style: 'distributed', comment: 'last column of each list' }),
      nodes: memory(Bundle({ bitmap: UInt(p.rows), before: word }), p.lanes * p.words, {
        style,
        comment: 'columns, and the one before in the list',
      }),
      links: memory(word, p.lanes * p.words, { style, comment: 'the column after in the list' }),
    });
    const stage = { lane: laneBits, level, back: Bool, valid: Bool.init(0), lists: UInt(p.rows) };
    const s1 = m.regs({
      s1_lane: stage.lane,
      s1_level: stage.level,
      s1_back: stage.back,
      s1_valid: stage.valid,
      s1_lists: stage.lists,
    });
    const s2 = m.regs({
      s2_lane: stage.lane,
      s2_level: stage.level,
      s2_back: stage.back,
      s2_valid: stage.valid,
      s2_lists: stage.lists,
      s2_word: word,
      s2_only: Bool,
    });
    const { lane: newLane, column, level: newLevel, fresh } = io.arriving;

    // S0: the list of the lane that holds its first or last column. A column that comes uses the same ports.
    const flags = used.readAsync('lists', io.insert.mux(newLane, io.lane));
    const sparsest = priorityEncode(flags, 'lowest').index;
    const densest = priorityEncode(flags, 'highest').index;
    m.when(io.advance, () => {
      s1.s1_lane.next(io.lane);
      s1.s1_level.next(io.back.mux(sparsest, densest));
      s1.s1_back.next(io.back);
      s1.s1_valid.next(flags.orR());
      s1.s1_lists.next(flags);
    });
    io.empty.assign(s1.s1_valid.not());

    // S1: its number, and whether it is the only one of the list.
    const { list_1: list } = m.nets({
      list_1: io.insert.mux(newLane.concat(newLevel), s1.s1_lane.concat(s1.s1_level)),
    });
    const head = heads.readAsync('head', list);
    const tail = tails.readAsync('tail', list);
    const place = (number: typeof tail, lane: typeof newLane) => number.trunc(clog2(p.words)).concat(lane);
    const { end } = m.nets({ end: s1.s1_back.mux(tail, head) });
    const node = nodes.read('node', place(end, s1.s1_lane), { enable: io.advance });
    const after = links.read('after', place(end, s1.s1_lane), { enable: io.advance });
    m.when(io.advance, () => {
      s2.s2_lane.next(s1.s1_lane);
      s2.s2_level.next(s1.s1_level);
      s2.s2_back.next(s1.s1_back);
      s2.s2_valid.next(s1.s1_valid);
      s2.s2_lists.next(s1.s1_lists);
      s2.s2_word.next(end);
      s2.s2_only.next(head.eq(tail));
    });

    // S2: the column, and its neighbour becomes the end of the list.
    io.valid.assign(s2.s2_valid);
    m.drive(io.entry, { word: s2.s2_word, bitmap: node.bitmap.and(s2.s2_valid.replicate(p.rows)) });
    const { keeps } = m.nets({ keeps: io.insert.and(column.bitmap.orR()) });
    const { held } = m.nets({ held: flags.and(fresh.not().replicate(p.rows)) });
    const newList = onehotDecode(newLevel, p.rows);
    const { joins } = m.nets({ joins: held.and(newList).orR() });
    const { list_2: list2 } = m.nets({
      list_2: io.insert.mux(newLane.concat(newLevel), s2.s2_lane.concat(s2.s2_level)),
    });
    const oldList = onehotDecode(s2.s2_level, p.rows);
    used.write(
      io.insert.mux(newLane, s2.s2_lane),
      io.insert.mux(held.or(newList.and(keeps.replicate(p.rows))), s2.s2_lists.and(oldList.not())),
      { enable: io.insert.or(io.take.and(s2.s2_only)) },
    );
    heads.write(list2, io.insert.mux(column.word, after), {
      enable: keeps.and(joins.not()).or(io.take.and(s2.s2_back.not())),
    });
    tails.write(list2, io.insert.mux(column.word, node.before), { enable: keeps.or(io.take.and(s2.s2_back)) });
    nodes.write(place(column.word, newLane), { bitmap: column.bitmap, before: tail }, { enable: keeps });
    links.write(place(tail, newLane), column.word, { enable: keeps.and(joins) });

    m.assert('takes_an_entry', io.take.not().or(s2.s2_valid), 'a column is taken from an empty lane');
    m.assert('insert_or_take', io.insert.and(io.take).not(), 'a column comes while another is removed');
    return io;
  },
  { doc: 'K-merge: pending columns of each lane by popcount, linked lists with both ends.' },
);
