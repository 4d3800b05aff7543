// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, input, moduleName, output, type Signal, UInt } from '../../src/dsl/index.ts';
import { blockOf, elaborated, faultOf, verilogOf } from './support.ts';

let runs = 0;

const Params = z.strictObject({
  width: z.int().min(1).default(8),
  depth: z.int().min(1).default(2),
  mode: z.enum(['a', 'b-c']).default('a'),
});

const delay = block('delay', Params, (m, p) => {
  runs++;
  const io = m.ports({ a: input(UInt(p.width)), y: output(UInt(p.width)) });
  let last = m.lit(0, UInt(p.width)).or(io.a);
  for (let i = 0; i < p.depth; i++) {
    const { [`stage_${i}`]: stage } = m.regs({ [`stage_${i}`]: UInt(p.width) });
    stage!.next(last);
    last = stage!;
  }
  io.y.assign(last);
  return io;
});

/** A chain of delays in one module. */
const chain = (name: string, params: readonly z.input<typeof Params>[]) =>
  blockOf(name, (m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
    let last: Signal = io.a;
    params.forEach((each, i) => {
      const { [`d${i}`]: d } = m.instances({ [`d${i}`]: delay(each) });
      d!.a.assign(last);
      last = d!.y;
    });
    io.y.assign(last);
  });

describe('modules', () => {
  test('equal parameters are one module, however they are written', () => {
    runs = 0;
    const { modules, top } = elaborate(chain('line', [{}, { width: 8 }, { depth: 2, width: 8 }, { depth: 3 }]));
    expect(modules.map((module) => module.name)).toEqual(['delay', 'delay_depth3', 'line']);
    expect(runs).toBe(2);
    expect(top.instances[0]!.module).toBe(top.instances[2]!.module);
  });

  test('nothing is kept between two elaborations', () => {
    runs = 0;
    const [a, b] = [elaborate(delay({})), elaborate(delay({}))];
    expect(runs).toBe(2);
    expect(a.top).not.toBe(b.top);
  });

  test('names say what differs from the defaults, and nothing else', () => {
    expect(moduleName(delay({}))).toBe('delay');
    expect(moduleName(delay({ width: 4, depth: 9 }))).toBe('delay_width4_depth9');
    expect(moduleName(delay({ mode: 'a' }))).toBe('delay');
    // What an identifier cannot say is told apart by a hash.
    expect(moduleName(delay({ mode: 'b-c' }))).toMatch(/^delay_[0-9a-f]{8}$/);
  });

  test('long names end with a hash of all parameters', () => {
    const long = block(
      'long',
      z.strictObject({ some_parameter_name: z.int(), another_parameter_name: z.int() }),
      () => ({}),
    );
    const name = moduleName(long({ some_parameter_name: 1, another_parameter_name: 2 }));
    expect(name).toHaveLength(48);
    expect(moduleName(long({ some_parameter_name: 1, another_parameter_name: 3 }))).not.toBe(name);
  });

  test('lists, numbers below zero and fractions', () => {
    const odd = block(
      'odd',
      z.strictObject({ taps: z.array(z.int()), bias: z.int(), gain: z.number(), on: z.boolean() }),
      () => ({}),
    );
    expect(moduleName(odd({ taps: [1, 2], bias: -3, gain: 0.5, on: true }))).toMatch(
      /^odd_biasm3_gain0p5_on1_[0-9a-f]{8}$/,
    );
  });

  test('two blocks of one name', () => {
    const twin = block('delay', z.strictObject({}), (m) => {
      const io = m.ports({ a: input(Bool), y: output(Bool) });
      io.y.assign(io.a);
      return io;
    });
    const text = faultOf((m) => {
      const { a, b } = m.instances({ a: delay({}), b: twin({}) });
      a.a.assign(0);
      b.a.assign(0);
    });
    expect(text).toContain('KLN-N001 delay: Two blocks make a module called delay.');
  });

  test('the top may have another name', () => {
    expect(elaborate(delay({ width: 3 })).top.name).toBe('delay');
    expect(elaborate(delay({ width: 3 }), { name: 'chip' }).top.name).toBe('chip');
  });
});

describe('determinism', () => {
  const a = chain('first', [{ width: 8, depth: 3 }, {}]);
  const b = chain('second', [{}, { depth: 5 }]);

  test('the order of elaborations in a process is without effect', () => {
    const [a1, b1] = [verilogOf(a), verilogOf(b)];
    const [b2, a2] = [verilogOf(b), verilogOf(a)];
    expect(a2).toBe(a1);
    expect(b2).toBe(b1);
  });

  test('a line that is added elsewhere changes no name', () => {
    const design = (more: boolean) =>
      elaborated((m) => {
        const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)), z: output(UInt(8)) });
        if (more) {
          const { extra } = m.regs({ extra: UInt(8) });
          extra.next(io.a.addWrap(io.b).xor(3));
        }
        const sum = io.a.addWrap(io.b);
        const { held } = m.regs({ held: UInt(8) });
        held.next(sum.bit(7).mux(sum, io.a));
        io.y.assign(sum.slice(6, 2).resize(8));
        io.z.assign(held);
      });
    const names = (more: boolean): string[] => {
      const { top } = design(more);
      return [...top.ports, ...top.regs, ...top.nets].map((decl) => decl.name).filter((name) => name !== 'extra');
    };
    expect(names(true)).toEqual(names(false));
  });
});
