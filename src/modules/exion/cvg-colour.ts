// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, memory, output, type Signal, sink, source, UInt, type UIntType, Vec } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { onehotEncode, onehotMux } from '../lib/onehot.ts';
import { isolate } from '../lib/priority-encoder.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { describeAttempt, noAttempt } from './attempt.ts';
import { longest, ranksOf } from './colour-order.ts';
import { fields, memoryStyle } from './conmerge.fields.ts';
import { blockType, controlWordType, storedType } from './conmerge.types.ts';
import { controlMap } from './control-map.ts';
import { assertWord } from './control-map-laws.ts';
import { subBanks } from './core.params.ts';
import { pendingList } from './pending-list.ts';

export const CvgColourParams = z.strictObject({
  rows: fields.rows,
  cols: fields.cols,
  slots: fields.slots.max(subBanks),
  tries: fields.tries,
  blocks: fields.blocks.min(2).describe('capacity: most blocks of one sub-bank'),
  idWidth: fields.idWidth,
});

type Word = Signal<UIntType>;

/**
 * ConMerge vector generator with COLOUR placement (paper 4 "WMEM"): as cvg.ts, but blocks wait in a list for each of the 4 sub-banks.
 *
 * Law: a word starts with the front of the longest list; partners come from the lists that the word has not used, the longest first, the
 * TRIES last blocks of each (lowest sub-bank of equal lists). So the blocks of a word are of distinct sub-banks.
 *
 * Cycles and states are those of cvg.ts. Which list is the longest when the present one loses a block is known before the attempt ends, so the
 * decisions are as late as there. Memory: 4 x `blocks` x (R*C + C*idWidth) bits. Path to the block memory: three comparators of list lengths.
 */
