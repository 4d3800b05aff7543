// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, output, pack, sink, source, UInt, unpack, widthOf } from '../../../dsl/index.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { bitsFor } from '../../lib/widths.ts';
import { delayed, validAfter } from '../arith/delay.ts';
import { modularAdd, modularAddLatency } from '../arith/modular-add.ts';
import { coordinateBits, MsmParams } from './msm.params.ts';
import { basePointType } from './msm.types.ts';

/** An element with what its digits need: both signs of the point, and whether it contributes nothing. */
export function elementType(p: MsmParams) {
  const word = UInt(coordinateBits(p));
  return Bundle({ x: word, y: word, minusY: word, scalar: word, isZero: Bool });
}

/** Bits of a number of elements. */
export const elementCountBits = 32;

/** Elements inside at most: those in the adder, and one a cycle on its way through the queue. */
const room = modularAddLatency + 3;

/**
 * Brings n points and their scalars together and negates y (0 stays 0). One element a cycle, latency 3 cycles: the adder cannot wait, so a queue behind
 * it has room for all that is in it.
 */
export const msmElements = block(
  'msm_elements',
  MsmParams,
  (m, p) => {
    const bits = coordinateBits(p);
    const type = elementType(p);
    const io = m.ports({
      start: input(Bool, 'the next n elements are taken'),
      n: input(UInt(elementCountBits)),
      modulus: input(UInt(bits)),
      points: sink(basePointType(p)),
      scalars: sink(UInt(bits)),
      out: source(type),
      busy: output(Bool, 'elements are still to come, or inside'),
    });
    const { left, inside } = m.regs({ left: UInt(elementCountBits).init(0), inside: UInt(bitsFor(room)).init(0) });
    const { open } = m.nets({ open: left.ne(0).and(inside.ne(room)) });
    const { takes } = m.nets({ takes: open.and(io.points.valid).and(io.scalars.valid) });
    io.points.ready.assign(open.and(io.scalars.valid));
    io.scalars.ready.assign(open.and(io.points.valid));
    m.when(io.start, () => left.next(io.n)).elsewhen(takes, () => left.next(left.subWrap(1)));

    const { x, y } = io.points.payload;
    const scalar = io.scalars.payload;
    const { negate, queue } = m.instances({
      negate: modularAdd({ width: bits }),
      queue: streamFifo({ width: widthOf(type), depth: room, storage: 'distributed' }),
    });
    negate.a.assign(0);
    negate.b.assign(y);
    negate.p.assign(io.modulus);
    const late = <S extends typeof x>(name: string, value: S): S => delayed(m, name, value, modularAddLatency);
    const isZero = scalar.orR().and(x.orR().or(y.orR())).not();
    queue.in.offer(
      validAfter(m, 'taken', takes, modularAddLatency),
      pack({
        x: late('x', x),
        y: late('y', y),
        minusY: negate.difference,
        scalar: late('scalar', scalar),
        isZero: late('is_zero', isZero),
      }),
    );
    m.assert('queue_has_room', queue.in.stalled.not(), 'an element is lost');
    io.out.offer(queue.out.valid, unpack(queue.out.payload, type));
    queue.out.ready.assign(io.out.ready);
    m.when(takes.and(io.out.fire.not()), () => inside.next(inside.addWrap(1))).elsewhen(
      io.out.fire.and(takes.not()),
      () => inside.next(inside.subWrap(1)),
    );
    io.busy.assign(left.ne(0).or(inside.ne(0)));
    return io;
  },
  { doc: 'Elements of an MSM: point, its negative and scalar.' },
);
