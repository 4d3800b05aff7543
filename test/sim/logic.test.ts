// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { ModuleDraft, poke, set, settled, when } from './support.ts';

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
