// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, clockDomain, elaborate, output, UInt } from '../../src/dsl/index.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { poke, settled } from './support.ts';

describe('several clocks', () => {
  const fast = clockDomain('fast');
  const slow = clockDomain('slow');
  const dut = block('dut', z.strictObject({}), (m) => {
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
    const engine = createEmbedded(elaborate(dut({})));
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
