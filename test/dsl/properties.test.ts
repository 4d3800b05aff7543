// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Bool, clockDomain, input, type ModuleBuilder, output, UInt } from '../../src/dsl/index.ts';
import { simulate } from '../../sim/index.ts';
import { blockOf, elaborated, faultOf } from './support.ts';

function counter(m: ModuleBuilder) {
  const io = m.ports({ up: input(Bool), guard: input(Bool), y: output(UInt(3)) });
  const { count } = m.regs({ count: UInt(3).init(0) });
  m.when(io.up, () => count.next(count.addWrap(1)));
  m.when(io.guard, () => m.assert('below_four', count.lt(4), 'the count stays below four'));
  io.y.assign(count);
  return io;
}

describe('properties', () => {
  test.each(['embedded', 'icarus', 'verilator'] as const)('an assertion inside a when on %s', async (engine) => {
    const options = { engine, wave: 'off', onAssert: 'collect' } as const;
    const { events } = await simulate(blockOf('guarded', counter), options, async (dut) => {
      dut.in.guard.value = 0;
      dut.in.up.value = 1;
      await dut.reset();
      await dut.cycle(5);
      dut.in.up.value = 0;
      await dut.cycle(2);
      dut.in.guard.value = 1;
      await dut.cycle(1);
      dut.in.guard.value = 0;
      await dut.cycle(1);
    });
    expect(events.map(({ kind, name, text }) => [kind, name, text])).toEqual([
      ['assert', 'below_four', 'the count stays below four'],
    ]);
  });

  test('the three kinds, with their domain and guard', () => {
    const quick = clockDomain('quick', { reset: null });
    const { top } = elaborated((m) => {
      const io = m.ports({ a: input(Bool), b: input(Bool) });
      m.assume('inputs_differ', io.a.ne(io.b));
      m.when(io.a, () => undefined).otherwise(() => m.cover('both_low', io.b.not()));
      m.in(quick, () => {
        const { seen } = m.regs({ seen: Bool });
        seen.next(1);
        m.assert('stays', seen);
      });
    });
    expect(top.properties.map(({ kind, name, domain, guard }) => [kind, name, domain.name, guard.kind])).toEqual([
      ['assume', 'inputs_differ', 'sys', 'const'],
      ['cover', 'both_low', 'sys', 'op'],
      ['assert', 'stays', 'quick', 'const'],
    ]);
  });

  test('in a case of a switch', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ a: input(UInt(2)), ok: input(Bool) });
      m.switch(io.a)
        .case([1, 2], () => m.assert('middle', io.ok))
        .otherwise(() => m.assert('ends', io.ok));
    });
    expect(top.properties.map(({ guard }) => guard.width)).toEqual([1, 1]);
    expect(top.properties[1]!.guard).toMatchObject({ kind: 'op', op: 'not' });
  });

  test('a condition of two bits', () => {
    expect(faultOf((m) => m.assert('a', m.ports({ a: input(UInt(2)) }).a as never))).toBe(
      'KLN-W005 top: assert needs a 1-bit condition, but a has 2 bits.',
    );
  });
});
