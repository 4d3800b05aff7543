// SPDX-License-Identifier: Apache-2.0
import { block, Bool, flip, input, output, type Signal, UInt, type UIntType, Vec } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { conMerge } from '../conmerge.ts';
import { ExionCoreParams } from '../core.params.ts';
import { maskBlockReader } from '../core.types.ts';
import { mapReader } from '../sdue/sdue.types.ts';
import { conMergeOf } from './cau.types.ts';
import { mapMemory } from './map-memory.ts';

/**
 * CMBUILD (paper 3.3): reads the mask, C columns a cycle, runs it through ConMerge and keeps the control words.
 *
 * Cycles from `start` to the last beat of the mask: 2 + ceil(n / C). From there to `finished`, ConMerge's: sort
 * (sort-buffer.ts) + 4 + the latencies of the words (cvg.ts), and with placement lane or colour what the block former adds; sort + 2 when no
 * column is kept. As the next command comes when the maps are complete, a second vector generator does not help.
 */
export const cmbuild = block(
  'cmbuild',
  ExionCoreParams,
  (m, p) => {
    const io = m.ports({
      start: input(Bool, 'begin; the job is stable from now on'),
      buffer: input(UInt(clog2(p.mapBuffers)), 'buffer that gets the words'),
      n: input(UInt(bitsFor(p.columns)), 'columns, 1 .. capacity'),
      row_mask: input(Bool, 'one word is the mask of all columns'),
      mask: input(UInt(clog2(p.maskWords)), 'word of column 0 in the mask memory'),
      mask_read: maskBlockReader(p),
      maps: flip(mapReader(p)),
      finished: output(Bool, 'pulse: all is written'),
    });
    const { merger, cmem } = m.instances({ merger: conMerge(conMergeOf(p)), cmem: mapMemory(p) });
    const { running, ordering } = m.regs({ running: Bool.init(0), ordering: Bool.init(0) });
    const { unread, left, address } = m.regs({
      unread: UInt(bitsFor(p.columns)).init(0),
      left: UInt(bitsFor(p.columns)),
      address: UInt(clog2(p.maskWords)),
    });
    const { waits, filled } = m.regs({ waits: Bool.init(0), filled: Bool.init(0) });
    const { beat } = m.regs({ beat: Vec(p.size, UInt(p.size)) });

    merger.unit.offer(ordering, { columns: io.n, merge: 1, relocate: 1, sort: 1 });
    m.when(merger.unit.fire, () => ordering.next(0));
    merger.clear.assign(0);

    // Beats are asked for while there is room. A row mask is asked for once, and stays.
    const { sent } = m.nets({ sent: merger.mask.fire });
    const { comes } = m.nets({ comes: waits.and(filled.not().or(sent)) });
    const { asks } = m.nets({ asks: unread.ne(0).and(waits.not().or(comes)) });
    const { lasts } = m.nets({ lasts: io.row_mask.and(left.gt(p.size)) });
    const rest = (columns: typeof left): Signal<UIntType> =>
      columns.gt(p.size).mux(columns.subWrap(p.size), m.lit(0, columns.type));
    io.mask_read.enable.assign(asks);
    io.mask_read.address.assign(address);
    m.when(asks, () => {
      unread.next(io.row_mask.mux(m.lit(0, unread.type), rest(unread)));
      address.next(address.addWrap(p.size % 2 ** address.width));
    });
    m.when(asks, () => waits.next(1)).elsewhen(comes, () => waits.next(0));
    m.when(comes, () => {
      beat.map((column, j) => column.next(io.row_mask.mux(io.mask_read.data.at(0), io.mask_read.data.at(j))));
    });
    m.when(comes, () => filled.next(1)).elsewhen(sent, () => filled.next(lasts));
    m.when(sent, () => left.next(rest(left)));
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
      unread.next(io.n);
      left.next(io.n);
      address.next(io.mask);
    }).elsewhen(ended, () => running.next(0));
    io.finished.assign(ended);
    return io;
  },
  { doc: 'CMBUILD of EXION: control maps of a mask.' },
);
