// SPDX-License-Identifier: Apache-2.0
import { block, Bool, output, type Signal, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { clog2 } from '../../lib/widths.ts';
import { maskReader, maskWriter, scratchReader, scratchWriter, unitPorts } from '../core.types.ts';
import { CfseParams, omemReader, paramWriter, stages, tableWriter } from './cfse.types.ts';
import { columnWriter } from './column-writer.ts';
import { describeFlight } from './flight.ts';
import { geluTable } from './gelu-table.ts';
import { describeLanes } from './lane-array.ts';
import { maskQueue } from './mask-queue.ts';
import { operandReader } from './operand-reader.ts';
import { entryBits, paramMemory } from './param-memory.ts';
import { describePlan, sfuCommandType, sfuFields } from './plan.ts';
import { describeSequence } from './sequencer.ts';
import { serialControl } from './serial-control.ts';

/**
 * Configurable SIMD engine (paper 4 "CFSE", 3.5): the SFU commands. R lanes, a row each; a column a cycle.
 *
 * Law: `golden/cfse.ts`, bit for bit. A command is refused as `golden/cfse-accepts.ts` says. Beyond isa.ts: theta is signed, so a `limit` of
 * 17 ones (-1) marks all live elements; `overflow` looks at rows below `live` (all for 0) and with MASK_IN at kept elements only;
 * FROM_GSC serves RQ, AXPY, COPY and PSUB. In place is allowed where elements do not get wider.
 *
 * Cycles from the transfer of the command to `done`, without stalls, reads answered after `latency` (at most 14) cycles:
 *
 *     COPY, PSUB  P + s + 9        RQ, AXPY  P + s + 18        LN  2 n + 2 s + 115        SOFTMAX  3 n + 60        refused  2
 *
 * with s = latency + 1 if the scratchpad is read, else 0, and P = the sum of max(1, new words) over the columns: n with at most one
 * scratchpad operand; AXPY with ADD (int16 and int32) 3 steps for two columns, RQ from int16 with ADD likewise. Every word of a tensor is read
 * once a pass and written once. A GELU command waits until 257 cycles after the last write of the table.
 *
 * Memories: PARAM, GELU tables (LUT RAM, one a lane), EXP (one block RAM for two lanes). Longest paths: `lane.ts`; PARAM through a
 * multiplexer of R / 2 entries to the lanes; head of the operand queue through `go` to the enable of OMEM.
 */
export const cfse = block(
  'cfse',
  CfseParams,
  (m, p) => {
    const io = m.ports({
      ...unitPorts(...sfuFields),
      overflow: output(Bool, 'pulse: a sum A + offset + P or a difference B - A of a column has left 32 bits'),
      param_write: paramWriter(p),
      table_write: tableWriter(p),
      omem: omemReader(p),
      read: scratchReader(p),
      write: scratchWriter(p),
      mask_read: maskReader(p),
      mask_write: maskWriter(p),
    });
    const { command } = m.regs({ command: sfuCommandType });
    m.when(io.cmd.fire, () => m.drive(command, io.cmd.payload));
    const plan = describePlan(m, p, command);

    const { operands, results, marks, params, table, serial } = m.instances({
      operands: operandReader({ size: p.size }),
      results: columnWriter({ size: p.size }),
      marks: maskQueue({ size: p.size, maskWords: p.maskWords }),
      params: paramMemory({ size: p.size, params: p.params }),
      table: geluTable({ size: p.size }),
      serial: serialControl({}),
    });
    const sequence = describeSequence(m, plan, {
      taken: io.cmd.fire,
      loading: table.copying,
      last: operands.last,
      finished: serial.finished,
      written: results.empty.and(marks.empty),
    });
    const { final } = sequence;
    m.drive(params.write, io.param_write);
    m.drive(table.write, io.table_write);
    table.hold.assign(sequence.idle.not().and(plan.gelu));
    serial.start.assign(sequence.starts);
    serial.softmax.assign(plan.softmax);
    serial.length.assign(command.n.low(13));

    operands.start.assign(sequence.begin);
    operands.count.assign(command.n);
    operands.uses.assign(plan.uses);
    operands.wide.assign(plan.psub);
    // The row of LN takes the way of B.
    m.drive(operands.base, { a: command.srcA, b: plan.norm.mux(command.srcA, command.srcB), p: command.srcP });
    operands.may_go.assign(final.not().or(results.free.and(marks.free)));
    io.read.request.from(operands.read.request);
    m.drive(operands.read.answer, io.read.answer);

    // What is read beside the scratchpad counts up from column to column, and is there in the cycle after go: stage 0.
    const { go } = m.nets({ go: operands.go });
    const { column, entry, mask } = m.regs({
      column: UInt(clog2(p.columns)).init(0),
      entry: UInt(entryBits(p).all),
      mask: UInt(clog2(p.maskWords)).init(0),
    });
    const maskBase = command.maskA.trunc(mask.width);
    m.when(sequence.begin, () => {
      column.next(command.srcA.trunc(column.width));
      entry.next(command.param.trunc(entry.width));
      mask.next(maskBase);
    }).elsewhen(go, () => {
      column.next(column.addWrap(1));
      entry.next(entry.addWrap(1));
      mask.next(mask.addWrap(1));
    });
    io.omem.enable.assign(go.and(plan.reads_omem));
    io.omem.column.assign(column);
    params.read_enable.assign(go);
    params.entry.assign(entry);
    io.mask_read.enable.assign(go.and(plan.reads_mask));
    io.mask_read.address.assign(mask);

    const { operands_there } = m.regs({ operands_there: Bool.init(0) });
    operands_there.next(go);
    const pipe = m.pipeline('column', { valid: operands_there });
    const flight = describeFlight(m, pipe, plan, sequence);
    const { gain, offset } = pipe.inputs({ gain: plan.softmax.mux(command.gain, params.gain), offset: params.offset });
    const at = (stage: number, value: Signal, name: string): Signal =>
      pipe.outputs(pipe.delayTo({ [name]: value }, stage))[name]!;
    const lanes = describeLanes(
      m,
      p.size,
      {
        plan,
        command,
        pass: sequence.pass,
        flight,
        step: serial.step,
        entry: table.entry,
        clear: sequence.clear,
        offset: params.offset,
        gain: at(stages.products, gain, 'gain'),
        lateGain: at(stages.lateGain, gain, 'gain').asSInt(),
        lateOffset: at(stages.lateOffset, offset, 'offset'),
      },
      (i) => ({
        stored: io.omem.data.at(i),
        loaded: operands.a.at(i),
        b: operands.b.at(i),
        p: operands.p.at(i),
        kept: io.mask_read.data.bit(i),
      }),
    );
    const each = (part: 'mark' | 'beyond'): Signal => {
      const bits = lanes.map((lane) => lane[part]);
      return join(go as Signal, bits);
    };

    // What comes out, of the last pass.
    const { result_valid, overflows } = m.regs({ result_valid: Bool.init(0), overflows: Bool.init(0) });
    result_valid.next(flight.has_result);
    overflows.next(flight.has_sum.and(each('beyond').orR()));
    const { promise } = m.nets({ promise: go.and(final) });
    results.start.assign(sequence.clear);
    results.base.assign(command.dst);
    results.count.assign(command.n);
    results.bytes.assign(plan.bytes);
    results.promise.assign(promise);
    results.valid.assign(result_valid);
    results.column.assign(lanes.map(({ result }) => result));
    io.write.from(results.write);
    marks.start.assign(sequence.clear);
    marks.base.assign(maskBase);
    marks.promise.assign(promise.and(plan.mask_out));
    marks.valid.assign(flight.has_marks);
    marks.word.assign(each('mark'));
    io.mask_write.from(marks.write);
    io.overflow.assign(overflows);

    const inside = operands.moves.or(flight.is_flying).or(result_valid);
    io.cmd.ready.assign(sequence.idle);
    io.busy.assign(sequence.idle.not());
    io.done.assign(sequence.done);
    io.refused.assign(sequence.refused);
    io.stalled.assign(sequence.waits.and(inside.or(io.write.fire).or(io.mask_write.fire).not()));
    m.assert('done_when_written', sequence.done.not().or(results.empty.and(marks.empty)), 'done before all is written');
    return io;
  },
  {
    doc: 'Special functions on R rows at once: requantise, GELU, masks, scaled sum, LayerNorm, softmax, copy, difference.',
  },
);
