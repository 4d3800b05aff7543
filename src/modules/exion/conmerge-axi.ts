// SPDX-License-Identifier: Apache-2.0
import { block, Bool, output, pack, unpack, widthOf } from '../../dsl/index.ts';
import { axiLiteRegs, axiLiteSlave } from '../lib/axi-lite-regs.ts';
import { connect } from '../lib/connect.ts';
import { axiStreamItem, axiStreamMaster, axiStreamSlave, fromAxiStream, toAxiStream } from '../lib/axi-stream.ts';
import { noteAxis } from './bus-ports.ts';
import { conMerge, counterNames } from './conmerge.ts';
import { ConMergeParams } from './conmerge.params.ts';
import { controlWordType, maskBeatType, unitType } from './conmerge.types.ts';
import { conMergeRegisters } from './conmerge-axi.registers.ts';

/**
 * Design top `conmerge`: EXION's compactor on its own, behind AXI4-Lite control registers (conmerge-axi.registers.ts) and AXI4-Stream data ports.
 *
 * `s_axis` takes masks: a beat is C column bitmaps of R bits, lane 0 in the low bits. `m_axis` gives control words: the fields of
 * controlWordType packed as `pack` does, occ on top, `last` in bit 0 and on TLAST, zeros above up to whole bytes. TVALID and TDATA of
 * `m_axis` come from registers; no path leads from one port to another. Cycles: those of `conmerge`, and 2 from the write of
 * `start` until the command is taken.
 */
export const conMergeAxi = block(
  'conmerge_axi',
  ConMergeParams,
  (m, p) => {
    const beat = maskBeatType(p);
    const word = controlWordType(p);
    const masks = { width: widthOf(beat), keep: false, last: false };
    const words = { width: widthOf(word), keep: false, last: true };
    const { bank, compactor } = m.instances({ bank: axiLiteRegs(conMergeRegisters(p)), compactor: conMerge(p) });
    const io = m.ports({
      s_axil: axiLiteSlave(bank.s_axil.awaddr.width, 32),
      s_axis: axiStreamSlave(masks),
      m_axis: axiStreamMaster(words),
      irq: output(Bool, 'level: status.done or status.overrun'),
    });
    const { control, unit, status } = bank;

    // A command waits here from its start until the compactor takes it.
    const { waiting, command } = m.regs({ waiting: Bool.init(0), command: unitType(p.columns) });
    m.when(control.start.and(waiting.not()), () => {
      waiting.next(1);
      const { columns, merge, relocate, sort } = unit;
      m.drive(command, { columns, merge, relocate, sort });
    }).elsewhen(compactor.unit.ready, () => waiting.next(0));
    compactor.unit.offer(waiting, command);
    compactor.clear.assign(control.clear);

    compactor.mask.from(fromAxiStream(masks, io.s_axis).map(({ data }) => unpack(data, beat)));
    toAxiStream(
      words,
      io.m_axis,
      compactor.word.map((payload) => {
        const packed = pack(payload);
        const keep = packed.constant(0n, Math.ceil(words.width / 8));
        return unpack(packed.concat(keep, payload.last), axiStreamItem(words));
      }),
    );

    connect(io.s_axil, bank.s_axil);
    status.busy.assign(compactor.busy.or(waiting));
    status.waiting.assign(waiting);
    status.done_set.assign(compactor.done.and(waiting.not()));
    status.overrun_set.assign(control.start.and(waiting));
    for (const name of counterNames) bank[name].count.assign(compactor[name]);
    io.irq.assign(status.done.or(status.overrun));
    noteAxis(m, 's_axis', 'sink', ['tdata']);
    noteAxis(m, 'm_axis', 'source', ['tdata', 'tlast']);
    return io;
  },
  { doc: 'The ConMerge compactor of EXION behind AXI4-Lite registers, AXI4-Stream masks in and control words out.' },
);
