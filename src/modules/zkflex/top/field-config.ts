// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, output, sink, UInt } from '../../../dsl/index.ts';
import { unreduced } from '../arith/unreduced.ts';

export const FieldConfigParams = z.strictObject({
  wordBits: z.int().min(8).max(4096).describe('Bits of an element'),
});

/** What CFG says beside the three numbers in memory. */
export const fieldChoiceType = Bundle({ mode: UInt(2), twoAdicity: UInt(6), aIsZero: Bool });

/**
 * Carries out CFG: takes p, p' and the curve's a from a stream, offers them to the TCores (`load`), and makes them the field of the design if none of
 * them refuses. A refused one changes nothing. A curve's a that is not below p is
 * refused too. `done` comes 6 cycles after the third number.
 */
export const fieldConfig = block(
  'field_config',
  FieldConfigParams,
  (m, p) => {
    const word = UInt(p.wordBits);
    const io = m.ports({
      start: input(Bool, 'pulse while idle'),
      choice: input(fieldChoiceType, 'steady until done'),
      in: sink(word, 'p, -p^-1 mod 2^n, a R mod p'),
      failed: input(Bool, 'the memory has answered with an error; sticky'),
      load: output(Bool, 'pulse: the TCores take what is offered'),
      offered: { mode: output(UInt(2)), modulus: output(word), inverse: output(word) },
      error: input(Bool, 'a TCore has refused, two cycles after load'),
      done: output(Bool, 'pulse'),
      refused: output(Bool, 'with done'),
      configured: output(Bool, 'there is a field'),
      field: {
        ...{ mode: output(UInt(2)), modulus: output(word), a: output(word) },
        ...{ twoAdicity: output(UInt(6)), aIsZero: output(Bool) },
      },
    });
    const { state } = m.fsms({
      state: ['IDLE', 'MODULUS', 'INVERSE', 'CURVE', 'COMPARE', 'COMPARED', 'LOAD', 'WAIT', 'CHECK'],
    });
    const { modulus, inverse, a, known, current } = m.regs({
      modulus: word,
      inverse: word,
      a: word,
      known: Bool.init(0),
      current: Bundle({ modulus: word, a: word, ...fieldChoiceType.fields }),
    });
    const takes = state.is('MODULUS').or(state.is('INVERSE')).or(state.is('CURVE'));
    io.in.ready.assign(takes);
    const misfit = unreduced(m, { values: [a], modulus, valid: state.is('COMPARE') });
    const { a_misfits } = m.regs({ a_misfits: Bool });
    m.when(state.is('LOAD'), () => a_misfits.next(misfit));
    io.load.assign(state.is('LOAD').and(io.failed.or(misfit).not()));
    m.drive(io.offered, { mode: io.choice.mode, modulus, inverse });
    const { checked } = m.nets({ checked: state.is('CHECK') });
    io.done.assign(checked);
    const { bad } = m.nets({ bad: io.error.or(io.failed).or(a_misfits) });
    io.refused.assign(checked.and(bad));
    io.configured.assign(known);
    m.drive(io.field, current);
    state.states({
      IDLE: () => m.when(io.start, () => state.goto('MODULUS')),
      MODULUS: () => {
        modulus.next(io.in.payload);
        m.when(io.in.valid, () => state.goto('INVERSE'));
      },
      INVERSE: () => {
        inverse.next(io.in.payload);
        m.when(io.in.valid, () => state.goto('CURVE'));
      },
      CURVE: () => {
        a.next(io.in.payload);
        m.when(io.in.valid, () => state.goto('COMPARE'));
      },
      COMPARE: () => state.goto('COMPARED'),
      COMPARED: () => state.goto('LOAD'),
      LOAD: () => state.goto('WAIT'),
      WAIT: () => state.goto('CHECK'),
      CHECK: () => {
        state.goto('IDLE');
        m.when(bad.not(), () => {
          known.next(1);
          const { mode, twoAdicity, aIsZero } = io.choice;
          m.drive(current, { modulus, a, mode, twoAdicity, aIsZero });
        });
      },
    });
    return io;
  },
  { doc: 'ZK-Flex: the field and curve that commands work in.' },
);
