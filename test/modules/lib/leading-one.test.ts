// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bits } from '../../../src/dsl/index.ts';
import {
  highestOne,
  leadingOne,
  leadingZero,
  leadingZeros,
  lowestOne,
  trailingZeros,
} from '../../../src/modules/lib/leading-one.ts';
import { bitsFor, clog2 } from '../../../src/modules/lib/widths.ts';
import { evaluate, patterns } from './comb-bench.ts';
import { Random } from './stream-bench.ts';

const widths = [1, 2, 3, 4, 5, 7, 8, 10, 31, 32, 33, 64, 65, 200];
const highest = (x: bigint): number => bitsFor(x) - 1;
const lowest = (x: bigint): number => bitsFor(x & -x) - 1;
const index = (x: bigint, end: 'highest' | 'lowest'): bigint =>
  x === 0n ? 0n : BigInt(end === 'highest' ? highest(x) : lowest(x));
const zeros = (x: bigint, width: number, end: 'highest' | 'lowest'): bigint =>
  BigInt(x === 0n ? width : end === 'highest' ? width - 1 - highest(x) : lowest(x));

describe.each(widths)('%d bits', (width) => {
  const values = patterns(width, new Random(width));

  test('on Bits', () => {
    for (const x of values) {
      const word = bits(x, width);
      const top = highestOne(word);
      const bottom = lowestOne(word);
      expect([top.index.width, bottom.index.width]).toEqual([clog2(width), clog2(width)]);
      expect([top.index.value, top.valid.value]).toEqual([index(x, 'highest'), BigInt(x !== 0n)]);
      expect([bottom.index.value, bottom.valid.value]).toEqual([index(x, 'lowest'), BigInt(x !== 0n)]);
      expect(leadingZeros(word).width).toBe(bitsFor(width));
      expect([leadingZeros(word).value, trailingZeros(word).value]).toEqual([
        zeros(x, width, 'highest'),
        zeros(x, width, 'lowest'),
      ]);
    }
  });

  test.each(['highest', 'lowest'] as const)('as hardware, %s', async (end) => {
    const rows = values.map((x) => ({ x }));
    expect(await evaluate(leadingOne({ width, end }), rows)).toEqual(
      values.map((x) => ({ index: index(x, end), valid: BigInt(x !== 0n) })),
    );
    expect(await evaluate(leadingZero({ width, end }), rows)).toEqual(
      values.map((x) => ({ count: zeros(x, width, end) })),
    );
  });
});

test('a word without bits', () => {
  const empty = bits(0, 0);
  expect(highestOne(empty).valid.value).toBe(0n);
  expect(lowestOne(empty).index.width).toBe(0);
  expect(leadingZeros(empty).width).toBe(0);
  expect(trailingZeros(empty).value).toBe(0n);
});
