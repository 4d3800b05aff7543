// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, Enum, input, output, sink, SInt, source, UInt } from '../../src/dsl/index.ts';

const Parity = Enum('Parity', ['EVEN', 'ODD']);

/** Counts while enabled; wide and signed outputs beside it. */
export const counter = block('counter', z.strictObject({ width: z.int().min(2) }), (m, p) => {
  const io = m.ports({
    enable: input(Bool),
    step: input(SInt(8)),
    count: output(UInt(p.width)),
    total: output(SInt(70)),
    parity: output(Parity),
  });
  const { value, sum } = m.regs({ value: UInt(p.width).init(0), sum: SInt(70).init(0) });
  const { kind } = m.regs({ kind: Parity.init('EVEN') });
  m.when(io.enable, () => {
    value.next(value.addWrap(1));
    sum.next(sum.addWrap(io.step.resize(70)));
    m.when(value.bit(0), () => kind.next('EVEN')).otherwise(() => kind.next('ODD'));
  });
  if (p.width >= 8) m.assert('below_200', value.lt(200), 'the counter has run away');
  io.count.assign(value);
  io.total.assign(sum);
  io.parity.assign(kind);
  return io;
});

const Item = Bundle({ key: UInt(40), delta: SInt(6), last: Bool });

/** A one-place buffer; faulty on demand: it drops valid or changes the payload while it is stalled. */
export const buffer = block(
  'buffer',
  z.strictObject({ fault: z.enum(['none', 'drop', 'change', 'reset']) }),
  (m, p) => {
    const io = m.ports({ in: sink(Item), out: source(Item) });
    const { full, key } = m.regs({ full: Bool.init(p.fault === 'reset' ? 1 : 0), key: UInt(40) });
    const { delta, last } = m.regs({ delta: SInt(6), last: Bool });
    io.in.ready.assign(full.not().or(io.out.ready));
    m.when(io.in.ready, () => full.next(io.in.valid));
    m.when(io.in.fire, () => {
      key.next(io.in.payload.key);
      delta.next(io.in.payload.delta);
      last.next(io.in.payload.last);
    });
    if (p.fault === 'drop') m.when(io.out.stalled, () => full.next(0));
    if (p.fault === 'change') m.when(io.out.stalled, () => key.next(key.addWrap(1)));
    io.out.offer(full, { key, delta, last });
    return io;
  },
);

/** Without a clock. */
export const inverter = block('inverter', z.strictObject({}), (m) => {
  const io = m.ports({ in: sink(UInt(4)), plain: input(UInt(4)), inverted: output(UInt(4)), seen: output(UInt(4)) });
  io.in.ready.assign(1);
  io.seen.assign(io.in.payload);
  io.inverted.assign(io.plain.not());
  return io;
});
