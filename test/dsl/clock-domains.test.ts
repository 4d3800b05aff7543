// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, Bool, clockDomain, elaborate, input, type ModuleBuilder, output, UInt } from '../../src/dsl/index.ts';
import { simulate } from '../../sim/index.ts';
import { blockOf, elaborated, faultOf, linesOf } from './support.ts';

const quick = clockDomain('quick');
const free = clockDomain('free', { clock: 'free_running', reset: null });

/** Two flip-flops in the second domain. */
const synchroniser = block('synchroniser', z.strictObject({}), (m) => {
  const io = m.ports({ a: input(Bool), y: output(Bool) });
  const { first, second } = m.regs({ first: Bool.init(0), second: Bool.init(0) }, { synchroniser: true });
  first.next(io.a);
  second.next(first);
  io.y.assign(second);
  return io;
});

/** Registers of two domains, apart. */
const twoClocks = block('two_clocks', z.strictObject({ both: z.boolean().default(true) }), (m, p) => {
  const io = m.ports({ a: input(Bool), y: output(Bool) });
  if (p.both) {
    m.in(quick, () => {
      const { count } = m.regs({ count: UInt(2).init(0) });
      count.next(count.addWrap(1));
    });
  }
  const { held } = m.regs({ held: Bool.init(0) });
  held.next(io.a);
  io.y.assign(held);
  return io;
});

const domainsOf = (body: (m: ModuleBuilder) => unknown) => {
  const { top } = elaborated(body);
  return {
    ports: top.ports.filter((port) => port.role !== 'data').map((port) => port.name),
    map: top.instances.map(({ domains }) => [...domains].map(([own, outer]) => `${own}=${outer.name}`).join()),
  };
};

describe('domains', () => {
  test('m.in makes registers of another domain; ports appear as they are needed', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ y: output(Bool, '', { domain: free }) });
      m.in(free, () => {
        const { toggle } = m.regs({ toggle: Bool }, { powerUp: 0 });
        toggle.next(toggle.not());
        io.y.assign(toggle);
      });
    });
    expect(top.ports.map((port) => port.name)).toEqual(['free_running', 'y']);
    expect(top.regs[0]!.domain).toBe(free);
  });

  test('the domain returns after an error inside', () => {
    elaborated((m) => {
      expect(() => m.in(quick, () => UInt(-1))).toThrow('KLN-W007');
      expect(m.domain.name).toBe('sys');
    });
  });

  test.each(['embedded', 'verilator', 'icarus'] as const)('a synchroniser between two clocks on %s', async (engine) => {
    const top = blockOf('crossing', (m) => {
      const io = m.ports({ a: input(Bool), y: output(Bool, '', { domain: quick }) });
      const { sent } = m.regs({ sent: Bool.init(0) });
      sent.next(io.a);
      const { sync } = m.instances({ sync: synchroniser({}).clocked({ sys: quick }) });
      sync.a.assign(sent);
      io.y.assign(sync.y);
      return io;
    });
    await simulate(top, { engine, wave: 'off' }, async (dut) => {
      dut.in.a.value = 1;
      await dut.reset();
      expect(dut.out.y.value).toBe(0);
      await dut.cycle(3);
      expect(dut.out.y.value).toBe(1);
    });
  });

  test('the reset of the current domain as a signal', () => {
    const call = blockOf('resets', (m) => {
      const io = m.ports({ y: output(Bool), z: output(Bool, '', { domain: quick }) });
      io.y.assign(m.resetSignal());
      m.in(quick, () => io.z.assign(m.resetSignal()));
    });
    expect(linesOf(call, /^assign/)).toEqual(['assign y = rst;', 'assign z = quick_rst;']);
    expect(faultOf((m) => m.in(free, () => void m.resetSignal()))).toBe('KLN-S003 top: The domain free has no reset.');
  });

  test('two domains of one name', () => {
    const twin = clockDomain('quick', { clock: 'other_clk' });
    const text = faultOf((m) => {
      m.in(quick, () => void m.regs({ a: Bool }));
      m.in(twin, () => void m.regs({ b: Bool }));
    });
    expect(text).toContain(
      'KLN-N001 top: Two clock domains have the name quick: one with clock quick_clk and reset quick_rst,',
    );
  });
});

describe('domains of instances', () => {
  test('the only domain of a child follows the current one', () => {
    const found = domainsOf((m) => {
      m.in(quick, () => {
        const { child } = m.instances({ child: synchroniser({}) });
        child.a.assign(0);
      });
    });
    expect(found).toEqual({ ports: ['quick_clk', 'quick_rst'], map: ['sys=quick'] });
  });

  test('one of several takes the domain of equal name, wherever the instance is made', () => {
    const found = domainsOf((m) => {
      m.in(free, () => {
        const { child } = m.instances({ child: twoClocks({}) });
        child.a.assign(0);
      });
    });
    expect(found).toEqual({ ports: ['clk', 'rst', 'quick_clk', 'quick_rst'], map: ['sys=sys,quick=quick'] });
  });

  test('one of several takes the domain that the parent has under the name', () => {
    const own = clockDomain('quick', { clock: 'fast_clk', reset: 'fast_rst' });
    const found = domainsOf((m) => {
      m.in(own, () => {
        const { flag } = m.regs({ flag: Bool.init(0) });
        flag.next(flag.not());
      });
      const { child } = m.instances({ child: twoClocks({}) });
      child.a.assign(0);
    });
    expect(found.ports).toEqual(['fast_clk', 'fast_rst', 'clk', 'rst']);
  });

  test('clocked says it otherwise, for some or all', () => {
    const slow = clockDomain('slow');
    const found = domainsOf((m) => {
      const { some, all } = m.instances({
        some: twoClocks({}).clocked({ quick: slow }),
        all: twoClocks({}).clocked({ quick: slow }).clocked({ sys: quick }),
      });
      some.a.assign(0);
      all.a.assign(0);
    });
    expect(found.map).toEqual(['sys=sys,quick=slow', 'sys=quick,quick=slow']);
  });

  test('a misspelt domain', () => {
    const text = (domains: Record<string, typeof quick>, both = true): string =>
      faultOf((m) => void m.instances({ child: twoClocks({ both }).clocked(domains) }));
    expect(text({ quik: quick })).toBe(
      'KLN-C002 top: Instance child of two_clocks has no clock domain quik. Did you mean quick?',
    );
    expect(text({ quick }, false)).toBe('KLN-C002 top: Instance child of two_clocks_both0 has no clock domain quick.');
  });

  test('a block without clocks takes any name', () => {
    const wires = blockOf('wires', (m) => {
      const io = m.ports({ a: input(Bool), y: output(Bool) });
      io.y.assign(io.a);
    });
    const { top } = elaborate(
      blockOf('top', (m) => {
        const { child } = m.instances({ child: wires.clocked({ anything: quick }) }) as never as Record<
          'child',
          Record<'a', { assign(value: 0): void }>
        >;
        child.a.assign(0);
      }),
    );
    expect(top.domains).toEqual([]);
  });

  test('a reset that the mapped domain does not have', () => {
    expect(faultOf((m) => void m.instances({ child: synchroniser({}).clocked({ sys: free }) }))).toBe(
      'KLN-C002 top: The domain sys of instance child has a reset, but free, which clocks it, has none.',
    );
  });
});
