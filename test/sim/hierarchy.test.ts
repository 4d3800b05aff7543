// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, input, output, UInt } from '../../src/dsl/index.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { poke, settled } from './support.ts';

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
  const pair = block('pair', z.strictObject({}), (m) => {
    const io = m.ports({ enable: input(Bool), sum: output(UInt(5)) });
    const { low, high } = m.instances({ low: counter({ width: 4 }), high: counter({ width: 4 }) });
    low.enable.assign(io.enable);
    high.enable.assign(low.count.eq(15).and(io.enable));
    io.sum.assign(low.count.addFull(high.count));
    return io;
  });

  it('is invisible to values and visible in events and paths', () => {
    const engine = createEmbedded(elaborate(pair({})));
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
    const engine = createEmbedded(elaborate(pair({})));
    poke(engine, 'enable', 1);
    engine.step(7);
    const saved = engine.saveState();
    engine.step(9);
    engine.restoreState(saved);
    expect(engine.cycle).toBe(7);
    expect(settled(engine, 'sum')).toBe(7n);
    expect(() => createEmbedded(elaborate(counter({ width: 4 }))).restoreState(saved)).toThrow(/another design/);
    expect(() => engine.restoreState(new Uint8Array(30))).toThrow(/no snapshot/);
  });
});
