// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, sink, source, UInt } from '../../../dsl/index.ts';
import { increment } from '../../lib/increment.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { kmergeLists } from './kmerge-lists.ts';
import { columnType, fields, insertType, laneChunkType, laneStateType, pickType } from './kmerge.types.ts';
import { addPick, choose, chosen, closeUp } from './lane-match.ts';

export const KMergeMatcherParams = z.strictObject({
  rows: fields.rows,
  lanes: fields.lanes,
  words: fields.words,
  slots: fields.slots,
  window: fields.window,
  colour: fields.colour,
});

/**
 * Matcher of K-merge (paper 3.4): takes the columns of a mask, then gives the columns of each chunk, slot by slot and lane by lane.
 *
 * Law: the picks are those of golden/kmerge.ts; slot 0 gives a pick for every lane (bitmap 0 where it has no column), further slots only
 * where one fits. `chunk_write` says what a lane has in a chunk, in the cycle of its last slot. `start` comes with
 * the last column or later, `last_round` = min(WIN, most columns offered to a lane) - 1; `finished` comes when no lane has a column, `total` counts the chunks.
 *
 * One lane a cycle in three stages: S0 reads what is known of the lane, S1 compares the window with the rows of the lane, S2 takes the
 * column, closes the gap in the window and refills it with the next one of the lists, which have the same stages. A lane comes again
 * after L >= 4 cycles, so nothing is forwarded. Cycles without stalls: L * rounds to fill the windows, M * L a chunk, 4 until
 * `finished`. Memory: L x (WIN * (R + log2 words) + R + ...) bits of LUT RAM beside the lists.
 *
 * Paths: S1 `and`-`or` of R bits, priority of WIN, multiplexer; S2 block RAM, multiplexer into the pick and the window.
 */
