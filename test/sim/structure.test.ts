// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, clockDomain, elaborate, Enum, input, memory, output, UInt } from '../../src/dsl/index.ts';
import type { BlockCall } from '../../src/dsl/index.ts';
import { createEmbedded, type EmbeddedEngine } from '../../src/sim/embedded.ts';
import type { EmbeddedOptions } from '../../src/sim/options.ts';
import { ModuleDraft, peek, poke, set, when } from './support.ts';

const None = z.strictObject({});

function open(call: BlockCall, options: EmbeddedOptions = {}): EmbeddedEngine {
  return createEmbedded(elaborate(call), options);
}

function settled(engine: EmbeddedEngine, name: string): bigint {
  engine.settle();
  return peek(engine, name);
}

describe('registers', () => {
  it('swap without a copy of the whole state', () => {
    const draft = new ModuleDraft('swap');
    const { pool } = draft;
    const [a, b] = [draft.reg('a', 8, 1n), draft.reg('b', 8, 2n)];
    draft.assign(a, pool.ref(b));
    draft.assign(b, pool.ref(a));
    draft.output('both', pool.op('concat', [pool.ref(a), pool.ref(b)]));
    const engine = createEmbedded(draft.design);
    poke(engine, 'rst', 1);
    engine.step();
    expect(settled(engine, 'both')).toBe(0x0102n);
    poke(engine, 'rst', 0);
    engine.step();
    expect(settled(engine, 'both')).toBe(0x0201n);
    engine.step(1001);
    expect(settled(engine, 'both')).toBe(0x0102n);
  });

  it('shift through a long chain, wide and narrow', () => {
    for (const width of [1, 8, 33, 100]) {
      const draft = new ModuleDraft('chain');
      const { pool } = draft;
      const regs = Array.from({ length: 40 }, (_, i) => draft.reg(`r${i}`, width, null));
      const first = draft.input('in', width);
      regs.forEach((reg, i) => draft.assign(reg, i === 0 ? first : pool.ref(regs[i - 1]!)));
      draft.output('out', pool.ref(regs.at(-1)!));
      const engine = createEmbedded(draft.design);
      for (let i = 0; i < 100; i++) {
        poke(engine, 'in', BigInt(i) & ((1n << BigInt(width)) - 1n));
        if (i >= 40) expect(settled(engine, 'out')).toBe(BigInt(i - 40) & ((1n << BigInt(width)) - 1n));
        engine.step();
      }
    }
  });

  it('keep a partial assignment beside the old bits, the last assignment wins', () => {
    const draft = new ModuleDraft('parts');
    const { pool } = draft;
    const enable = draft.input('enable', 1);
    const data = draft.input('data', 8);
    const wide = draft.reg('wide', 100, 0n);
    draft.module.body.push(
      when(enable, [set(wide, data, 60), set(wide, pool.slice(pool.ref(wide), 60, 8), 0)]),
      set(wide, draft.constant(1, 1), 99),
    );
    draft.output('out', pool.ref(wide));
    const engine = createEmbedded(draft.design);
    poke(engine, 'enable', 1);
    poke(engine, 'data', 0xab);
    engine.step();
    expect(settled(engine, 'out')).toBe((1n << 99n) | (0xabn << 60n));
    poke(engine, 'data', 0xcd);
    engine.step();
    expect(settled(engine, 'out')).toBe((1n << 99n) | (0xcdn << 60n) | 0xabn);
  });
});

describe('combinational logic', () => {
  it('lets a wire feed its own other bits', () => {
    const draft = new ModuleDraft('ripple');
    const { pool } = draft;
    const a = draft.input('a', 8);
    const carry = draft.wire('carry', 9);
    draft.assign(carry, draft.constant(1, 1));
    for (let i = 0; i < 8; i++) {
      const bit = pool.op('and', [pool.slice(a, i, 1), pool.slice(pool.ref(carry), i, 1)]);
      draft.assign(carry, bit, i + 1);
    }
    draft.output('sum', pool.op('xor', [a, pool.slice(pool.ref(carry), 0, 8)]));
    const engine = createEmbedded(draft.design);
    for (const value of [0n, 1n, 7n, 0xfen, 0xffn]) {
      poke(engine, 'a', value);
      expect(settled(engine, 'sum')).toBe((value + 1n) & 0xffn);
    }
  });

  it('names the path of a true loop', () => {
    const draft = new ModuleDraft('loop');
    const { pool } = draft;
    const [x, y] = [draft.wire('x', 4), draft.wire('y', 4)];
    draft.assign(x, pool.op('not', [pool.ref(y)]));
    draft.assign(y, pool.op('add', [pool.ref(x), draft.constant(1, 4)]));
    draft.output('out', pool.ref(x));
    expect(() => createEmbedded(draft.design)).toThrow(/Combinational loop: .*x\[0\].*y\[0\].*x\[0\]/);
  });
});

