// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder, type Signal, UInt } from '../../../dsl/index.ts';
import { stages } from './cfse.types.ts';
import type { Plan } from './plan.ts';

type Bit = Signal<typeof Bool>;

interface Events {
  /** A command has come. */
  readonly taken: Bit;
  /** The tables of the lanes are being loaded. */
  readonly loading: Bit;
  /** The last column of a pass begins. */
  readonly last: Bit;
  /** The serial units are done with their last step. */
  readonly finished: Bit;
  /** All that was promised is written. */
  readonly written: Bit;
}

/**
 * States of a command: CHECK (one cycle; with GELU until the tables are loaded), then for each pass RUN (columns begin) and SETTLE (until
 * what the pass has gathered is complete, or all is written), between two passes SERIAL where a root or quotient is needed, DONE.
 * Passes: one; LN statistics, normalise; SOFTMAX largest, sum, quotient.
 */
export function describeSequence(m: ModuleBuilder, plan: Plan, events: Events) {
  const { state } = m.fsms({ state: ['IDLE', 'CHECK', 'RUN', 'SETTLE', 'SERIAL', 'DONE'] });
  const { pass, wait, rejected } = m.regs({ pass: UInt(2), wait: UInt(4), rejected: Bool });
  const { final } = m.nets({
    final: plan.norm.mux(pass.eq(1), plan.softmax.mux(pass.eq(2), m.lit(1, Bool))),
  });
  const { settled } = m.nets({ settled: state.is('SETTLE').and(wait.eq(0)) });
  const { starts, again } = m.nets({
    starts: settled.and(final.not()).and(plan.norm.or(pass.eq(1))),
    again: settled.and(plan.softmax).and(pass.eq(0)).or(state.is('SERIAL').and(events.finished)),
  });
  const { clear } = m.nets({ clear: state.is('CHECK') });
  const { begin } = m.nets({
    begin: clear.and(plan.is_bad.not()).and(plan.gelu.and(events.loading).not()).or(again),
  });
  wait.next(wait.subWrap(1));
  state.states({
    IDLE: () => m.when(events.taken, () => state.goto('CHECK')),
    CHECK: () => {
      pass.next(0);
      rejected.next(plan.is_bad);
      m.when(plan.is_bad, () => state.goto('DONE')).elsewhen(begin, () => state.goto('RUN'));
    },
    RUN: () => {
      // From the last column on: sums are complete behind their stage; the largest score when the next pass needs it.
      const squares = m.lit(stages.products, UInt(4));
      wait.next(plan.norm.mux(squares, plan.softmax.and(pass.eq(1)).mux(m.lit(stages.middle, UInt(4)), 0)));
      m.when(events.last, () => state.goto('SETTLE'));
    },
    SETTLE: () =>
      m
        .when(final, () => m.when(events.written, () => state.goto('DONE')))
        .elsewhen(starts, () => state.goto('SERIAL'))
        .elsewhen(again, () => {
          state.goto('RUN');
          pass.next(1);
        }),
    SERIAL: () =>
      m.when(events.finished, () => {
        state.goto('RUN');
        pass.next(pass.addWrap(1));
      }),
    DONE: () => state.goto('IDLE'),
  });
  const { is_idle, is_done, waits } = m.nets({
    is_idle: state.is('IDLE'),
    is_done: state.is('DONE'),
    waits: state.is('RUN').or(state.is('SETTLE').and(final).and(events.written.not())),
  });
  return { idle: is_idle, done: is_done, waits, refused: is_done.and(rejected), clear, begin, starts, pass, final };
}
