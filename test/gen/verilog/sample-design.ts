// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, memory, output, sink, source, UInt } from '../../../src/dsl/index.ts';

const none = z.strictObject({});

const queue = block('queue', z.strictObject({ width: z.int(), depth: z.int() }), (m, p) => {
  const io = m.ports({ in: sink(UInt(p.width)), out: source(UInt(p.width)) });
  const bits = Math.log2(p.depth);
  const { head, tail, count } = m.regs({
    head: UInt(bits).init(0),
    tail: UInt(bits).init(0),
    count: UInt(bits + 1).init(0),
  });
  const { words } = m.mems({ words: memory(UInt(p.width), p.depth, { style: 'distributed' }) });
  const push = io.in.valid.and(io.in.ready);
  const pop = io.out.valid.and(io.out.ready);
  words.write(tail, io.in.payload, { enable: push });
  m.when(push, () => tail.next(tail.addWrap(1)));
  m.when(pop, () => head.next(head.addWrap(1)));
  m.when(push.and(pop.not()), () => count.next(count.addWrap(1))).elsewhen(pop.and(push.not()), () =>
    count.next(count.subWrap(1)),
  );
  io.in.ready.assign(count.ne(p.depth));
  io.out.valid.assign(count.ne(0));
  io.out.payload.assign(words.readAsync('front', head));
  m.assert('never_beyond', count.le(p.depth), 'More words than places.');
  return io;
});

const ripple = block('ripple', z.strictObject({ width: z.int() }), (m, p) => {
  const io = m.ports({ a: input(UInt(p.width)), b: input(UInt(p.width)), sum: output(UInt(p.width)) });
  const { carry } = m.wires({ carry: UInt(p.width + 1) });
  carry.part(0, 0).assign(0);
  for (let i = 0; i < p.width; i++) {
    const [a, b, c] = [io.a.bit(i), io.b.bit(i), carry.bit(i)];
    carry.part(i + 1, i + 1).assign(a.and(b).or(c.and(a.xor(b))));
    io.sum.part(i, i).assign(a.xor(b).xor(c));
  }
  return io;
});

/** A design with a bit of everything. `reversed`: the children are elaborated in the other order. */
export function sampleDesign(reversed: boolean): BlockCall {
  const sample = block('sample', none, (m) => {
    const io = m.ports({ in: sink(UInt(8)), out: source(UInt(8)), extra: input(UInt(8)), busy: output(Bool) });
    const calls = {
      small: queue({ width: 8, depth: 4 }),
      large: queue({ width: 8, depth: 16 }),
      adder: ripple({ width: 8 }),
    };
    const { small, large, adder } = reversed
      ? { ...m.instances({ adder: calls.adder }), ...m.instances({ large: calls.large, small: calls.small }) }
      : m.instances(calls);
    small.in.from(io.in);
    adder.a.assign(small.out.payload);
    adder.b.assign(io.extra);
    large.in.valid.assign(small.out.valid);
    large.in.payload.assign(adder.sum);
    small.out.ready.assign(large.in.ready);
    io.out.from(large.out);
    const { state } = m.fsms({ state: ['IDLE', 'BUSY'] });
    state.states({
      IDLE: () => m.when(io.in.valid, () => state.goto('BUSY')),
      BUSY: () => m.when(io.out.valid.not(), () => state.goto('IDLE')),
    });
    io.busy.assign(state.is('BUSY'));
    return io;
  });
  return sample({});
}