describe('hierarchy', () => {
  const counter = block('counter', z.strictObject({ width: z.int() }), (m, p) => {
    const io = m.ports({ enable: input(Bool), count: output(UInt(p.width)) });
    const { value: count } = m.regs({ value: UInt(p.width).init(0) });
    m.when(io.enable, () => count.next(count.addWrap(1)));
    io.count.assign(count);
    m.cover('wraps', count.eq(2 ** p.width - 1).and(io.enable));
    m.assert('below_ten', count.lt(10), 'The count is ten.');
    return io;
  });
  const pair = block('pair', None, (m) => {
    const io = m.ports({ enable: input(Bool), sum: output(UInt(5)) });
    const { low, high } = m.instances({ low: counter({ width: 4 }), high: counter({ width: 4 }) });
    low.enable.assign(io.enable);
    high.enable.assign(low.count.eq(15).and(io.enable));
    io.sum.assign(low.count.addFull(high.count));
    return io;
  });

  it('is invisible to values and visible in events and paths', () => {
    const engine = open(pair({}));
    poke(engine, 'rst', 1);
    engine.step();
    poke(engine, 'rst', 0);
    poke(engine, 'enable', 1);
    engine.step(20);
    expect(settled(engine, 'sum')).toBe(5n);
    expect(engine.read('low.value')).toBe(4n);
    expect(engine.read('pair.high.enable')).toBe(0n);
    const events = engine.takeEvents();
    expect(events).toHaveLength(6);
    expect(events[0]).toEqual({
      kind: 'assert',
      name: 'below_ten',
      instance: 'pair.low',
      cycle: 11,
      text: 'The count is ten.',
    });
    const covers = engine.coverage().covers.map(({ instance, hits }) => [instance, hits]);
    expect(covers).toEqual([
      ['pair.low', 1],
      ['pair.high', 0],
    ]);
    engine.write('low.value', 15n);
    expect(settled(engine, 'sum')).toBe(16n);
  });

  it('saves and restores its state', () => {
    const engine = open(pair({}));
    poke(engine, 'enable', 1);
    engine.step(7);
    const saved = engine.saveState();
    engine.step(9);
    engine.restoreState(saved);
    expect(engine.cycle).toBe(7);
    expect(settled(engine, 'sum')).toBe(7n);
    expect(() => open(counter({ width: 4 })).restoreState(saved)).toThrow(/another design/);
    expect(() => engine.restoreState(new Uint8Array(30))).toThrow(/no snapshot/);
  });
});

describe('memories', () => {
  const dut = block(
    'dut',
    z.strictObject({ width: z.int(), collision: z.enum(['old', 'new', 'undefined']) }),
    (m, p) => {
      const io = m.ports({
        address: input(UInt(4)),
        read: input(UInt(4)),
        data: input(UInt(p.width)),
        write: input(Bool),
        mask: input(UInt(2)),
        sync: output(UInt(p.width)),
        now: output(UInt(p.width)),
      });
      const { words } = m.mems({
        words: memory(UInt(p.width), 12, { collision: p.collision, granule: p.width / 2, init: [7, 8, 9] }),
      });
      words.write(io.address, io.data, { enable: io.write, mask: io.mask });
      io.sync.assign(words.read('q', io.read));
      io.now.assign(words.readAsync('now', io.read));
      return io;
    },
  );

  for (const width of [8, 16, 32, 64, 130, 200]) {
    it(`read, write, mask and collide at ${width} bits`, () => {
      const half = BigInt(width / 2);
      const all = (1n << BigInt(width)) - 1n;
      for (const collision of ['old', 'new'] as const) {
        const engine = open(dut({ width, collision }));
        poke(engine, 'read', 1);
        expect(settled(engine, 'now')).toBe(8n);
        poke(engine, 'address', 1);
        poke(engine, 'data', all);
        poke(engine, 'write', 1);
        poke(engine, 'mask', 0b10);
        engine.step();
        const merged = ((all >> half) << half) | 8n;
        engine.settle();
        expect(peek(engine, 'now')).toBe(merged);
        expect(peek(engine, 'sync')).toBe(collision === 'old' ? 8n : merged);
        expect(engine.readMemory('words', 1)).toBe(merged);
        expect(engine.readMemory('words', 2)).toBe(9n);
        engine.writeMemory('words', 1, 3n);
        expect(settled(engine, 'now')).toBe(3n);
      }
    });
  }

  it('reports accesses beyond the depth, reads zero there and writes nothing', () => {
    const engine = open(dut({ width: 8, collision: 'new' }));
    poke(engine, 'address', 13);
    poke(engine, 'data', 0x55);
    poke(engine, 'write', 1);
    poke(engine, 'mask', 3);
    poke(engine, 'read', 13);
    engine.step();
    expect(settled(engine, 'sync')).toBe(0n);
    expect(settled(engine, 'now')).toBe(0n);
    expect(engine.takeEvents().map(({ kind, name }) => [kind, name])).toHaveLength(2);
    const lax = createEmbedded(elaborate(dut({ width: 8, collision: 'old' })), { strictMemory: false });
    poke(lax, 'read', 15);
    lax.step(5);
    expect(lax.takeEvents()).toEqual([]);
  });

  it.each([64, 130, 200])('gives anything on a collision that the design leaves open, %i bits', (width) => {
    const engine = open(dut({ width, collision: 'undefined' }), { collisions: 'random' });
    poke(engine, 'write', 1);
    poke(engine, 'mask', 3);
    const seen = new Set<bigint>();
    for (let i = 0; i < 10; i++) {
      engine.step();
      const word = settled(engine, 'sync');
      expect(word >> BigInt(width)).toBe(0n);
      seen.add(word);
    }
    expect(seen.size).toBe(10);
    poke(engine, 'write', 0);
    engine.step();
    expect(settled(engine, 'sync')).toBe(0n);
  });

  it('starts at random where nothing is said', () => {
    const a = open(dut({ width: 64, collision: 'old' }), { powerUp: { random: 1 } });
    const b = open(dut({ width: 64, collision: 'old' }), { powerUp: { random: 2 } });
    expect(a.readMemory('words', 0)).toBe(7n);
    expect(settled(a, 'sync')).not.toBe(settled(b, 'sync'));
  });
});

