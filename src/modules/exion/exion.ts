// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, pack, sink, UInt, unpack, widthOf } from '../../dsl/index.ts';
import { axisMasterPorts, axisSink, axisSlavePorts, axisSource } from './axis-ports.ts';
import { conMerge, counterWidth } from './conmerge.ts';
import { ConMergeParams, conMergePresets } from './conmerge.params.ts';
import { controlWordType, maskBeatType, unitType } from './conmerge.types.ts';

/** Parameters of the design `exion`; at this stage those of its compactor. */
export const ExionParams = ConMergeParams;
export type ExionParams = ConMergeParams;

export const exionPresets = conMergePresets;

/**
 * Design top `exion`: the ConMerge compactor with AXI4-Stream data ports.
 *
 * `s_axis` takes masks, a beat of C column bitmaps of R bits, lane 0 in the low bits. `m_axis` gives control words: the fields of
 * controlWordType packed, occ in the high bits and `last` in bit 0 (also on TLAST), above them zeros up to whole bytes. A unit is
 * started by a transfer on `unit`. TVALID and TDATA of `m_axis` come from registers; no path leads from one port's ready to the other's.
 * Cycles: those of `conmerge`.
 */
export const exionTop = block(
  'exion',
  ExionParams,
  (m, p) => {
    const beat = maskBeatType(p);
    const word = controlWordType(p);
    const counter = UInt(counterWidth);
    const io = m.ports({
      unit: sink(unitType(p.columns), 'command: columns and switches of a unit of work'),
      s_axis: axisSlavePorts(widthOf(beat), 'masks: C column bitmaps of R bits a beat'),
      m_axis: axisMasterPorts(widthOf(word), 'control words'),
      clear: input(Bool, 'set all counters to 0'),
      busy: output(Bool, 'a unit is being worked on'),
      done: output(Bool, 'busy has just fallen'),
      units: output(counter, 'units completed'),
      words: output(counter, 'control words given'),
      cycles_total: output(counter, 'cycles with busy'),
      cycles_condense: output(counter, 'cycles in COND'),
      cycles_sort: output(counter, 'cycles in SCATTER'),
      cycles_cvg: output(counter, 'cycles in which a vector generator merges'),
      cycles_stall: output(counter, 'cycles in which a control word waits'),
    });
    const { compactor } = m.instances({ compactor: conMerge(p) });
    compactor.unit.from(io.unit);
    compactor.mask.from(axisSink(m, 's_axis', io.s_axis).map((data) => unpack(data.trunc(widthOf(beat)), beat)));
    const words = axisSource(m, 'm_axis', io.m_axis);
    const padding = m.lit(0, UInt(words.payload.width - widthOf(word)));
    words.from(compactor.word.map((payload) => padding.concat(pack(payload))));
    io.m_axis.tlast.assign(compactor.word.payload.last);
    compactor.clear.assign(io.clear);
    io.busy.assign(compactor.busy);
    io.done.assign(compactor.done);
    io.units.assign(compactor.units);
    io.words.assign(compactor.words);
    io.cycles_total.assign(compactor.cycles_total);
    io.cycles_condense.assign(compactor.cycles_condense);
    io.cycles_sort.assign(compactor.cycles_sort);
    io.cycles_cvg.assign(compactor.cycles_cvg);
    io.cycles_stall.assign(compactor.cycles_stall);
    return io;
  },
  { doc: 'EXION: the ConMerge compactor with AXI4-Stream ports for masks and control words.' },
);
