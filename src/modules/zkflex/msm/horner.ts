// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, flip, input, sink, source, UInt } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';
import { pointKind, pointType } from '../point.types.ts';
import { coordinateBits, MsmParams, windowBitsWidth, windowIndexBits } from './msm.params.ts';
import { totalPorts } from './window-sums.ts';

/** A doubling or an addition on the way to the result. */
export function hornerOperationType(p: MsmParams) {
  const point = pointType(coordinateBits(p));
  return Bundle({ double: Bool, a: point, b: point });
}

/**
 * Sum of T_w 2^(c w) over the windows (paper 3.7), top window first: c doublings and an addition a window, one after the other. With `accumulate` it begins with the result
 * before, else with infinity, which is not doubled.
 */
export const horner = block(
  'horner',
  MsmParams,
  (m, p) => {
    const bits = coordinateBits(p);
    const point = pointType(bits);
    const io = m.ports({
      start: input(Bool),
      accumulate: input(Bool, 'with start'),
      c: input(UInt(windowBitsWidth(p))),
      count: input(UInt(bitsFor(p.windows)), 'windows'),
      total: flip(totalPorts(p)),
      operation: source(hornerOperationType(p)),
      result: sink(point, 'always ready'),
      out: source(point),
    });
    const { state } = m.fsms({ state: ['IDLE', 'DOUBLE', 'DOUBLING', 'READ', 'ADD', 'ADDING', 'DONE'] });
    const word = UInt(bits);
    const { kind } = m.regs({ kind: UInt(2).init(pointKind.infinity) });
    const { sum, window, left } = m.regs({
      sum: Bundle({ x: word, y: word, zz: word, zzz: word }),
      window: UInt(windowIndexBits(p)),
      left: UInt(windowBitsWidth(p)),
    });
    const { x, y, zz, zzz } = sum;
    const now = { kind, x, y, zz, zzz };
    io.total.window.assign(window);
    io.total.read.assign(state.is('READ'));
    const { doubles } = m.nets({ doubles: state.is('DOUBLE').and(kind.ne(pointKind.infinity)) });
    io.operation.offer(doubles.or(state.is('ADD')), { double: state.is('DOUBLE'), a: now, b: io.total.point });
    io.out.offer(state.is('DONE'), now);

    io.result.ready.assign(1);
    m.when(io.result.valid, () => {
      const { payload } = io.result;
      kind.next(payload.kind);
      m.drive(sum, { x: payload.x, y: payload.y, zz: payload.zz, zzz: payload.zzz });
    });
    state.states({
      IDLE: () =>
        m.when(io.start, () => {
          m.when(io.accumulate.not(), () => kind.next(pointKind.infinity));
          window.next(io.count.subWrap(1).low(window.width));
          left.next(io.c);
          state.goto('DOUBLE');
        }),
      DOUBLE: () =>
        m
          .when(doubles.not(), () => state.goto('READ'))
          .elsewhen(io.operation.ready, () => {
            left.next(left.subWrap(1));
            state.goto('DOUBLING');
          }),
      DOUBLING: () =>
        m.when(io.result.valid, () => {
          m.when(left.eq(0), () => state.goto('READ')).otherwise(() => state.goto('DOUBLE'));
        }),
      READ: () => state.goto('ADD'),
      ADD: () => m.when(io.operation.ready, () => state.goto('ADDING')),
      ADDING: () =>
        m.when(io.result.valid, () => {
          left.next(io.c);
          window.next(window.subWrap(1));
          m.when(window.eq(0), () => state.goto('DONE')).otherwise(() => state.goto('DOUBLE'));
        }),
      DONE: () => m.when(io.out.ready, () => state.goto('IDLE')),
    });
    return io;
  },
  { doc: 'Combines the windows of an MSM.' },
);