export const cvgColour = block(
  'cvg_colour',
  CvgColourParams,
  (m, p) => {
    const io = m.ports({
      blk: sink(blockType({ ...p, colour: true }), 'blocks of a unit, densest first in each sub-bank'),
      word: source(controlWordType(p), 'control words'),
      busy: output(Bool, 'holds blocks of a unit'),
      working: output(Bool, 'a cycle of merging: LOADA, TRY or RELOC'),
    });
    const tries = Math.min(p.tries, p.blocks);
    const { state } = m.fsms({ state: ['IDLE', 'FETCH', 'LOADA', 'TRY', 'RELOC', 'EMIT'] });
    const { merge, relocate, turn } = m.regs({ merge: Bool, relocate: Bool, turn: UInt(clog2(tries)) });
    const { total } = m.regs({ total: UInt(bitsFor(subBanks * p.blocks)).init(0) });
    // Rank 0 is the list that A came from. One-hot: list of each other rank; ranks in use; rank of the present attempt.
    const { order, used, rank } = m.regs({
      order: Vec(subBanks - 1, UInt(subBanks)),
      used: UInt(subBanks - 1),
      rank: UInt(subBanks - 1),
    });
    const names = Array.from({ length: subBanks }, (_, c) => `pend_${c}`);
    const lists = Object.values(
      m.instances(Object.fromEntries(names.map((name) => [name, pendingList({ blocks: p.blocks, tries })]))),
    );
    const index = UInt(clog2(p.blocks));
    const address = UInt(clog2(subBanks) + index.width);
    const depth = subBanks * 2 ** index.width;
    const { store } = m.mems({
      store: memory(storedType(p), depth, { style: memoryStyle(depth), comment: 'blocks of the unit, by sub-bank' }),
    });
    const {
      loading,
      goes_on: goesOn,
      at,
      reading,
    } = m.wires({ loading: Bool, goes_on: Bool, at: address, reading: Bool });
    const partner = store.read('block', at, { enable: reading });

    const map = controlMap(m, p, partner);
    const { trying, relocating, offering } = m.nets({
      trying: state.is('TRY'),
      relocating: state.is('RELOC'),
      offering: state.is('EMIT'),
    });
    const describe = p.slots > 1 ? describeAttempt : noAttempt;
    const { commit, fail, ...attempted } = describe(m, p, { trying, relocating, relocate }, map.regs, partner);

    // Which list: the order of all, that of the attempt, those that come after it.
    const sizes = lists.map((list) => list.size);
    const ranks = ranksOf(m, 'ranked', sizes);
    const [a, second] = ranks as [Word, Word];
    const { bank } = m.nets({ bank: onehotMux<Signal>(rank, [...order]) as Word });
    const list = (bits: readonly Signal[]): Word => join<Signal>(total, bits) as Word;
    const { filled } = m.nets({ filled: list(sizes.map((size) => size.ne(0))) });
    const { open } = m.nets({
      open: list([...order].map((each) => each.and(filled).orR())).and(used.not()),
    });
    const above = list(rank.toBits().map((_, r) => (r === 0 ? m.lit(0, Bool) : rank.low(r).orR())));
    const { after_fail: afterFail, after_commit: afterCommit } = m.nets({
      after_fail: isolate<Signal>(open.and(above)) as Word,
      after_commit: isolate<Signal>(open.and(rank.not())) as Word,
    });
    const place = (one: Word, entries: readonly Signal[]): Word => onehotEncode(one).concat(onehotMux(one, entries));
    const ofRank = (ranked: Word): Word =>
      place(
        onehotMux<Signal>(ranked, [...order]) as Word,
        lists.map((each) => each.last),
      );
    const of = (name: 'last' | 'front' | 'next_try'): Signal[] => lists.map((each) => each[name]);

    // The front that starts the next word: now, and when the list of the attempt, or A's, has lost a block.
    const less = sizes.map((size, c) => size.subWrap(bank.bit(c).resize(size.width)));
    const nextNow = place(a, of('front'));
    const nextAfterCommit = place(
      longest(m, 'longest_then', less),
      lists.map((each, c) => bank.bit(c).mux(each.front_after_remove, each.front)),
    );
    const [most, other] = [a, second].map((one) => onehotMux<Signal>(one, sizes)) as [Word, Word];
    const { stays } = m.nets({
      stays: most
        .subWrap(1)
        .gt(other)
        .or(most.subWrap(1).eq(other).and(a.lt(second))),
    });
    const nextAfterLoad = stays.mux(
      place(
        a,
        lists.map((each) => each.front_after_pop),
      ),
      place(second, of('front')),
    );

    // The block list comes in.
    io.blk.ready.assign(state.is('IDLE'));
    const { payload } = io.blk;
    m.when(io.blk.fire, () => {
      const number = payload.colour.pick(sizes.map((size) => size.trunc(index.width)));
      store.write(payload.colour.concat(number), { rows: payload.rows, ids: payload.ids });
      merge.next(payload.merge);
      relocate.next(payload.relocate);
    });
    lists.forEach((each, c) => {
      each.push.assign(io.blk.fire.and(payload.colour.eq(c)));
      each.pop.assign(loading.and(a.bit(c)));
      each.remove.assign(commit.and(bank.bit(c)));
      each.turn.assign(turn);
    });
    m.when(io.blk.fire, () => total.next(total.addWrap(1))).elsewhen(loading.or(commit), () =>
      total.next(total.subWrap(1)),
    );

    // What follows LOADA, a commit, or a fail: another attempt or EMIT, and the block to be read for it.
    const { loads_next: loadsNext, has_others: hasOthers } = m.nets({
      loads_next: io.word.fire.and(total.ne(0)),
      has_others: total.gt(1),
    });
    const { again } = m.nets({
      again: turn.ne(tries - 1).and(onehotMux<Signal>(bank, sizes).subWrap(1).gt(turn.resize(sizes[0]!.width))),
    });
    loading.assign(state.is('LOADA').or(loadsNext));
    m.when(loading, () => {
      goesOn.assign(p.slots > 1 ? merge.and(other.ne(0)) : 0);
      at.assign(goesOn.mux(place(second, of('last')), nextAfterLoad));
      map.load();
      order.map((each, r) => each.next(ranks[r + 1]!));
      used.next(0);
      rank.next(1);
      turn.next(0);
    })
      .elsewhen(commit, () => {
        goesOn.assign(afterCommit.orR().and(map.regs.slots.ne(p.slots - 1)));
        at.assign(goesOn.mux(ofRank(afterCommit), nextAfterCommit));
        map.commit(attempted);
        used.next(used.or(rank));
        rank.next(afterCommit);
        turn.next(0);
      })
      .elsewhen(fail, () => {
        goesOn.assign(again.or(afterFail.orR()));
        at.assign(again.mux(place(bank, of('next_try')), afterFail.orR().mux(ofRank(afterFail), nextNow)));
        m.when(again, () => {
          if (tries > 1) turn.next(turn.addWrap(1));
        }).otherwise(() => {
          rank.next(afterFail);
          turn.next(0);
        });
      })
      .otherwise(() => {
        goesOn.assign(0);
        at.assign(nextNow);
      });
    reading.assign(state.is('FETCH').or(fail).or(loading.or(commit).and(hasOthers)));

    const proceed = (): void => {
      m.when(goesOn, () => state.goto('TRY')).otherwise(() => state.goto('EMIT'));
    };
    state.states({
      IDLE: () => m.when(io.blk.fire.and(payload.last), () => state.goto('FETCH')),
      FETCH: () => state.goto('LOADA'),
      LOADA: proceed,
      TRY: () => m.when(commit.or(fail), proceed).otherwise(() => state.goto('RELOC')),
      RELOC: () => m.when(commit.or(fail), proceed),
      EMIT: () => m.when(loadsNext, proceed).elsewhen(io.word.ready, () => state.goto('IDLE')),
    });

    io.word.offer(offering, { ...map.regs, last: total.eq(0) });
    io.busy.assign(state.is('IDLE').and(total.eq(0)).not());
    io.working.assign(state.is('LOADA').or(trying).or(relocating));
    m.when(offering, () => assertWord(m, p, map.regs));
    m.when(trying, () => m.assert('tries_an_open_list', rank.and(open).orR(), 'a sub-bank is tried twice'));
    return io;
  },
  { doc: 'ConMerge vector generator, placement colour: merges blocks of distinct sub-banks into control words.' },
);