export const kmergeMatcher = block(
  'kmerge_matcher',
  KMergeMatcherParams,
  (m, p) => {
    const laneBits = UInt(clog2(p.lanes));
    const turnBits = UInt(Math.max(clog2(p.slots), clog2(p.window)));
    const state = laneStateType(p);
    const io = m.ports({
      column: sink(insertType(p), 'columns, before the start; always taken'),
      start: input(Bool, 'all columns have come'),
      last_round: input(UInt(clog2(p.window)), 'with start: entries that a window can have, less 1'),
      pick: source(pickType(p), 'columns of the chunks'),
      chunk_write: output(Bool, 'a lane of a chunk is complete'),
      chunk_lane: output(laneBits, 'the lane'),
      chunk_index: output(UInt(clog2(p.words)), 'number of the chunk'),
      chunk_data: output(laneChunkType(p), 'what the lane has'),
      finished: output(Bool, 'pulse: no lane has a column'),
      total: output(UInt(bitsFor(p.words)), 'chunks made so far'),
      moves: output(Bool, 'the stages move'),
    });
    const { lists } = m.instances({ lists: kmergeLists({ rows: p.rows, lanes: p.lanes, words: p.words }) });
    const { lanes } = m.mems({
      lanes: memory(state, p.lanes, { style: 'distributed', comment: 'window and chunk of each lane' }),
    });
    const { phase } = m.fsms({ phase: ['IDLE', 'FILL', 'MATCH'] });
    const { lane, turn } = m.regs({ lane: laneBits.init(0), turn: turnBits.init(0) });
    const { rounds: lastRound } = m.regs({ rounds: turnBits });
    const s1 = m.regs({
      s1_valid: Bool.init(0),
      s1_fill: Bool,
      s1_lane: laneBits,
      s1_turn: turnBits,
      s1_state: state,
    });
    const s2 = m.regs({
      s2_valid: Bool.init(0),
      s2_fill: Bool,
      s2_lane: laneBits,
      s2_turn: turnBits,
      s2_state: state,
      s2_hit: UInt(p.window),
      s2_chosen: columnType(p),
    });
    const { offered, pick } = m.regs({ offered: Bool.init(0), pick: pickType(p) });
    const { pending, chunks } = m.regs({
      pending: UInt(bitsFor(p.lanes * p.words)).init(0),
      chunks: UInt(bitsFor(p.words)).init(0),
    });
    const { advance } = m.nets({ advance: io.pick.ready.or(offered.not()) });
    const isFill = phase.is('FILL');

    // S0: the next lane, and what is known of it.
    const { last_lane, last_turn } = m.nets({
      last_lane: lane.eq(p.lanes - 1),
      last_turn: turn.eq(isFill.mux(lastRound, p.slots - 1)),
    });
    lists.lane.assign(lane);
    lists.back.assign(isFill.or(turn.ne(0)));
    lists.advance.assign(advance);
    const known = lanes.readAsync('known', lane);
    const isBlank = isFill.and(turn.eq(0));
    m.when(advance, () => {
      s1.s1_valid.next(phase.is('IDLE').not());
      s1.s1_fill.next(isFill);
      s1.s1_lane.next(lane);
      s1.s1_turn.next(turn);
      m.drive(s1.s1_state, known);
      for (const entry of s1.s1_state.window) m.when(isBlank, () => entry.bitmap.next(0));
    });

    // S1: which entry of the window is taken.
    const { hit } = m.nets({ hit: choose(s1.s1_state, s1.s1_turn.eq(0), lists.empty) });
    const { taken } = m.nets({ taken: hit.and(s1.s1_fill.not().replicate(p.window)) });
    m.when(advance, () => {
      s2.s2_valid.next(s1.s1_valid);
      s2.s2_fill.next(s1.s1_fill);
      s2.s2_lane.next(s1.s1_lane);
      s2.s2_turn.next(s1.s1_turn);
      m.drive(s2.s2_state, s1.s1_state);
      s2.s2_hit.next(taken);
      m.drive(s2.s2_chosen, chosen(s1.s1_state, taken));
    });

    // S2: the column is taken, the window closes up, the lists refill it.
    const { first } = m.nets({ first: s2.s2_fill.not().and(s2.s2_turn.eq(0)) });
    const { ends } = m.nets({
      ends: s2.s2_valid.and(first).and(s2.s2_lane.eq(0)).and(pending.eq(0)).and(advance),
    });
    const { works } = m.nets({ works: s2.s2_valid.and(advance).and(ends.not()) });
    const { hits } = m.nets({ hits: s2.s2_hit.orR() });
    const { from_list } = m.nets({ from_list: first.and(lists.valid) });
    const { entering, found } = m.wires({ entering: columnType(p), found: columnType(p) });
    m.drive(entering, lists.entry);
    m.drive(found, {
      word: from_list.mux(entering.word, s2.s2_chosen.word),
      bitmap: from_list.mux(entering.bitmap, s2.s2_chosen.bitmap),
    });
    const { has } = m.nets({ has: from_list.or(hits) });
    lists.take.assign(works.and(lists.valid).and(s2.s2_fill.or(first).or(hits)));
    const moved = closeUp(m, s2.s2_state, s2.s2_hit, entering, first.not());
    const window = moved.map((entry, i) => {
      const enters = s2.s2_fill.and(s2.s2_turn.eq(i));
      return { word: enters.mux(entering.word, entry.word), bitmap: enters.mux(entering.bitmap, entry.bitmap) };
    });
    const rest = addPick(s2.s2_state, found, first, s2.s2_turn);
    lanes.write(s2.s2_lane, { window, ...rest }, { enable: works });

    const { completes } = m.nets({ completes: works.and(s2.s2_fill.not()).and(s2.s2_turn.eq(p.slots - 1)) });
    io.chunk_write.assign(completes);
    io.chunk_lane.assign(s2.s2_lane);
    io.chunk_index.assign(chunks.trunc(clog2(p.words)));
    m.drive(io.chunk_data, rest.chunk);
    const { picks } = m.nets({ picks: works.and(s2.s2_fill.not()).and(first.or(hits)) });
    m.when(advance, () => {
      offered.next(picks);
      m.drive(pick, { lane: s2.s2_lane, column: found, first, chunk: chunks.trunc(clog2(p.words)) });
    });
    io.pick.offer(offered, pick);
    io.finished.assign(ends);
    io.total.assign(chunks);
    io.moves.assign(advance.and(phase.is('IDLE').not()));

    // Columns come before the start.
    io.column.ready.assign(1);
    lists.insert.assign(io.column.valid);
    m.drive(lists.arriving, io.column.payload);
    m.when(io.column.valid.and(io.column.payload.column.bitmap.orR()), () => pending.next(pending.addWrap(1)));
    m.when(picks.and(has), () => pending.next(pending.subWrap(1)));
    m.when(completes.and(s2.s2_lane.eq(p.lanes - 1)), () => chunks.next(chunks.addWrap(1)));

    const step = (then: () => void): void => {
      m.when(advance, () => {
        lane.next(last_lane.mux(m.lit(0, laneBits), increment(lane)));
        m.when(last_lane, () => turn.next(last_turn.mux(m.lit(0, turnBits), increment(turn))));
        m.when(last_lane.and(last_turn), then);
      });
    };
    phase.states({
      IDLE: () =>
        m.when(io.start, () => {
          chunks.next(0);
          lastRound.next(io.last_round.resize(turnBits.width));
          phase.goto('FILL');
        }),
      FILL: () => step(() => phase.goto('MATCH')),
      MATCH: () => step(() => undefined),
    });
    m.when(ends, () => {
      phase.goto('IDLE');
      lane.next(0);
      turn.next(0);
      s1.s1_valid.next(0);
      s2.s2_valid.next(0);
    });

    m.when(works.and(s2.s2_fill.not()), () => {
      const isFull = s2.s2_state.window.at(p.window - 1).bitmap.orR();
      m.assert('window_full', lists.valid.not().or(isFull), 'a column waits in the lists but the window has room');
      m.assert('rows_disjoint', first.or(found.bitmap.and(s2.s2_state.occ).orR().not()), 'a row has two columns');
      m.assert('counts_picks', has.not().or(pending.ne(0)), 'more columns are taken than came');
    });
    m.assert('start_when_idle', io.start.not().or(phase.is('IDLE')));
    return io;
  },
  { doc: 'K-merge matcher: packs columns with disjoint bitmaps into the slots of each lane.' },
);
