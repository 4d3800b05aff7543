// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, memory, output, sink, source, UInt } from '../../dsl/index.ts';
import { clog2 } from '../lib/widths.ts';
import { describeAttempt, noAttempt } from './attempt.ts';
import { fields, memoryStyle } from './conmerge.fields.ts';
import { blockType, controlWordType, storedType } from './conmerge.types.ts';
import { controlMap } from './control-map.ts';
import { assertWord } from './control-map-laws.ts';
import { pendingList } from './pending-list.ts';

export const CvgParams = z.strictObject({
  rows: fields.rows,
  cols: fields.cols,
  slots: fields.slots,
  tries: fields.tries,
  blocks: fields.blocks.min(2),
  idWidth: fields.idWidth,
});

/**
 * ConMerge vector generator (paper 3.3 "Merge", 4 "CVG"): takes the block list of one unit of work, dense to sparse, and merges up
 * to M blocks into each control word.
 *
 * Law: the words are those of `merge` in golden/merge.ts. With `merge` 0 each block is a word; with `relocate` 0 an attempt with a
 * conflict fails. Blocks are taken only while no unit is being merged; `merge` and `relocate` count with the last block.
 *
 * Cycles: one a block to take the list, one to fetch block 0, then a word every 1 + sum over attempts (1 + relocations) cycles, an
 * attempt that fails in the relocation loop needing one more (the step that finds no target). The EMIT cycle of a word is the LOADA
 * cycle of the next; COMMIT and FAIL are decided in the last cycle of an attempt and take none. The unit ends with the EMIT cycle of its
 * last word. A relocation never repeats a target within an attempt, so an attempt has at most R of them. A stalled word stops the
 * machine in EMIT. Memory: `blocks` x (R*C + C*idWidth) bits, one port each way, never used both in one cycle.
 *
 * Critical path: `relocation` (registers to target row) and one gate into `occ`. Commit and fail, which decide the next state and the
 * address of the block memory, come from shorter paths: the block memory through conflict planes and an `or` of R*C bits in TRY.
 */
export const cvg = block(
  'cvg',
  CvgParams,
  (m, p) => {
    const io = m.ports({
      blk: sink(blockType(p), 'block list of a unit, densest first'),
      word: source(controlWordType(p), 'control words'),
      busy: output(Bool, 'holds blocks of a unit'),
      working: output(Bool, 'a cycle of merging: LOADA, TRY or RELOC'),
    });
    const tries = Math.min(p.tries, p.blocks);
    const { state } = m.fsms({ state: ['IDLE', 'FETCH', 'LOADA', 'TRY', 'RELOC', 'EMIT'] });
    const { merge, relocate, turn } = m.regs({ merge: Bool, relocate: Bool, turn: UInt(clog2(tries)) });
    const { pend } = m.instances({ pend: pendingList({ blocks: p.blocks, tries }) });
    const { store } = m.mems({
      store: memory(storedType(p), p.blocks, { style: memoryStyle(p.blocks), comment: 'block list of the unit' }),
    });
    const { loading, goes_on: goesOn, address } = m.wires({ loading: Bool, goes_on: Bool, address: pend.front.type });
    const { reading } = m.wires({ reading: Bool });
    const partner = store.read('block', address, { enable: reading });

    const map = controlMap(m, p, partner);
    const { trying, relocating, offering } = m.nets({
      trying: state.is('TRY'),
      relocating: state.is('RELOC'),
      offering: state.is('EMIT'),
    });
    const control = { trying, relocating, relocate };
    const describe = p.slots > 1 ? describeAttempt : noAttempt;
    const { commit, fail, ...attempted } = describe(m, p, control, map.regs, partner);

    // The block list comes in.
    io.blk.ready.assign(state.is('IDLE'));
    m.when(io.blk.fire, () => {
      const { rows, ids } = io.blk.payload;
      store.write(pend.size.trunc(clog2(p.blocks)), { rows, ids });
      merge.next(io.blk.payload.merge);
      relocate.next(io.blk.payload.relocate);
    });
    pend.push.assign(io.blk.fire);
    pend.pop.assign(loading);
    pend.remove.assign(commit);
    pend.turn.assign(turn);

    // What follows LOADA, a commit, or a fail: another attempt or EMIT, and the block to be read for it.
    const { loads_next: loadsNext, has_others: hasOthers } = m.nets({
      loads_next: io.word.fire.and(pend.size.ne(0)),
      has_others: pend.size.gt(1),
    });
    loading.assign(state.is('LOADA').or(loadsNext));
    m.when(loading, () => {
      goesOn.assign(p.slots > 1 ? merge.and(hasOthers) : 0);
      address.assign(goesOn.mux(pend.last, pend.front_after_pop));
      map.load();
      turn.next(0);
    })
      .elsewhen(commit, () => {
        goesOn.assign(hasOthers.and(map.regs.slots.ne(p.slots - 1)));
        address.assign(goesOn.mux(pend.last_after_remove, pend.front_after_remove));
        map.commit(attempted);
        turn.next(0);
      })
      .elsewhen(fail, () => {
        goesOn.assign(turn.ne(tries - 1).and(pend.size.subWrap(1).gt(turn.resize(pend.size.width))));
        address.assign(goesOn.mux(pend.next_try, pend.front));
        if (tries > 1) turn.next(turn.addWrap(1));
      })
      .otherwise(() => {
        goesOn.assign(0);
        address.assign(pend.front);
      });
    reading.assign(state.is('FETCH').or(fail).or(loading.or(commit).and(hasOthers)));

    const proceed = (): void => {
      m.when(goesOn, () => state.goto('TRY')).otherwise(() => state.goto('EMIT'));
    };
    state.states({
      IDLE: () => m.when(io.blk.fire.and(io.blk.payload.last), () => state.goto('FETCH')),
      FETCH: () => state.goto('LOADA'),
      LOADA: proceed,
      TRY: () => m.when(commit.or(fail), proceed).otherwise(() => state.goto('RELOC')),
      RELOC: () => m.when(commit.or(fail), proceed),
      EMIT: () => m.when(loadsNext, proceed).elsewhen(io.word.ready, () => state.goto('IDLE')),
    });

    io.word.offer(offering, { ...map.regs, last: pend.size.eq(0) });
    io.busy.assign(state.is('IDLE').and(pend.size.eq(0)).not());
    io.working.assign(state.is('LOADA').or(trying).or(relocating));
    m.when(offering, () => assertWord(m, p, map.regs));
    return io;
  },
  { doc: 'ConMerge vector generator: merges the blocks of one unit of work into control words.' },
);
