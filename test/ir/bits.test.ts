// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bitLength, clog2, countOnes, fits, mask, toSigned, wrap } from '../../src/ir/bits.ts';

describe('patterns', () => {
  test.each([1, 31, 32, 33, 63, 64, 65, 200])('%i bits', (width) => {
    const top = 1n << BigInt(width - 1);
    expect(wrap(-1n, width)).toBe(mask(width));
    expect(wrap(mask(width) + 2n, width)).toBe(1n & mask(width));
    expect(toSigned(mask(width), width)).toBe(-1n);
    expect(toSigned(top, width)).toBe(-top);
    expect(toSigned(top - 1n, width)).toBe(top - 1n);
    expect(bitLength(mask(width))).toBe(width);
    expect(countOnes(mask(width))).toBe(width);
    expect([fits(-top, width, true), fits(-top - 1n, width, true)]).toEqual([true, false]);
    expect([fits(top - 1n, width, true), fits(top, width, true)]).toEqual([true, false]);
    expect([fits(mask(width), width, false), fits(mask(width) + 1n, width, false), fits(-1n, width, false)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('no bits hold zero only', () => {
    expect(mask(0)).toBe(0n);
    expect(toSigned(0n, 0)).toBe(0n);
    expect([fits(0n, 0, false), fits(1n, 0, false), fits(0n, 0, true), fits(-1n, 0, true)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

test.each([
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 2],
  [5, 3],
  [1024, 10],
  [1025, 11],
])('clog2(%i) is %i', (count, bits) => {
  expect(clog2(count)).toBe(bits);
});

test.each([0, -1, 1.5, NaN])('clog2 refuses %d', (count) => {
  expect(() => clog2(count)).toThrow(RangeError);
});
