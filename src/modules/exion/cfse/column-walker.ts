// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../dsl/index.ts';
import { isolate } from '../../lib/priority-encoder.ts';

/**
 * Walks over the scratchpad operands of a pass, column by column, A before B before P. An int16 operand needs a new word in even columns
 * only; a column that needs none takes a step too. So a column takes max(1, new words) steps, 1 with one operand.
 */
export const columnWalker = block(
  'cfse_column_walker',
  z.strictObject({}),
  (m) => {
    const io = m.ports({
      start: input(Bool, 'from column 0 on'),
      count: input(UInt(16), 'columns'),
      uses: input(UInt(3), 'operands that are read: bit 0 A, 1 B, 2 P'),
      halves: input(UInt(3), 'of these, which are int16'),
      step: input(Bool, 'the step is done'),
      active: output(Bool, 'a step is to be done'),
      take: output(UInt(3), 'one-hot: the operand whose word comes; 0 for none'),
      ends: output(Bool, 'last step of the column'),
      odd: output(Bool, 'the column is the second of its int16 words'),
      last: output(Bool, 'the column is the last'),
    });
    const { walking, column, todo } = m.regs({ walking: Bool.init(0), column: UInt(16), todo: UInt(3) });
    io.take.assign(isolate(todo, 'lowest'));
    const { rest } = m.nets({ rest: todo.and(io.take.not()) });
    io.ends.assign(rest.eq(0));
    io.last.assign(column.addWrap(1).eq(io.count));
    const nextIsOdd = column.bit(0).not();
    m.when(io.start, () => {
      walking.next(1);
      column.next(0);
      todo.next(io.uses);
    })
      .elsewhen(io.step.and(io.ends), () => {
        walking.next(io.last.not());
        column.next(column.addWrap(1));
        todo.next(io.uses.and(io.halves.and(nextIsOdd.replicate(3)).not()));
      })
      .elsewhen(io.step, () => todo.next(rest));
    io.active.assign(walking);
    io.odd.assign(column.bit(0));
    m.assert('steps_when_active', io.step.not().or(walking), 'a step beyond the last column');
    return io;
  },
  { doc: 'Order of the operand words of a pass of the special function unit.' },
);
