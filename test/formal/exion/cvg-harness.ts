// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, type Signal, UInt, Vec } from '../../../src/dsl/index.ts';
import { cvg } from '../../../src/modules/exion/cvg.ts';
import { join } from '../../../src/modules/lib/join.ts';
import { popcount } from '../../../src/modules/lib/popcount.ts';
import { bitsFor, clog2 } from '../../../src/modules/lib/widths.ts';
import { startedByReset } from '../reset-first.ts';

/**
 * Units of one or two arbitrary blocks go through a vector generator whose words stall at will. Element (`row`, `lane`) of block `which`, all three
 * constant but arbitrary, is issued once if the block marks it and never if not: that is so for every element.
 */
export function cvgHarness(rows: number, cols: number): BlockCall {
  const row = UInt(clog2(rows));
  const lane = UInt(clog2(cols));
  return block('cvg_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      offers: input(Bool, 'a block comes'),
      rows: input(Vec(rows, UInt(cols)), 'rows of the block'),
      ends: input(Bool, 'the block is the last of its unit'),
      ready: input(Bool, 'the word is taken'),
      row: input(row),
      lane: input(lane),
      which: input(Bool),
    });
    startedByReset(m);
    const { dut } = m.instances({ dut: cvg({ rows, cols, slots: 2, tries: 1, blocks: 2, idWidth: 1 }) });
    const { running, at, chosen } = m.regs({
      running: Bool.init(0),
      at: UInt(1).init(0),
      chosen: UInt(row.width + lane.width + 1),
    });
    running.next(1);
    const now = io.row.concat(io.lane, io.which);
    chosen.next(now);
    m.assume('constant_choice', running.not().or(now.eq(chosen)));
    m.assume('lane_exists', io.lane.resize(8).lt(cols).and(io.row.resize(8).lt(rows)));

    // A block without a column does not come; the second one ends the unit.
    const { last } = m.nets({ last: io.ends.or(at) });
    m.assume(
      'has_a_column',
      join<Signal>(
        at,
        io.rows.map((each) => each.orR()),
      ).orR(),
    );
    dut.blk.offer(io.offers, {
      rows: io.rows,
      ids: Array.from({ length: cols }, () => at),
      colour: m.lit(0, UInt(0)),
      last,
      merge: 1,
      relocate: 1,
    });
    const { marked, seen } = m.regs({ marked: Bool.init(0), seen: UInt(2).init(0) });
    m.when(dut.blk.fire, () => {
      at.next(last.not());
      m.when(at.eq(io.which), () => marked.next(io.lane.pick(io.row.pick([...io.rows]).toBits())));
    });

    const { payload } = dut.word;
    // The id tells the block; a word of one slot is that block as it came.
    const { blocks } = m.regs({ blocks: Vec(2, Vec(rows, UInt(cols))) });
    m.when(dut.blk.fire, () => blocks.write(at, [...io.rows]));
    const first = payload.ids.at(0);
    const own = first.n.and(first.valid).orR();
    const trace = payload.occ.map((occ, t) =>
      occ
        .xor(own.mux(blocks.at(1).at(t), blocks.at(0).at(t)))
        .or(payload.xs.at(t))
        .orR(),
    );
    m.when(dut.word.valid.and(payload.slots.eq(1)), () =>
      m.assert('no_trace_of_failure', join<Signal>(at, trace).or(payload.cv.valid).orR().not()),
    );
    const issued = payload.occ.map((occ, t) => {
      const source = io.lane.pick(payload.xs.at(t).toBits()).mux(payload.cv.idx.at(t), m.lit(t, row));
      const slot = io.lane.pick(payload.ws.at(t).at(0).toBits());
      const id = slot.pick(payload.ids.map((each) => io.lane.pick(each.n.toBits())));
      return io.lane.pick(occ.toBits()).and(source.eq(io.row)).and(id.eq(io.which));
    });
    const { count } = m.nets({ count: popcount<Signal>(join<Signal>(at, issued)).resize(Math.max(2, bitsFor(rows))) });
    const { total } = m.nets({ total: count.addFull(seen) });
    dut.word.ready.assign(io.ready);
    const { taken } = m.nets({ taken: dut.word.valid.and(io.ready) });
    m.when(taken, () => {
      m.when(payload.last, () => {
        seen.next(0);
        marked.next(0);
        m.assert('issued_once', total.eq(marked.resize(total.width)), 'an element is lost, doubled or invented');
      }).otherwise(() => seen.next(total.gt(3).mux(m.lit(3, UInt(2)), total.trunc(2))));
    });
  })({});
}
