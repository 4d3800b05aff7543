// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Bool, Bundle, clockDomain, Enum, input, output, SInt, type Type, UInt, Vec } from '../../src/dsl/index.ts';
import { blockOf, elaborated, expectRows, faultOf, linesOf } from './support.ts';

describe('registers', () => {
  test('reset values of every shape', () => {
    const { top } = elaborated((m) => {
      const all = m.regs({
        plain: UInt(4).init(9),
        negative: SInt(4).init(-3),
        named: Enum('E', ['A', 'B']).init('B'),
        every: Vec(2, UInt(3)).init(5),
        listed: Vec(2, UInt(3)).init([1, 2]),
        record: Bundle({ x: UInt(2), y: Vec(2, Bool) }).init({ x: 3, y: [0, 1] }),
        data: UInt(8),
      });
      for (const reg of Object.values(all)) m.drive<Type>(reg, reg);
    });
    expect(Object.fromEntries(top.regs.map((reg) => [reg.name, reg.reset]))).toEqual({
      plain: 9n,
      negative: 13n,
      named: 1n,
      every_0: 5n,
      every_1: 5n,
      listed_0: 1n,
      listed_1: 2n,
      record_x: 3n,
      record_y_0: 0n,
      record_y_1: 1n,
      data: null,
    });
  });

  const enabled = blockOf('enabled', (m) => {
    const io = m.ports({ en: input(Bool), a: input(UInt(4)), y: output(UInt(4)), z: output(UInt(4)) });
    const { slow } = m.regs({ slow: UInt(4).init(1) }, { enable: io.en });
    const { data } = m.regs({ data: UInt(4) }, { powerUp: 6 });
    slow.next(io.a);
    m.when(io.en, () => data.next(io.a));
    io.y.assign(slow);
    io.z.assign(data);
  });

  test('enable, reset and power-up', async () => {
    await expectRows(
      enabled,
      [
        [
          { en: 0, a: 3 },
          { y: 1, z: 6 },
        ],
        [
          { en: 1, a: 4 },
          { y: 1, z: 6 },
        ],
        [
          { en: 0, a: 5 },
          { y: 4, z: 4 },
        ],
        [
          { en: 0, a: 5 },
          { y: 4, z: 4 },
        ],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('a module whose registers have no reset has no reset port', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ a: input(Bool), y: output(Bool) });
      const { held } = m.regs({ held: Bool });
      held.next(io.a);
      io.y.assign(held);
    });
    expect(top.ports.map((port) => port.name)).toEqual(['clk', 'a', 'y']);
  });

  test('clock and reset lead the ports however late the register comes', () => {
    expect(
      linesOf(enabled, /^(input|output)/)
        .slice(0, 3)
        .map((line) => line.split(/\s+/).at(-1)),
    ).toEqual(['clk,', 'rst,', 'en,']);
  });

  test('parts are driven on their own', async () => {
    const dut = blockOf('parts', (m) => {
      const io = m.ports({ a: input(UInt(4)), hi: input(Bool), y: output(UInt(8)), w: output(UInt(6)) });
      const { word } = m.regs({ word: UInt(8).init(0) });
      m.when(io.hi, () => word.part(7, 4).next(io.a)).otherwise(() => word.part(3, 0).next(io.a));
      io.y.assign(word);
      io.w.part(5, 4).assign(io.a.high(2));
      io.w.part(3, 1).part(1, 0).assign(3);
      io.w.part(3, 3).assign(0);
      io.w.part(0, 0).assign(io.hi);
    });
    await expectRows(
      dut,
      [
        [
          { a: 0xa, hi: 1 },
          { y: 0, w: 0b10_0_11_1 },
        ],
        [
          { a: 0x5, hi: 0 },
          { y: 0xa0, w: 0b01_0_11_0 },
        ],
        [
          { a: 0x0, hi: 0 },
          { y: 0xa5, w: 0b00_0_11_0 },
        ],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('a default for the whole, then a part', async () => {
    const dut = blockOf('overriding', (m) => {
      const io = m.ports({ a: input(UInt(4)), go: input(Bool), y: output(UInt(4)) });
      io.y.assign(io.a);
      m.when(io.go, () => io.y.part(0, 0).assign(1));
    });
    await expectRows(dut, [
      [{ a: 4, go: 0 }, { y: 4 }],
      [{ a: 4, go: 1 }, { y: 5 }],
    ]);
  });
});

describe('values and options that do not fit', () => {
  const reset = (type: unknown): string => faultOf((m) => m.regs({ r: type as never }));
  test.each([
    ['a reset value', UInt(2).init(4), 'KLN-W003 top: r: the reset value 4 does not fit in 2 bits.'],
    ['half a reset value', UInt(2).init(0.5), 'KLN-W003 top: r: the reset value 0.5 is not a whole number.'],
    ['a list too short', Vec(2, Bool).init([1]), 'KLN-W003 top: r: a vector of 2 elements needs one number or 2.'],
    [
      'a missing field',
      Bundle({ x: Bool, y: Bool }).init({ x: 1 }),
      'KLN-W003 top: r: the reset value of field y is missing.',
    ],
    [
      'a misspelt name',
      Enum('E', ['ALPHA', 'BETA']).init('BETTA'),
      'KLN-D005 top: E has no value BETTA. Did you mean BETA?',
    ],
  ])('%s', (_, type, message) => {
    expect(reset(type)).toBe(message);
  });

  test('a power-up value', () => {
    expect(faultOf((m) => m.regs({ r: UInt(2) }, { powerUp: 4 }))).toBe(
      'KLN-W003 top: r: the power-up value 4 does not fit in 2 bits.',
    );
  });

  test('an enable of two bits', () => {
    const text = faultOf((m) => m.regs({ r: UInt(2) }, { enable: m.ports({ a: input(UInt(2)) }).a as never }));
    expect(text).toBe('KLN-W005 top: the enable of a register needs a 1-bit condition, but a has 2 bits.');
  });

  test('a reset value in a domain without reset', () => {
    const free = clockDomain('free', { reset: null });
    expect(faultOf((m) => m.in(free, () => void m.regs({ r: Bool.init(0) })))).toBe(
      'KLN-S003 top: r has a reset value, but its domain free has no reset.',
    );
  });
});
