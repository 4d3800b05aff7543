// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, sink, source, UInt } from '../../../dsl/index.ts';
import { pointKind, pointType } from '../point.types.ts';

const CoordinateParams = z.strictObject({
  wordBits: z.int().min(8).max(4096).describe('Bits of a coordinate'),
});

/** Pairs of elements become points: x first, then y. A point every two elements. `clear` forgets an x whose y has not come. */
export const pointReader = block(
  'point_reader',
  CoordinateParams,
  (m, p) => {
    const word = UInt(p.wordBits);
    const io = m.ports({
      clear: input(Bool),
      in: sink(word, 'x, y, x, y, ...'),
      out: source(Bundle({ x: word, y: word })),
    });
    const { half, x } = m.regs({ half: Bool.init(0), x: word });
    io.in.ready.assign(half.not().or(io.out.ready));
    io.out.offer(half.and(io.in.valid), { x, y: io.in.payload });
    m.when(io.in.fire, () => {
      half.next(half.not());
      m.when(half.not(), () => x.next(io.in.payload));
    });
    m.when(io.clear, () => half.next(0));
    return io;
  },
  { doc: 'Pairs of elements become affine points.' },
);

/** Elements of a stored point. */
export const pointElements = 5;

/**
 * A point leaves as five elements: kind (0 infinity, 1 affine, 2 XYZZ), x, y, zz, zzz; those that the kind ignores are 0. With `drop` up when the point is taken
 * nothing leaves; `clear` forgets a point that has not left.
 */
export const pointWriter = block(
  'point_writer',
  CoordinateParams,
  (m, p) => {
    const word = UInt(p.wordBits);
    const io = m.ports({
      clear: input(Bool),
      in: sink(pointType(p.wordBits)),
      drop: input(Bool, 'the point is not wanted'),
      out: source(word),
    });
    const { at, point } = m.regs({ at: UInt(3).init(0), point: pointType(p.wordBits) });
    io.in.ready.assign(at.eq(0));
    m.when(io.in.fire, () => {
      m.drive(point, io.in.payload);
      m.when(io.drop.not(), () => at.next(pointElements));
    });
    m.when(io.out.fire, () => at.next(at.subWrap(1)));
    m.when(io.clear, () => at.next(0));
    const zero = point.x.constant(0n, p.wordBits);
    const finite = point.kind.ne(pointKind.infinity);
    const projective = point.kind.eq(pointKind.xyzz);
    const elements = [
      projective.mux(point.zzz, zero),
      projective.mux(point.zz, zero),
      finite.mux(point.y, zero),
      finite.mux(point.x, zero),
      point.kind.resize(p.wordBits),
    ];
    const shown = elements.reduceRight((rest, element, i) => at.eq(i + 1).mux(element, rest));
    io.out.offer(at.ne(0), shown);
    return io;
  },
  { doc: 'A point becomes five elements.' },
);
