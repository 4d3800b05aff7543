// SPDX-License-Identifier: Apache-2.0
import { block, sink } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import { inputWords, inputWriteType, maskWriter, scratchWriter, unitPorts, weightWriteType } from '../core.types.ts';
import { flags } from '../isa.ts';
import { commandCheck, epreCommandType, epreFields } from './command-check.ts';
import { int8Writer, writerCredits } from './int8-writer.ts';
import { logArray } from './log-array.ts';
import { operandBank, operandLatency } from './operand-bank.ts';
import { topk } from './topk.ts';
import { wordIssue } from './word-issue.ts';

/**
 * Eager prediction engine (paper 3.2, 4 "EPRE"): commands EPRED and TOPK of docs/rationale/exion-core.md, one at a time.
 *
 * EPRED: n columns of ts(X) . ts(W), requantised to int8, to the tensor at dst. TOPK: the predicted scores of R rows against n keys stay
 * inside; which of them are kept goes to the mask memory. The words of the two operand memories pass the two-step detectors once, then R x C units of L
 * lanes; columns of R totals leave the array one a cycle while the next block is accumulated. Nothing in that path stops: a block is only
 * finished when there is room for it behind (`wordIssue`).
 *
 * Cycles from the transfer of a command to `done`, if nothing stalls: `epreCycles` in cycles.ts. Writes of the operand memories are always
 * taken, also during a command; the words that a command reads must not change meanwhile.
 */
export const epre = block(
  'epre',
  ExionCoreParams,
  (m, p) => {
    const io = m.ports({
      ...unitPorts(...epreFields),
      x_write: sink(inputWriteType(p), 'bytes of EIMEM'),
      w_write: sink(weightWriteType(p), 'bytes of EWMEM'),
      write: scratchWriter(p),
      mask: maskWriter(p),
    });
    const words = inputWords(p);
    const { state } = m.fsms({ state: ['IDLE', 'PRODUCT', 'VERDICT', 'START', 'RUN'] });
    const { command } = m.regs({ command: epreCommandType });
    m.when(io.cmd.fire, () => m.drive(command, io.cmd.payload));

    const { check, issue, array, writer, select } = m.instances({
      check: commandCheck({
        size: p.size,
        inputWords: words,
        weightWords: p.weightWords,
        tokens: p.tokens,
        maskWords: p.maskWords,
      }),
      issue: wordIssue({ size: p.size, inputWords: words, weightWords: p.weightWords, credits: writerCredits(p) }),
      array: logArray({ size: p.size, lanes: p.lanes }),
      writer: int8Writer({ size: p.size }),
      select: topk({ size: p.size, tokens: p.tokens, width: p.topkWidth, maskWords: p.maskWords }),
    });
    m.drive(check.command, command);
    const {
      starts,
      refuses,
      is_topk: isTopk,
    } = m.nets({
      starts: state.is('START').and(check.refused.not()),
      refuses: state.is('START').and(check.refused),
      is_topk: check.topk,
    });

    issue.start.valid.assign(starts);
    issue.start.blocks.assign(check.blocks);
    issue.start.k.assign(command.k);
    issue.start.input.assign(command.srcA.trunc(clog2(words)));
    issue.start.weight.assign(command.srcB.trunc(clog2(p.weightWords)));
    issue.start.limited.assign(isTopk.not());
    issue.gives_back.assign(writer.block_written);

    const banks = Array.from({ length: p.size }, (_, i) => i);
    const shapes = {
      x: { words, lanes: p.lanes, operand: 'input' },
      w: { words: p.weightWords, lanes: p.lanes, operand: 'weight' },
    } as const;
    const inputs = Object.values(
      m.instances(Object.fromEntries(banks.map((i) => [`eimem_${i}`, operandBank(shapes.x)] as const))),
    );
    const weights = Object.values(
      m.instances(Object.fromEntries(banks.map((j) => [`ewmem_${j}`, operandBank(shapes.w)] as const))),
    );
    io.x_write.ready.assign(1);
    io.w_write.ready.assign(1);
    inputs.forEach((bank, i) => {
      const { address, rows, bytes, data } = io.x_write.payload;
      m.drive(bank.write, { enable: io.x_write.valid.and(rows.bit(i)), address, bytes, data: data.at(i) });
      m.drive(bank.read, { enable: issue.step.valid, address: issue.x_address });
    });
    weights.forEach((bank, j) => {
      const { address, lanes, bytes, data } = io.w_write.payload;
      m.drive(bank.write, { enable: io.w_write.valid.and(lanes.bit(j)), address, bytes, data: data.at(j) });
      m.drive(bank.read, { enable: issue.step.valid, address: issue.w_address });
    });

    const pipe = m.pipeline('word', { valid: issue.step.valid });
    const ends = pipe.inputs({ first: issue.step.first, last: issue.step.last });
    m.drive(array.step, { valid: pipe.valid(operandLatency), ...pipe.outputs(pipe.delayTo(ends, operandLatency)) });
    array.start.valid.assign(starts);
    array.start.columns.assign(command.n);
    array.x.assign(inputs.map((bank) => bank.codes));
    array.w.assign(weights.map((bank) => bank.codes));

    m.drive(writer.start, {
      valid: starts.and(isTopk.not()),
      columns: command.n,
      address: command.dst,
      gain: command.gain,
      shift: command.shift,
    });
    writer.column.valid.assign(array.column.valid.and(isTopk.not()));
    writer.column.totals.assign(array.column.totals);
    io.write.from(writer.write);

    const maskBits = clog2(p.maskWords);
    m.drive(select.start, {
      valid: starts.and(isTopk),
      n: command.n,
      best: command.best,
      limit: command.limit,
      live: command.live,
      shift: command.shift,
      first: command.flags.and(flags.FIRST).orR(),
      last: command.flags.and(flags.LAST).orR(),
      scores: command.maskA.trunc(maskBits),
      queries: command.maskB.trunc(maskBits),
      keys: command.maskC.trunc(maskBits),
    });
    select.column.valid.assign(array.column.valid.and(isTopk));
    select.column.last.assign(array.column.last);
    select.column.totals.assign(array.column.totals);
    io.mask.from(select.mask);

    const { complete } = m.nets({ complete: isTopk.mux(select.done, issue.busy.not().and(issue.settled)) });
    state.states({
      IDLE: () => m.when(io.cmd.valid, () => state.goto('PRODUCT')),
      PRODUCT: () => state.goto('VERDICT'),
      VERDICT: () => state.goto('START'),
      START: () => m.when(check.refused, () => state.goto('IDLE')).otherwise(() => state.goto('RUN')),
      RUN: () => m.when(complete, () => state.goto('IDLE')),
    });
    io.cmd.ready.assign(state.is('IDLE'));
    io.done.assign(refuses.or(state.is('RUN').and(complete)));
    io.refused.assign(refuses);
    io.busy.assign(state.is('IDLE').not());
    const { moves } = m.nets({ moves: issue.step.valid.or(array.busy).or(writer.busy) });
    io.stalled.assign(io.write.stalled.or(io.mask.stalled).and(moves.not()));
    m.assert('one_consumer', writer.busy.and(io.mask.valid).not(), 'both commands write at once');
    return io;
  },
  { doc: 'Eager prediction engine of EXION: log-domain dot products, int8 projections, top-k of predicted scores.' },
);
