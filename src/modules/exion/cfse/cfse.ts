// SPDX-License-Identifier: Apache-2.0
import { block, Bool, type ModuleBuilder, output, type Signal, UInt, type View } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { clog2 } from '../../lib/widths.ts';
import { maskReader, maskWriter, scratchReader, scratchWriter, unitPorts } from '../core.types.ts';
import { CfseParams, laneModeType, omemReader, paramWriter, stages, tableWriter } from './cfse.types.ts';
import { columnWriter } from './column-writer.ts';
import { expTable } from './exp-table.ts';
import { geluTable } from './gelu-table.ts';
import { lane } from './lane.ts';
import { maskQueue } from './mask-queue.ts';
import { operandReader } from './operand-reader.ts';
import { entryBits, paramMemory } from './param-memory.ts';
import { describePlan, type Plan, sfuCommandType, sfuFields } from './plan.ts';
import { describeSequence } from './sequencer.ts';
import { serialControl } from './serial-control.ts';

type Bit = Signal<typeof Bool>;

/**
 * Configurable SIMD engine (paper 4 "CFSE", 3.5): commands SFU, R rows at once, a column a cycle.
 *
 * Law: `golden/cfse.ts`, bit for bit.
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
    const { go } = m.nets({ go: operands.go });

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
    operands.may_go.assign(sequence.final.not().or(results.free.and(marks.free)));
    io.read.request.from(operands.read.request);
    m.drive(operands.read.answer, io.read.answer);

    // What is read beside the scratchpad counts up from column to column, and is there in the cycle after go: stage 0.
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
    const valid = (stage: number): Bit => pipe.valid(stage);
    const entered = pipe.inputs({ gain: plan.softmax.mux(command.gain, params.gain), offset: params.offset });
    const gainAt = (stage: number): Signal => pipe.outputs(pipe.delayTo({ gain: entered.gain }, stage)).gain;
    const { offset: lateOffset } = pipe.outputs(pipe.delayTo({ offset: entered.offset }, stages.lateOffset));
    const [gain, lateGain] = [gainAt(stages.products), gainAt(stages.lateGain).asSInt()];

    const mode = describeMode(m, plan, sequence.pass);
    // Columns say themselves what they are for: those of the next pass or command come while they are still in the lanes.
    const { final } = sequence;
    const lateKind = plan.norm.or(plan.softmax);
    const purposes = pipe.inputs({
      for_largest: plan.softmax.and(sequence.pass.eq(0)),
      for_sum: plan.softmax.and(sequence.pass.eq(1)),
      for_plain: plan.plain,
      for_middle: plan.requantise.or(plan.axpy),
      for_marks: plan.mask_out,
      for_late: lateKind.and(final),
    });
    const has = (purpose: keyof typeof purposes, stage: number): Bit =>
      valid(stage).and(pipe.outputs(pipe.delayTo({ [purpose]: purposes[purpose] }, stage))[purpose]!);
    const take = m.nets({
      take_largest: has('for_largest', stages.operands),
      take_total: valid(stages.operands).and(mode.statistics),
      take_square: valid(stages.products).and(mode.statistics),
      take_exponential: has('for_sum', stages.middle),
    });
    const { counts } = m.nets({ counts: rowsThatCount(p.size, command.live) });
    const rows = Array.from({ length: p.size }, (_, i) => i);
    const lanes = Object.values(m.instances(Object.fromEntries(rows.map((i) => [`lane_${i}`, lane({})]))));
    const tables = Object.values(
      m.instances(Object.fromEntries(rows.slice(0, p.size / 2).map((i) => [`exp_${i}`, expTable({})]))),
    );
    lanes.forEach((row, i) => {
      m.drive(row.mode, mode);
      m.drive(row.step, serial.step);
      m.drive(row.entry, table.entry);
      m.drive(row.take, {
        largest: take.take_largest,
        total: take.take_total,
        square: take.take_square,
        exponential: take.take_exponential,
      });
      row.counts.assign(counts.bit(i));
      row.shift.assign(command.shift);
      row.keep.assign(command.keep);
      row.limit.assign(command.limit.asSInt());
      row.length.assign(command.n.low(13));
      row.stored.assign(io.omem.data.at(i));
      row.loaded.assign(operands.a.at(i));
      row.b.assign(operands.b.at(i));
      row.p.assign(operands.p.at(i));
      row.kept.assign(io.mask_read.data.bit(i));
      row.offset.assign(params.offset);
      row.gain.assign(gain);
      row.late_gain.assign(lateGain);
      row.late_offset.assign(lateOffset);
      row.clear.assign(sequence.clear);
      const exp = tables[i >> 1]!;
      exp.address.at(i & 1).assign(row.exp.address);
      row.exp.data.assign(exp.data.at(i & 1));
    });

    // What comes out, of the last pass.
    const { promise } = m.nets({ promise: go.and(final) });
    const { result_valid } = m.regs({ result_valid: Bool.init(0) });
    const leaves = has('for_plain', stages.sum).or(has('for_middle', stages.middle)).or(has('for_late', stages.late));
    result_valid.next(leaves);
    results.start.assign(sequence.clear);
    results.base.assign(command.dst);
    results.count.assign(command.n);
    results.bytes.assign(plan.bytes);
    results.promise.assign(promise);
    results.valid.assign(result_valid);
    results.column.assign(lanes.map((row) => row.result));
    io.write.from(results.write);
    marks.start.assign(sequence.clear);
    marks.base.assign(maskBase);
    marks.promise.assign(promise.and(plan.mask_out));
    marks.valid.assign(has('for_marks', stages.middle));
    marks.word.assign(
      join<Signal>(
        go,
        lanes.map((row) => row.mark),
      ),
    );
    io.mask_write.from(marks.write);

    const { overflows } = m.regs({ overflows: Bool.init(0) });
    const watched = plan.requantise.or(plan.axpy).or(plan.psub);
    overflows.next(
      valid(stages.sum)
        .and(watched)
        .and(
          join<Signal>(
            go,
            lanes.map((row) => row.beyond),
          ).orR(),
        ),
    );
    io.overflow.assign(overflows);

    const flying = Array.from({ length: stages.late + 1 }, (_, stage) => valid(stage)).reduce((any, each) =>
      any.or(each),
    );
    const writes = io.write.fire.or(io.mask_write.fire);
    io.cmd.ready.assign(sequence.idle);
    io.busy.assign(sequence.idle.not());
    io.done.assign(sequence.done);
    io.refused.assign(sequence.refused);
    io.stalled.assign(sequence.waits.and(operands.moves.or(flying).or(result_valid).or(writes).not()));
    return io;
  },
  {
    doc: 'Special functions on R rows at once: requantise, GELU, masks, scaled sum, LayerNorm, softmax, copy, difference.',
  },
);

/** Rows that report an overflow: those below `live`, all for 0. */
function rowsThatCount(size: number, live: Signal): Signal {
  const rows = Array.from({ length: size }, (_, i) => live.gt(i).or(live.eq(0)));
  return join<Signal>(live, rows);
}

/** What the lanes do. */
function describeMode(m: ModuleBuilder, plan: Plan, pass: Signal): View<typeof laneModeType> {
  const { left } = m.nets({
    left: plan.softmax.mux(m.lit(3, UInt(2)), plan.psub.mux(m.lit(2, UInt(2)), plan.plain.resize(2))),
  });
  const { statistics } = m.nets({ statistics: plan.norm.and(pass.eq(0)) });
  const { from_scratch, add, axpy, norm, softmax, plain, gelu, mask_in } = plan;
  const subtract = plan.softmax.or(plan.psub);
  return { from_scratch, left, subtract, add, axpy, norm, statistics, softmax, plain, gelu, mask_in };
}
