// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../dsl/index.ts';
import { serialStepType } from './cfse.types.ts';

/** Bits of D, |S1|, the root, and the quotients; 13 bits hold D = 4096. */
const digits = { scale: 13, square: 28, root: 27, inverse: 18, quotient: 22 } as const;

/** Cycles from `start` to `finished`, both included. */
export const serialCycles = {
  norm: 1 + digits.scale + 1 + digits.square + digits.root + 1 + digits.inverse,
  softmax: 1 + digits.quotient,
} as const;

/** Steps of the serial units of all rows: variance, root and inverse (LN), or the quotient of SOFTMAX. `start` is the first step. */
export const serialControl = block(
  'cfse_serial_control',
  z.strictObject({}),
  (m) => {
    const io = m.ports({
      start: input(Bool),
      softmax: input(Bool, 'the quotient alone'),
      length: input(UInt(13), 'D'),
      step: output(serialStepType),
      busy: output(Bool),
      finished: output(Bool, 'the last step'),
    });
    const { state } = m.fsms({ state: ['IDLE', 'SCALE', 'TURN', 'SQUARE', 'ROOT', 'INVERT', 'DIVIDE'] });
    const { left, factor } = m.regs({ left: UInt(5), factor: UInt(13) });
    const { at_end } = m.nets({ at_end: left.eq(0) });
    left.next(left.subWrap(1));
    factor.next(factor.shr(1));
    state.states({
      IDLE: () =>
        m.when(io.start, () => {
          factor.next(io.length);
          m.when(io.softmax, () => {
            state.goto('DIVIDE');
            left.next(digits.quotient - 1);
          }).otherwise(() => {
            state.goto('SCALE');
            left.next(digits.scale - 1);
          });
        }),
      SCALE: () => m.when(at_end, () => state.goto('TURN')),
      TURN: () => {
        state.goto('SQUARE');
        left.next(digits.square - 1);
      },
      SQUARE: () =>
        m.when(at_end, () => {
          state.goto('ROOT');
          left.next(digits.root - 1);
        }),
      ROOT: () => m.when(at_end, () => state.goto('INVERT')),
      INVERT: () => {
        state.goto('DIVIDE');
        left.next(digits.inverse - 1);
      },
      DIVIDE: () => m.when(at_end, () => state.goto('IDLE')),
    });
    m.drive(io.step, {
      begin: io.start,
      scale: state.is('SCALE'),
      digit: factor.bit(0),
      turn: state.is('TURN'),
      square: state.is('SQUARE'),
      root: state.is('ROOT'),
      invert: state.is('INVERT'),
      divide: state.is('DIVIDE'),
    });
    io.busy.assign(state.is('IDLE').not());
    io.finished.assign(state.is('DIVIDE').and(at_end));
    m.assert('start_when_idle', io.start.not().or(state.is('IDLE')));
    return io;
  },
  { doc: 'Steps of the serial square root and divider of all rows.' },
);
