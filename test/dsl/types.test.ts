// SPDX-License-Identifier: Apache-2.0
/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unused-expressions -- of lines that must not compile */
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  Bool,
  Bundle,
  clog2,
  Enum,
  input,
  type ModuleBuilder,
  type Reg,
  SInt,
  type SIntType,
  type Signal,
  UInt,
  type UIntType,
  Vec,
  type VecView,
  widthOf,
} from '../../src/dsl/index.ts';
import { faultOf } from './support.ts';

describe('widths in bits', () => {
  const pixel = Bundle({ r: UInt(5), g: UInt(6), b: UInt(5), last: Bool });
  test.each([
    ['a ground type', UInt(65), 65],
    ['one bit', Bool, 1],
    ['no bits', SInt(0), 0],
    ['a bundle', pixel, 17],
    ['a vector', Vec(3, pixel), 51],
    ['an empty vector', Vec(0, pixel), 0],
    ['three names', Enum('E', ['A', 'B', 'C']), 2],
    ['four names', Enum('E', ['A', 'B', 'C', 'D']), 2],
    ['one name', Enum('E', ['A']), 0],
  ])('%s', (_, type, width) => {
    expect(widthOf(type)).toBe(width);
  });

  test('clog2 tells things apart', () => {
    expect([1, 2, 3, 4, 5, 1024, 1025].map(clog2)).toEqual([0, 1, 2, 2, 3, 10, 11]);
  });
});

describe('types that cannot be', () => {
  test.each([
    ['a negative width', () => UInt(-1), 'KLN-W007 top: A width must be a whole number of bits, 0 or more, not -1.'],
    ['half a bit', () => SInt(1.5), 'KLN-W007 top: A width must be a whole number of bits, 0 or more, not 1.5.'],
    [
      'a width that is no number',
      () => UInt(NaN),
      'KLN-W007 top: A width must be a whole number of bits, 0 or more, not NaN.',
    ],
    ['a negative length', () => Vec(-1, Bool), 'KLN-W007 top: A vector cannot have -1 elements.'],
    ['no names', () => Enum('E', []), 'KLN-W007 top: The enumeration E has no values.'],
    ['a name twice', () => Enum('E', ['A', 'B', 'A']), 'KLN-N001 top: The enumeration E has two values named A.'],
  ])('%s', (_, make, message) => {
    expect(faultOf(make)).toBe(message);
  });
});

// The functions below are checked by tsc and never run.
describe('types of hardware values', () => {
  type Ports = { readonly a: Signal<UIntType<8>>; readonly b: Signal<UIntType<9>>; readonly n: Signal<UIntType> };

  test('literal widths must be equal', () => {
    const use = ({ a, b }: Ports): void => {
      a.addWrap(a);
      // @ts-expect-error -- 8 and 9 bits
      a.addWrap(b);
      // @ts-expect-error -- 8 and 9 bits
      a.eq(b);
      // @ts-expect-error -- 8 and 9 bits
      a.and(b);
      a.mul(b);
      a.addFull(b);
    };
    expect(use).toBeTypeOf('function');
  });

  test('computed widths are checked when the node is made', () => {
    const use = ({ a, n }: Ports): void => {
      a.addWrap(n);
      n.addWrap(a);
      n.eq(n);
    };
    expect(use).toBeTypeOf('function');
  });

  test('results know their width', () => {
    const use = ({ a, n }: Ports): void => {
      expectTypeOf(a.eq(3)).toEqualTypeOf<Signal<UIntType<1>>>();
      expectTypeOf(a.addWrap(1)).toEqualTypeOf<Signal<UIntType<8>>>();
      expectTypeOf(a.resize(12)).toEqualTypeOf<Signal<UIntType<12>>>();
      expectTypeOf(a.asSInt()).toEqualTypeOf<Signal<SIntType<8>>>();
      expectTypeOf(a.asSInt().trunc(4)).toEqualTypeOf<Signal<SIntType<4>>>();
      expectTypeOf(n.bit(0)).toEqualTypeOf<Signal<UIntType<1>>>();
    };
    expect(use).toBeTypeOf('function');
  });

  test('declarations have the types of their keys', () => {
    const use = (m: ModuleBuilder): void => {
      const io = m.ports({ a: input(UInt(8)) });
      expectTypeOf(io.a).toEqualTypeOf<Signal<UIntType<8>>>();
      const { count, bytes } = m.regs({ count: UInt(4).init(0), bytes: Vec(4, UInt(8)) });
      expectTypeOf(count).toEqualTypeOf<Reg<UIntType<4>>>();
      expectTypeOf(bytes).toEqualTypeOf<VecView<UIntType<8>, 'reg'>>();
      // @ts-expect-error -- an input cannot be driven
      io.a.assign(0);
      // @ts-expect-error -- there is no such port
      io.b;
    };
    expect(use).toBeTypeOf('function');
  });

  test('names of enumerated values are checked', () => {
    const use = (m: ModuleBuilder): void => {
      const { state } = m.regs({ state: Enum('State', ['IDLE', 'RUN']).init('IDLE') });
      state.next('RUN');
      // @ts-expect-error -- there is no such state
      state.next('RAN');
      // @ts-expect-error -- there is no such state
      state.is('RAN');
      // @ts-expect-error -- there is no such state
      m.switch(state).case('RAN', () => undefined);
    };
    expect(use).toBeTypeOf('function');
  });
});
