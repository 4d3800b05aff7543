// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { fit } from '../../lib/fit.ts';
import { bitsFor } from '../../lib/widths.ts';
import { pointKind } from '../point.types.ts';
import { elementType } from './elements.ts';
import { coordinateBits, keyBits, MsmParams, windowBitsWidth } from './msm.params.ts';
import { bucketItemType, firstWindowBits } from './msm.types.ts';

/** Bits of the number of a window counted from the least significant one. */
const positionBits = (p: MsmParams): number => Math.max(firstWindowBits, bitsFor(p.windows)) + 1;

/** What the digits of a pass are. */
export function windowsType(p: MsmParams) {
  return Bundle({
    c: UInt(windowBitsWidth(p)),
    first: UInt(firstWindowBits),
    count: UInt(bitsFor(p.windows)),
    /** 2^(c-1). */
    half: UInt(p.windowBits),
  });
}

/**
 * Signed digits (paper 3.7): of each element, in the order of the windows, those of the pass that are not 0, as arrivals at the bucket
 * (2^(c-1) - |digit|) * count + window with the point or its negative. An element takes a cycle a window, windows before the pass included; one that
 * contributes nothing takes one cycle. Latency 3 cycles.
 */
export const msmDigits = block(
  'msm_digits',
  MsmParams,
  (m, p) => {
    const windowIndex = UInt(bitsFor(p.windows));
    const position = UInt(positionBits(p));
    const io = m.ports({
      windows: input(windowsType(p), 'steady while busy'),
      in: sink(elementType(p)),
      out: source(bucketItemType(p), 'arrivals'),
      busy: output(Bool),
    });
    const { c, first, count, half } = io.windows;
    const word = UInt(coordinateBits(p));
    const { holding } = m.regs({ holding: Bool.init(0) });
    const { x, y, minus_y, scalar, carry, at, window } = m.regs({
      x: word,
      y: word,
      minus_y: word,
      scalar: word,
      carry: Bool,
      at: position,
      window: windowIndex,
    });

    // A digit has c bits and the carry: up to 2^c.
    const digit = UInt(p.windowBits + 1);
    const { whole } = m.nets({ whole: half.concat(m.lit(0, Bool)) });
    const mask = whole.subWrap(1).low(p.windowBits);
    const low = scalar.width >= p.windowBits ? scalar.low(p.windowBits) : scalar.resize(p.windowBits);
    const { d } = m.nets({ d: low.and(mask).resize(digit.width).addWrap(carry.resize(digit.width)) });
    const { negative } = m.nets({ negative: d.gt(half.resize(digit.width)) });
    const { size } = m.nets({ size: negative.mux(whole.subWrap(d), d) });
    const { belongs, ends } = m.nets({
      belongs: at.ge(first.resize(position.width)),
      ends: at.addWrap(1).eq(first.resize(position.width).addWrap(count.resize(position.width))),
    });
    const { emits } = m.nets({ emits: holding.and(belongs).and(size.ne(0)) });
    const { advance } = m.wires({ advance: Bool });
    const { step } = m.nets({ step: holding.and(emits.not().or(advance)) });

    io.in.ready.assign(holding.not().or(step.and(ends)));
    m.when(io.in.fire, () => {
      const { payload } = io.in;
      holding.next(payload.isZero.not());
      x.next(payload.x);
      y.next(payload.y);
      minus_y.next(payload.minusY);
      scalar.next(payload.scalar);
      carry.next(0);
      at.next(0);
      window.next(0);
    }).elsewhen(step, () => {
      m.when(ends, () => holding.next(0));
      scalar.next(scalar.shr(c));
      carry.next(negative);
      at.next(at.addWrap(1));
      m.when(belongs, () => window.next(window.addWrap(1)));
    });

    // The bucket takes a product: two stages that move together.
    const pipeline = m.pipeline('arrival', { valid: emits, advance });
    const rest = half.subWrap(size.low(p.windowBits));
    const entered = pipeline.inputs({ rest, window, x, y: negative.mux(minus_y, y) });
    const found = pipeline.regs(entered);
    const arrival = pipeline.outputs(
      pipeline.regs({
        key: fit(found.rest.mul(count).addFull(found.window), keyBits(p)),
        at_x: found.x,
        at_y: found.y,
      }),
    );
    const none = m.lit(0, word);
    const kind = m.lit(pointKind.affine, UInt(2));
    io.out.offer(pipeline.valid(2), {
      key: arrival.key,
      point: { kind, x: arrival.at_x, y: arrival.at_y, zz: none, zzz: none },
    });
    advance.assign(io.out.ready.or(pipeline.valid(2).not()));
    io.busy.assign(holding.or(io.in.valid).or(pipeline.valid(1)).or(pipeline.valid(2)));
    return io;
  },
  { doc: 'Signed digits of the scalars of an MSM.' },
);
