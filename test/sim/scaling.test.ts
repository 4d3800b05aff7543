// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Design, Module } from '../../src/ir/module.ts';
import { block, Bool, elaborate, input, output, type Signal, UInt } from '../../src/dsl/index.ts';
import { createEmbedded } from '../../src/sim/index.ts';
import { ModuleDraft, peek, poke } from './support.ts';

/** A pipeline of `count` registers, every fourth with an enable: too large for one function from some hundreds on. */
const row = block('row', z.strictObject({ count: z.int() }), (m, { count }) => {
  const io = m.ports({ enable: input(Bool), in: input(UInt(16)), out: output(UInt(16)) });
  const names = Array.from({ length: count }, (_, i) => `r${i}`);
  const regs = m.regs(Object.fromEntries(names.map((name, i) => [name, UInt(16).init(i)])));
  let last: Signal = io.in;
  names.forEach((name, i) => {
    const [reg, from] = [regs[name]!, last];
    if (i % 4 === 0) m.when(io.enable, () => reg.next(from.addWrap(reg).xor(reg.shr(from.slice(3, 0)))));
    else reg.next(from.xor(reg));
    last = reg;
  });
  io.out.assign(last);
});

describe('size', () => {
  it('does not change what a design does: many functions agree with a model', () => {
    const count = 3000;
    const engine = createEmbedded(elaborate(row({ count })));
    let state = Array.from({ length: count }, (_, i) => i & 0xffff);
    poke(engine, 'rst', 1);
    engine.step();
    poke(engine, 'rst', 0);
    for (let cycle = 0; cycle < 50; cycle++) {
      const [enable, data] = [cycle % 3 === 0, (cycle * 4099) & 0xffff];
      poke(engine, 'enable', enable ? 1 : 0);
      poke(engine, 'in', data);
      engine.step();
      state = state.map((reg, i) => {
        const from = i === 0 ? data : state[i - 1]!;
        if (i % 4 !== 0) return from ^ reg;
        return enable ? ((from + reg) & 0xffff) ^ (reg >> (from & 15)) : reg;
      });
      engine.settle();
      expect(peek(engine, 'out')).toBe(BigInt(state.at(-1)!));
    }
    expect(engine.read('r1234')).toBe(BigInt(state[1234]!));
  });

  it('as many checks as a large accelerator has: the one that fails is named', () => {
    const checked = block('checked', z.strictObject({ count: z.int() }), (m, { count }) => {
      const io = m.ports({ in: input(UInt(16)) });
      for (let i = 0; i < count; i++) m.assert(`not_${i}`, io.in.ne(i), `is ${i}`);
    });
    const count = 20_000;
    const engine = createEmbedded(elaborate(checked({ count })));
    for (const value of [0, 4321, count - 1]) {
      poke(engine, 'in', value);
      engine.step();
      expect(engine.takeEvents().map(({ name }) => name)).toEqual([`not_${value}`]);
    }
    poke(engine, 'in', count);
    engine.step();
    expect(engine.takeEvents()).toEqual([]);
  });

  it('costs time in proportion', () => {
    const time = (count: number): number => {
      const design = elaborate(row({ count }));
      const before = process.cpuUsage().user;
      createEmbedded(design);
      return process.cpuUsage().user - before;
    };
    time(2000);
    const [small, large] = [time(2000), time(20_000)];
    // Ten times the registers; the rest is for a busy machine.
    expect(large / small).toBeLessThan(30);
  });
});

describe('black boxes', () => {
  const boxed = (model: Module | null): Design => {
    const inner = new ModuleDraft('vendor');
    inner.output('y', inner.pool.op('not', [inner.input('x', 4)]));
    const box = { ...inner.module, body: [], blackBox: { parameters: [], verilog: null, model } } as Module;
    return { top: box, modules: [box] };
  };

  it('run as their model', () => {
    const model = new ModuleDraft('model');
    model.output('y', model.pool.op('not', [model.input('x', 4)]));
    const engine = createEmbedded(boxed(model.module));
    poke(engine, 'x', 5);
    engine.settle();
    expect(peek(engine, 'y')).toBe(10n);
  });

  it('are an error without one', () => {
    expect(() => createEmbedded(boxed(null))).toThrow("Black box 'vendor' has no simulation model");
  });
});
