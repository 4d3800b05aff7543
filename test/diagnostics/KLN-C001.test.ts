// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import {
  Bool,
  clockDomain,
  input,
  memory,
  type ModuleBuilder,
  output,
  type Signal,
  UInt,
} from '../../src/dsl/index.ts';
import { blockOf, reportOf } from './support.ts';

const fast = clockDomain('fast');
const slow = clockDomain('slow');

/** A register of a domain that toggles. */
function toggle(m: ModuleBuilder, name: string, width = 1): Signal {
  const reg = m.regs({ [name]: UInt(width).init(0) })[name]!;
  reg.next(reg.not());
  return reg;
}

function flops(m: ModuleBuilder, value: Signal): Signal {
  const { first, second } = m.regs({ first: Bool, second: Bool }, { synchroniser: true });
  first.next(value);
  second.next(first);
  return second;
}

test('a register takes a register of another domain', () => {
  const text = reportOf((m) => {
    const io = m.ports({ y: output(UInt(8)) });
    m.in(slow, () => {
      const count = toggle(m, 'count', 8);
      m.in(fast, () => {
        const { held } = m.regs({ held: UInt(8) });
        m.when(count.bit(0), () => held.next(count.addWrap(1)));
        io.y.assign(held);
      });
    });
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-C001: Register held of domain fast takes a value from register count of domain slow.
      at test/diagnostics/KLN-C001.test.ts:39:41  taken over here
      at test/diagnostics/KLN-C001.test.ts:38:28  register held, domain fast
      at test/diagnostics/KLN-C001.test.ts:20:17  register count, domain slow
      in module top
      why:  The edges of two clocks have no fixed distance: flip-flops sample while the value changes, bits of a word apart.
      cure: Pass one bit through a synchroniser (regs with synchroniser: true), a word through an asynchronous FIFO or a handshake."
  `);
});

test('logic before a synchroniser', () => {
  const text = reportOf((m) => {
    const io = m.ports({ y: output(Bool) });
    let both: Signal;
    m.in(slow, () => (both = toggle(m, 'a').and(toggle(m, 'b'))));
    m.in(fast, () => io.y.assign(flops(m, both)));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-C001: Logic stands before the synchroniser at register first of domain fast: it takes its value from register a of domain slow and register b of domain slow.
      at test/diagnostics/KLN-C001.test.ts:27:9  taken over here
      at test/diagnostics/KLN-C001.test.ts:26:31  register first, domain fast
      at test/diagnostics/KLN-C001.test.ts:20:17  register a, domain slow
      at test/diagnostics/KLN-C001.test.ts:20:17  register b, domain slow
      in module top
      why:  The output of logic glitches while its inputs change, and the other clock may sample a glitch.
      cure: Put the value into a register of its own domain first, and assign that register alone, unconditionally."
  `);
});

test('an untagged input belongs to the first domain; properties and memories have domains too', () => {
  const text = reportOf((m) => {
    const io = m.ports({
      a: input(UInt(2)),
      late: input(UInt(8), '', { domain: slow }),
      y: output(UInt(8), '', { domain: fast }),
    });
    m.in(fast, () => {
      toggle(m, 'first');
      const { table } = m.mems({ table: memory(UInt(8), 4) });
      m.in(slow, () => table.write(io.a, io.late));
      io.y.assign(table.read('read', io.a));
      m.assert('small', io.late.lt(9));
    });
  });
  expect(text.match(/^error.*/gm)).toMatchInlineSnapshot(`
    [
      "error KLN-C001: Read port read of memory table of domain fast takes a value from input a of domain slow.",
      "error KLN-C001: The assert small of domain fast takes a value from input late of domain slow.",
    ]
  `);
});

test('through instances, with and without clocks', () => {
  const inverter = blockOf('inverter', (m) => {
    const io = m.ports({ a: input(Bool), y: output(Bool) });
    io.y.assign(io.a.not());
  });
  const delay = blockOf('delay', (m) => {
    const io = m.ports({ a: input(Bool), y: output(Bool) });
    const { held } = m.regs({ held: Bool });
    held.next(io.a);
    io.y.assign(held);
  });
  const text = reportOf((m) => {
    const io = m.ports({ y: output(Bool, '', { domain: fast }) });
    type Pins = Record<'a', { assign(value: unknown): void }> & Record<'y', Signal<ReturnType<typeof UInt<1>>>>;
    const { gate, stage } = m.instances({
      gate: inverter,
      stage: delay.clocked({ sys: slow }),
    }) as never as Record<'gate' | 'stage', Pins>;
    m.in(fast, () => stage.a.assign(toggle(m, 'quick')));
    gate.a.assign(stage.y);
    io.y.assign(gate.y);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-C001: Output y of domain fast takes a value from output y of instance stage of domain slow.
      at test/diagnostics/KLN-C001.test.ts:117:10  taken over here
      at test/diagnostics/KLN-C001.test.ts:109:18  output y, domain fast
      at test/diagnostics/KLN-C001.test.ts:111:31  output y of instance stage, domain slow
      in module top
      why:  The edges of two clocks have no fixed distance: flip-flops sample while the value changes, bits of a word apart.
      cure: Pass one bit through a synchroniser (regs with synchroniser: true), a word through an asynchronous FIFO or a handshake.

    error KLN-C001: Input a of instance stage of domain slow takes a value from register quick of domain fast.
      at test/diagnostics/KLN-C001.test.ts:115:30  taken over here
      at test/diagnostics/KLN-C001.test.ts:111:31  input a of instance stage, domain slow
      at test/diagnostics/KLN-C001.test.ts:20:17  register quick, domain fast
      in module top
      why:  The edges of two clocks have no fixed distance: flip-flops sample while the value changes, bits of a word apart.
      cure: Pass one bit through a synchroniser (regs with synchroniser: true), a word through an asynchronous FIFO or a handshake."
  `);
});

test('synchronisers fed by registers are fine, also in a block of their own', () => {
  const synchroniser = blockOf('synchroniser', (m) => {
    const io = m.ports({ a: input(Bool), y: output(Bool) });
    io.y.assign(flops(m, io.a));
    return io;
  });
  const source = blockOf('source', (m) => {
    const io = m.ports({ y: output(Bool) });
    io.y.assign(toggle(m, 'held'));
    return io;
  });
  const text = reportOf((m) => {
    const io = m.ports({ own: output(Bool, '', { domain: fast }), away: output(Bool, '', { domain: fast }) });
    let count: Signal;
    m.in(slow, () => (count = toggle(m, 'count', 4)));
    m.in(fast, () => io.own.assign(flops(m, count.bit(3))));
    type Pins = Record<'a', { assign(value: unknown): void }> & Record<'y', typeof io.own>;
    const { from, to } = m.instances({
      from: source.clocked({ sys: slow }),
      to: synchroniser.clocked({ sys: fast }),
    }) as never as Record<'from' | 'to', Pins>;
    to.a.assign(from.y);
    io.away.assign(to.y);
  });
  expect(text).toBe('');
});

test('a synchroniser in a block of its own does not excuse logic before it', () => {
  const synchroniser = blockOf('synchroniser', (m) => {
    const io = m.ports({ a: input(Bool), y: output(Bool) });
    io.y.assign(flops(m, io.a));
  });
  const text = reportOf((m) => {
    const io = m.ports({ y: output(Bool, '', { domain: fast }) });
    type Pins = Record<'a', { assign(value: unknown): void }> & Record<'y', typeof io.y>;
    const { to } = m.instances({ to: synchroniser.clocked({ sys: fast }) }) as never as Record<'to', Pins>;
    m.in(slow, () => to.a.assign(toggle(m, 'a').or(toggle(m, 'b'))));
    io.y.assign(to.y);
  });
  expect(text.split('\n')[0]).toMatchInlineSnapshot(
    `"error KLN-C001: Logic stands before the synchroniser at input a of instance to of domain fast: it takes its value from register a of domain slow and register b of domain slow."`,
  );
});

test('bits of two domains may share a word', () => {
  const text = reportOf((m) => {
    const io = m.ports({ y: output(Bool, '', { domain: fast }), z: output(Bool, '', { domain: slow }) });
    const { both } = m.wires({ both: UInt(2) });
    m.in(fast, () => both.part(0, 0).assign(toggle(m, 'a')));
    m.in(slow, () => both.part(1, 1).assign(toggle(m, 'b')));
    const inverted = both.not();
    io.y.assign(inverted.bit(0));
    io.z.assign(inverted.bit(1));
  });
  expect(text).toBe('');
});

test('a memory with a read and a write clock is a crossing that its user answers for', () => {
  const text = reportOf((m) => {
    const io = m.ports({ y: output(UInt(8), '', { domain: fast }) });
    const { words } = m.mems({ words: memory(UInt(8), 16) });
    m.in(slow, () => words.write(toggle(m, 'to', 4), toggle(m, 'data', 8)));
    m.in(fast, () => io.y.assign(words.read('read', toggle(m, 'from', 4))));
  });
  expect(text).toBe('');
});
