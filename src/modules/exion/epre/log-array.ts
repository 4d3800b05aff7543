// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, output, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';
import { accumulatorBits, logDpu, logDpuLatency } from './log-dpu.ts';
import { inputCodeBits, weightCodeBits } from './two-step.ts';

export const LogArrayParams = z.strictObject({
  size: z.int().min(2).describe('R = C'),
  lanes: z.int().min(1).describe('L'),
});

/** Widest count of columns of a command. */
export const columnBits = 16;

/** What goes with a word through the pipeline. */
export const stepType = Bundle({ valid: Bool, first: Bool, last: Bool });

/** Cycles from codes to the first column of a block whose last word they are. */
export function logArrayLatency({ lanes }: { readonly lanes: number }): number {
  return logDpuLatency({ lanes }) + 1;
}

/**
 * R x C dot-product units (paper 4 "EPRE"): row i sees the codes of input row i, column j those of weight column j. A word a cycle;
 * `step.first` and `step.last` bound the words of a column block. The totals of a block then leave column by column, one a cycle, while
 * the next block is accumulated.
 *
 * Law: columns come in order, `logArrayLatency` cycles after the last word of their block at the earliest, and cannot be held back.
 * Only the `columns` columns set by `start` come; the rest of the last block does not. Blocks end C cycles apart or more (asserted), so
 * that one has left when the next arrives.
 */
export const logArray = block(
  'epre_log_array',
  LogArrayParams,
  (m, p) => {
    const io = m.ports({
      start: { valid: input(Bool, 'a command begins'), columns: input(UInt(columnBits), 'columns that it wants') },
      step: input(stepType, 'goes with the codes'),
      x: input(Vec(p.size, UInt(inputCodeBits * p.lanes)), 'codes of R input rows'),
      w: input(Vec(p.size, UInt(weightCodeBits * p.lanes)), 'codes of C weight columns'),
      column: {
        valid: output(Bool, 'a column leaves in this cycle'),
        last: output(Bool, 'it is the last of the command'),
        totals: output(Vec(p.size, SInt(accumulatorBits)), 'dot products of the rows'),
      },
      busy: output(Bool, 'words or columns are on their way'),
    });
    const latency = logDpuLatency(p);
    const pipe = m.pipeline('step', { valid: io.step.valid });
    const ends = pipe.inputs({ first: io.step.first, last: io.step.last });
    const { first, last } = pipe.outputs(pipe.delayTo(ends, latency));
    const { waiting, left } = m.regs({ waiting: UInt(bitsFor(p.size)).init(0), left: UInt(columnBits).init(0) });
    const { arrives, shifts } = m.nets({ arrives: pipe.valid(latency), shifts: waiting.ne(0) });
    const { take, leaves } = m.nets({ take: arrives.and(last), leaves: shifts.and(left.ne(0)) });

    m.when(take, () => waiting.next(p.size)).elsewhen(shifts, () => waiting.next(waiting.subWrap(1)));
    m.when(io.start.valid, () => {
      left.next(io.start.columns);
      waiting.next(0);
    }).elsewhen(leaves, () => left.next(left.subWrap(1)));
    m.assert('room_for_results', take.not().or(waiting.le(1)), 'a block is complete before the one before it has left');
    m.when(io.start.valid, () => m.assert('starts_idle', arrives.not(), 'a command begins among the words of another'));

    const numbers = Array.from({ length: p.size }, (_, i) => i);
    const rows = numbers.map((i) => {
      const names = numbers.map((j) => [`dpu_${i}_${j}`, logDpu({ lanes: p.lanes })] as const);
      const units = Object.values(m.instances(Object.fromEntries(names)));
      units.forEach((dpu, j) => {
        dpu.x.assign(io.x.at(i));
        dpu.w.assign(io.w.at(j));
        dpu.accumulate.assign(arrives);
        dpu.restart.assign(first);
        dpu.take.assign(take);
        dpu.shift.assign(shifts);
        dpu.neighbour.assign(units[j + 1]?.result ?? dpu.result);
      });
      return units[0]!.result;
    });
    io.column.valid.assign(leaves);
    io.column.last.assign(left.eq(1));
    io.column.totals.assign(rows);
    const flying = Array.from({ length: latency }, (_, s) => pipe.valid(s + 1));
    io.busy.assign(flying.reduce((any, valid) => any.or(valid), leaves));
    return io;
  },
  { doc: 'Array of dot-product units of the prediction engine; results leave column by column.' },
);
