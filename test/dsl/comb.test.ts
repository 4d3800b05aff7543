// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { Bits, Signal } from '../../src/dsl/index.ts';
import { bits, Bool, type Comb, input, output, sbits, SInt, UInt } from '../../src/dsl/index.ts';
import { blockOf, expectRows, faultOf, type Row } from './support.ts';

type Of<V> = V & Comb<V>;

/** Saturating sum of unsigned values; works on numbers and on hardware. */
function saturatingSum<V extends Comb<V>>(a: V, b: V): V {
  return a.addFull(b).saturate(a.width);
}

/** Number of ones, as a chain of growing sums. */
function population<V extends Comb<V>>(value: V): V {
  const [first, ...rest] = value.toBits();
  return rest.reduce<V>((sum, bit) => sum.addFull(bit), first!);
}

/** Greater of two signed values. */
function greater<V extends Comb<V>>(a: V, b: V): V {
  return a.gt(b).mux(a, b);
}

describe('one function, numbers and hardware', () => {
  const samples = [0, 1, 2, 127, 128, 200, 254, 255];
  const dut = blockOf('functions', (m) => {
    const io = m.ports({
      a: input(UInt(8)),
      b: input(UInt(8)),
      sum: output(UInt(8)),
      ones: output(UInt(8)),
      most: output(SInt(8)),
    });
    io.sum.assign(saturatingSum<Signal>(io.a, io.b));
    io.ones.assign(population<Signal>(io.a).resize(8));
    io.most.assign(greater<Signal>(io.a.asSInt(), io.b.asSInt()));
  });

  test('agree', async () => {
    const rows = samples.flatMap((a) =>
      samples.map((b): Row => {
        const [x, y] = [bits(a, 8), bits(b, 8)];
        const sum = Number(saturatingSum<Bits>(x, y).value);
        const ones = Number(population<Bits>(x).value);
        const most = Number(greater<Bits>(x.asSInt(), y.asSInt()).value);
        expect(sum).toBe(Math.min(255, a + b));
        expect(ones).toBe(a.toString(2).replaceAll('0', '').length);
        return [
          { a, b },
          { sum, ones, most },
        ];
      }),
    );
    await expectRows(dut, rows, ['embedded', 'icarus']);
  });
});

describe('literals beside signals', () => {
  test('a literal may be the receiver: the result is hardware', async () => {
    const dut = blockOf('mixed', (m) => {
      const io = m.ports({
        a: input(UInt(8)),
        yes: output(UInt(8)),
        no: output(UInt(8)),
        sum: output(UInt(8)),
        more: output(Bool),
        joined: output(UInt(12)),
        shifted: output(UInt(8)),
        picked: output(UInt(8)),
      });
      const b = (value: number, width: number): Of<Signal> => bits(value, width) as never;
      io.yes.assign(b(1, 1).mux(io.a, 7));
      io.no.assign(b(0, 1).mux(io.a, bits(7, 8)));
      io.sum.assign(b(3, 8).addWrap(io.a));
      io.more.assign(b(100, 8).gt(io.a));
      io.joined.assign(b(5, 4).concat(io.a));
      io.shifted.assign(b(1, 8).shl(io.a));
      io.picked.assign(b(1, 2).pick([io.a, io.a.not()]));
    });
    await expectRows(dut, [
      [{ a: 2 }, { yes: 2, no: 7, sum: 5, more: 1, joined: 0x502, shifted: 4, picked: 253 }],
      [{ a: 200 }, { yes: 200, no: 7, sum: 203, more: 0, joined: 0x5c8, shifted: 0, picked: 55 }],
    ]);
  });

  test('the rules of widths and signs hold', () => {
    const mixed = (make: (a: Signal) => unknown): string => faultOf((m) => make(m.ports({ a: input(UInt(8)) }).a));
    expect(mixed((a) => bits(1, 1).mux(a as never, bits(0, 7)))).toBe(
      'KLN-W001 top: mux needs operands of equal width: a has 8 bits, 0 (UInt 7) has 7.',
    );
    expect(mixed((a) => sbits(1, 8).addWrap(a as never))).toBe(
      'KLN-W002 top: addWrap mixes signed 1 (SInt 8) and unsigned a.',
    );
    expect(mixed((a) => bits(2, 2).mux(a as never, a as never))).toBe(
      'KLN-W005 top: mux needs a 1-bit condition, but 2 (UInt 2) has 2 bits.',
    );
  });
});

describe('operands that are no values', () => {
  test.each([
    ['a fraction', 1.5, 'KLN-W003 top: eq: 1.5 is not a whole number.'],
    ['not a number', NaN, 'KLN-W003 top: eq: NaN is not a whole number.'],
    ['nothing', undefined, 'KLN-W003 top: eq: a value of type undefined is no operand.'],
    ['null', null, 'KLN-W003 top: eq: a value of type null is no operand.'],
    ['a text', '3', 'KLN-W003 top: eq: a value of type string is no operand.'],
    ['a list', [1], 'KLN-W003 top: eq: a value of type list is no operand.'],
  ])('%s', (_, operand, message) => {
    expect(faultOf((m) => m.ports({ a: input(UInt(8)) }).a.eq(operand as never))).toBe(message);
  });

  test('a signed index', () => {
    expect(faultOf((m) => m.ports({ i: input(SInt(2)) }).i.pick([bits(1, 4), bits(2, 4)]))).toBe(
      'KLN-W002 top: pick needs an unsigned index, but i is signed.',
    );
  });

  test('a literal that does not fit', () => {
    expect(faultOf(() => bits(256, 8))).toBe(
      'KLN-W003 top: 256 does not fit beside 0 (UInt 8) in a literal: that has 8 bits, which holds 0 to 255.',
    );
    expect(faultOf((m) => m.lit(4, UInt(2)))).toBe(
      'KLN-W003 top: 4 does not fit in the literal, which is unsigned and has 2 bits.',
    );
    expect(faultOf((m) => m.lit(bits(1, 3), UInt(2)))).toBe(
      'KLN-W001 top: the literal has 2 bits, but 1 (UInt 3) has 3.',
    );
  });
});
