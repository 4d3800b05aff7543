// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, input, memory, output, sink, source, UInt, Vec } from '../../src/dsl/index.ts';
import { blockOf, reportOf } from './support.ts';

type Wires = Record<'a' | 'y', { assign(value: unknown): void; slice(hi: number, lo: number): never }>;

test('two wires that need each other', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    const { ping, pong } = m.wires({ ping: UInt(8), pong: UInt(8) });
    ping.assign(pong.xor(io.a));
    pong.assign(ping.addWrap(1));
    io.y.assign(pong);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-L002: Wire pong depends on itself without a register between: pong reads ping and ping reads pong.
      at test/diagnostics/KLN-L002.test.ts:13:10  pong reads ping
      at test/diagnostics/KLN-L002.test.ts:12:10  ping reads pong
      in module top
      why:  Such a signal has no defined value: hardware oscillates or stores, and simulators do not settle.
      cure: Put a register into the path, or compute one of the signals from something else."
  `);
});

test('a condition is a dependency', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(Bool), y: output(Bool) });
    io.y.assign(0);
    m.when(io.a, () => {
      m.when(io.y, () => io.y.assign(io.a));
    });
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-L002: Output y depends on itself without a register between: y reads y.
      at test/diagnostics/KLN-L002.test.ts:31:31  y reads y
      in module top
      why:  Such a signal has no defined value: hardware oscillates or stores, and simulators do not settle.
      cure: Put a register into the path, or compute one of the signals from something else."
  `);
});

test('the carry of a sum', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    const { sum } = m.wires({ sum: UInt(8) });
    sum.assign(io.a.addWrap(sum.bit(7).resize(8)));
    io.y.assign(sum);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-L002: Bit 7 of wire sum depends on itself without a register between: sum[7] reads sum[7].
      at test/diagnostics/KLN-L002.test.ts:47:9  sum[7] reads sum[7]
      in module top
      why:  Such a signal has no defined value: hardware oscillates or stores, and simulators do not settle.
      cure: Put a register into the path, or compute one of the signals from something else."
  `);
});

test('through an instance and the address of a memory', () => {
  const child = blockOf('invert', (m) => {
    const io = m.ports({ a: input(UInt(2)), y: output(UInt(2)) });
    io.y.assign(io.a.not());
  });
  const text = reportOf((m) => {
    const io = m.ports({ y: output(UInt(2)) });
    const { table } = m.mems({ table: memory(UInt(2), 4, { init: [1, 2, 3, 0] }) });
    const { inverter } = m.instances({ inverter: child }) as unknown as { inverter: Wires };
    inverter.a.assign(table.readAsync('look', inverter.y as never));
    io.y.assign(inverter.y as never);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-L002: Bit 0 of input a of instance inverter depends on itself without a register between: inverter.a[0] reads table.look[0], table.look[0] reads inverter.y[0] and inverter.y[0] reads inverter.a[0].
      at test/diagnostics/KLN-L002.test.ts:68:16  inverter.a[0] reads table.look[0]
      at test/diagnostics/KLN-L002.test.ts:68:29  table.look[0] reads inverter.y[0] (address of memory table)
      at test/diagnostics/KLN-L002.test.ts:67:28  inverter.y[0] reads inverter.a[0] inside invert
      in module top
      why:  Such a signal has no defined value: hardware oscillates or stores, and simulators do not settle.
      cure: Put a register into the path, or compute one of the signals from something else."
  `);
});

test('bits that each loop through an instance are one finding', () => {
  const child = blockOf('invert', (m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a.not());
  });
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(4)), y: output(UInt(8)) });
    const { inverter } = m.instances({ inverter: child }) as unknown as { inverter: Wires };
    inverter.a.assign((inverter.y.slice(7, 4) as typeof io.y).concat(io.a));
    io.y.assign(inverter.y as never);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-L002: Bits 7..4 of output y of instance inverter depend on themselves without a register between: inverter.y[7:4] reads inverter.a[7:4] and inverter.a[7:4] reads inverter.y[7:4].
      at test/diagnostics/KLN-L002.test.ts:89:28  inverter.y[7:4] reads inverter.a[7:4] inside invert
      at test/diagnostics/KLN-L002.test.ts:90:16  inverter.a[7:4] reads inverter.y[7:4]
      in module top
      why:  Such a signal has no defined value: hardware oscillates or stores, and simulators do not settle.
      cure: Put a register into the path, or compute one of the signals from something else."
  `);
});

test('ready that waits for valid that waits for ready', () => {
  const polite = blockOf('polite', (m) => {
    const io = m.ports({ in: sink(UInt(8)), out: source(UInt(8)) });
    io.out.offer(io.in.valid.and(io.out.ready), io.in.payload);
    io.in.ready.assign(io.out.ready);
  });
  const text = reportOf((m) => {
    const io = m.ports({ y: output(UInt(8)) });
    const { link } = m.instances({ link: polite }) as never as Record<
      'link',
      Record<'in' | 'out', Record<'valid' | 'ready' | 'payload', Wires['a']>>
    >;
    link.in.valid.assign(1);
    link.in.payload.assign(3);
    link.out.ready.assign(link.out.valid);
    io.y.assign(link.out.payload as never);
  });
  expect(text.split('\n')[0]).toMatchInlineSnapshot(
    `"error KLN-L002: Input out.ready of instance link depends on itself without a register between: link.out.ready reads link.out.valid and link.out.valid reads link.out.ready."`,
  );
});

test('bits that feed higher bits of the same word are no loop', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), carry: output(UInt(9)), prefix: output(UInt(8)), sums: output(UInt(8)) });
    io.carry.part(0, 0).assign(0);
    for (let i = 0; i < 8; i++) io.carry.part(i + 1, i + 1).assign(io.carry.bit(i).and(io.a.bit(i)));
    // The same as one expression over the word itself.
    io.prefix.assign(io.prefix.slice(6, 0).concat(io.a.bit(0)).xor(io.a));
    const { steps } = m.wires({ steps: Vec(4, UInt(8)) });
    steps.map((step, i) => step.assign(i === 0 ? io.a : steps.at(i - 1).addWrap(i)));
    io.sums.assign(steps.at(3));
  });
  expect(text).toBe('');
});

test('an instance that works bit by bit is followed bit by bit', () => {
  const invert = blockOf('invert', (m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a.not());
  });
  const twice = blockOf('twice', (m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    const { inner } = m.instances({ inner: invert }) as unknown as { inner: Wires };
    inner.a.assign(io.a);
    io.y.assign(inner.y as never);
  });
  const text = reportOf((m) => {
    const io = m.ports({ a: input(Bool), y: output(UInt(8)) });
    const { chain } = m.instances({ chain: twice }) as unknown as { chain: Wires };
    chain.a.assign((chain.y.slice(6, 0) as typeof io.y).concat(io.a));
    io.y.assign(chain.y as never);
  });
  expect(text).toBe('');
});

test('a register or a synchronous memory in the path ends it', () => {
  const text = reportOf((m) => {
    const io = m.ports({ y: output(UInt(2)) });
    const { table } = m.mems({ table: memory(UInt(2), 4, { init: [1, 2, 3, 0] }) });
    const { at } = m.regs({ at: UInt(2).init(0) });
    const { next } = m.wires({ next: UInt(2) });
    next.assign(at.addWrap(1));
    at.next(next);
    const { loop } = m.wires({ loop: UInt(2) });
    loop.assign(table.read('look', loop));
    io.y.assign(loop);
  });
  expect(text).toBe('');
});
