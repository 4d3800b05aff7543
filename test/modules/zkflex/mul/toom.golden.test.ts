// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../sim/test/random.ts';
import { divideByDigits } from '../../../../src/modules/zkflex/golden/divide.ts';
import { toom2, toom3 } from '../../../../src/modules/zkflex/golden/toom.ts';
import { extremeLimbs, randomBits } from '../tcore/tcore.operands.ts';

describe('golden Toom-Cook', () => {
  it('Toom-2 and Toom-3 are products for all limbs of 2 bits', () => {
    for (let a = 0n; a < 64n; a++) {
      for (let b = 0n; b < 64n; b++) {
        expect(toom3(a, b, 2)).toBe(a * b);
        expect(toom2(a, b, 3)).toBe(a * b);
      }
    }
  });

  it('Toom-3 keeps its widths for limbs of 128 bits, uniform and extreme', () => {
    const random = new Random(1);
    for (let i = 0; i < 20_000; i++) {
      const operand = (): bigint => (i % 2 === 0 ? randomBits(random, 384) : extremeLimbs(random, 128, 3));
      const [a, b] = [operand(), operand()];
      expect(toom3(a, b, 128) === a * b && toom2(a, b, 192) === a * b).toBe(true);
    }
  });

  it('refuses what is no product of evaluations', () => {
    expect(() => toom3(1n << 6n, 1n, 2)).toThrow('a2');
  });
});

describe('golden division', () => {
  it.each([3, 5, 9, 15])('by %i is floor division', (d) => {
    const random = new Random(d);
    for (let i = 0; i < 2000; i++) {
      const x = i < 600 ? BigInt(i) : randomBits(random, 264);
      const { quotient, remainder } = divideByDigits(x, 264, d);
      expect([quotient, remainder]).toEqual([x / BigInt(d), x % BigInt(d)]);
    }
  });
});