describe('several clocks', () => {
  const fast = clockDomain('fast');
  const slow = clockDomain('slow');
  const dut = block('dut', None, (m) => {
    const io = m.ports({ a: output(UInt(8), '', { domain: fast }), b: output(UInt(8), '', { domain: slow }) });
    m.in(fast, () => {
      const { x } = m.regs({ x: UInt(8).init(0) });
      x.next(x.addWrap(1));
      io.a.assign(x);
    });
    m.in(slow, () => {
      const { y } = m.regs({ y: UInt(8).init(100) });
      y.next(y.addWrap(1));
      io.b.assign(y);
      m.assert('small', y.lt(103));
    });
    return io;
  });

  it('are stepped by mask, with resets of their own', () => {
    const engine = open(dut({}));
    expect(engine.domains.map(({ name }) => name)).toEqual(['fast', 'slow']);
    poke(engine, 'slow_rst', 1);
    engine.step(1, 2);
    expect(settled(engine, 'b')).toBe(100n);
    expect(engine.cycle).toBe(0);
    poke(engine, 'slow_rst', 0);
    engine.step(5, 1);
    engine.step(2, 2);
    engine.step(1);
    expect(settled(engine, 'a')).toBe(6n);
    expect(settled(engine, 'b')).toBe(103n);
    expect(engine.takeEvents()).toEqual([]);
    engine.step(1, 1);
    expect(engine.takeEvents()).toEqual([]);
    engine.step(1, 2);
    expect(engine.takeEvents()).toHaveLength(1);
    expect(engine.cycle).toBe(7);
  });
});

describe('enum registers', () => {
  it('count states and transitions', () => {
    const State = Enum('State', ['idle', 'run', 'done']);
    const dut = block('dut', None, (m) => {
      const io = m.ports({ go: input(Bool), busy: output(Bool) });
      const { state } = m.regs({ state: State.init('idle') });
      m.switch(state)
        .case('idle', () => {
          m.when(io.go, () => state.next('run'));
        })
        .case('run', () => state.next('done'))
        .otherwise(() => state.next('idle'));
      io.busy.assign(state.eq(State.encode('run')));
      return io;
    });
    const engine = open(dut({}), { coverage: { toggle: true, branch: true, fsm: true } });
    poke(engine, 'rst', 1);
    engine.step(2);
    poke(engine, 'rst', 0);
    engine.step(3);
    poke(engine, 'go', 1);
    engine.step(6);
    const report = engine.coverage();
    expect(report.fsm[0]!.transitions).toEqual([
      { from: 'idle', to: 'run', count: 2 },
      { from: 'run', to: 'done', count: 2 },
      { from: 'done', to: 'idle', count: 1 },
    ]);
    expect(report.toggle.find(({ path }) => path === 'busy')).toMatchObject({ rise: 1n, fall: 1n });
    expect(report.branch.map(({ hits }) => hits)).toContain(2);
  });
});
