// SPDX-License-Identifier: Apache-2.0
import { block, Bool, flip, input, output, UInt, Vec } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { conMerge } from '../conmerge.ts';
import { ExionCoreParams } from '../core.params.ts';
import { maskReader } from '../core.types.ts';
import { mapReader } from '../sdue/sdue.types.ts';
import { conMergeOf } from './cau.types.ts';
import { mapMemory } from './map-memory.ts';

/**
 * CMBUILD (paper 3.3): reads the mask column by column, runs it through ConMerge and keeps the control words.
 *
 * Cycles from `start` to the last beat of the mask: 2 + n, one word a cycle (row mask: 2 + ceil(n / C)). From there to `finished`, ConMerge's: sort
 * (sort-buffer.ts) + 4 + the latencies of the words (cvg.ts), and with placement lane or colour what the block former adds; sort + 2 when no
 * column is kept. As the next command comes when the maps are complete, a second vector generator does not help.
 */
export const cmbuild = block(
  'cmbuild',
  ExionCoreParams,
  (m, p) => {
    const io = m.ports({
      start: input(Bool, 'begin; the job is stable from now on'),
      buffer: input(Bool, 'buffer that gets the words'),
      n: input(UInt(bitsFor(p.columns)), 'columns, 1 .. capacity'),
      row_mask: input(Bool, 'one word is the mask of all columns'),
      mask: input(UInt(clog2(p.maskWords)), 'word of column 0 in the mask memory'),
      mask_read: maskReader(p),
      maps: flip(mapReader(p)),
      finished: output(Bool, 'pulse: all is written'),
    });
    const { merger, cmem } = m.instances({ merger: conMerge(conMergeOf(p)), cmem: mapMemory(p) });
    const lane = UInt(clog2(p.size));
    const { running, ordering } = m.regs({ running: Bool.init(0), ordering: Bool.init(0) });
    const { unread, left, address } = m.regs({
      unread: UInt(bitsFor(p.columns)).init(0),
      left: UInt(bitsFor(p.columns)),
      address: UInt(clog2(p.maskWords)),
    });
    const { at, waits, filled } = m.regs({ at: lane, waits: Bool.init(0), filled: Bool.init(0) });
    const { beat } = m.regs({ beat: Vec(p.size, UInt(p.size)) });

    merger.unit.offer(ordering, { columns: io.n, merge: 1, relocate: 1, sort: 1 });
    m.when(merger.unit.fire, () => ordering.next(0));
    merger.clear.assign(0);

    // Words are asked for while there is room, and gathered into a beat. A row mask fills a beat at once and stays in it.
    const { sent } = m.nets({ sent: merger.mask.fire });
    const { comes } = m.nets({ comes: waits.and(filled.not().or(sent)) });
    const { asks } = m.nets({ asks: unread.ne(0).and(waits.not().or(comes)) });
    const { completes } = m.nets({
      completes: comes.and(
        at
          .eq(p.size - 1)
          .or(left.eq(1))
          .or(io.row_mask),
      ),
    });
    const { lasts } = m.nets({ lasts: io.row_mask.and(left.gt(p.size)) });
    io.mask_read.enable.assign(asks);
    io.mask_read.address.assign(address);
    m.when(asks, () => {
      unread.next(unread.subWrap(1));
      address.next(address.addWrap(1));
    });
    m.when(asks, () => waits.next(1)).elsewhen(comes, () => waits.next(0));
    m.when(comes, () => {
      beat.map((column, j) => m.when(io.row_mask.or(at.eq(j)), () => column.next(io.mask_read.data)));
      at.next(completes.mux(m.lit(0, lane), at.addWrap(1)));
    });
    m.when(completes, () => filled.next(1)).elsewhen(sent, () => filled.next(lasts));
    m.when(comes.and(io.row_mask.not()), () => left.next(left.subWrap(1))).elsewhen(sent.and(lasts), () =>
      left.next(left.subWrap(p.size)),
    );
    merger.mask.offer(filled, beat);

    const { ended } = m.nets({ ended: running.and(merger.done) });
    cmem.buffer.assign(io.buffer);
    cmem.open.assign(io.start);
    cmem.close.assign(ended);
    cmem.word.from(merger.word);
    connect(io.maps, cmem.maps);
    m.when(io.start, () => {
      running.next(1);
      ordering.next(1);
      unread.next(io.row_mask.mux(m.lit(1, unread.type), io.n));
      left.next(io.n);
      address.next(io.mask);
      at.next(0);
    }).elsewhen(ended, () => running.next(0));
    io.finished.assign(ended);
    return io;
  },
  { doc: 'CMBUILD of EXION: control maps of a mask.' },
);
