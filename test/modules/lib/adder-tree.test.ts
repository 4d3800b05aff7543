// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bits, sbits } from '../../../src/dsl/index.ts';
import { adderTree, adderTreeBlock, rangeWidth, sumLatency } from '../../../src/modules/lib/adder-tree.ts';
import { bitsFor, clog2 } from '../../../src/modules/lib/widths.ts';
import { evaluate, type Row } from './comb-bench.ts';
import { Random } from './stream-bench.ts';

/** Random terms, with all least and all most among them. */
function terms(count: number, width: number, signed: boolean, random: Random, corner: number): bigint[] {
  const codes = 1n << BigInt(width);
  const least = signed ? -(codes / 2n) : 0n;
  return Array.from({ length: count }, () => {
    if (corner === 0) return least;
    return corner === 1 ? least + codes - 1n : least + random.bits(width);
  });
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

describe.each([1, 2, 3, 4, 5, 7, 8, 9, 20])('%d terms', (count) => {
  test.each([
    [1, false],
    [1, true],
    [8, false],
    [8, true],
    [40, true],
  ])('of %d bits, signed %s', async (width, signed) => {
    const random = new Random(count);
    const sets = Array.from({ length: 40 }, (_, i) => terms(count, width, signed, random, i));
    for (const set of sets) {
      const total = adderTree(set.map((term) => (signed ? sbits(term, width) : bits(term, width))));
      expect(total.value).toBe(sum(set));
      const most = BigInt(count) * ((1n << BigInt(width)) - 1n);
      expect(total.width).toBe(signed ? width + clog2(count) : bitsFor(most));
    }
    for (const every of [0, 1, 2, 3]) {
      const latency = sumLatency(count, every);
      const rows = [...sets, ...Array<bigint[]>(latency).fill([])].map((set, i): Row => {
        const named = set.map((term, t) => [`in_terms_${t}`, term] as const);
        return { in_valid: BigInt(i < sets.length && i % 3 !== 0), ...Object.fromEntries(named) };
      });
      const outputs = await evaluate(adderTreeBlock({ terms: count, width, signed, every }), rows);
      sets.forEach((set, i) => {
        expect(outputs[i + latency]).toEqual({ out_valid: BigInt(i % 3 !== 0), out_sum: sum(set) });
      });
    }
  });
});

test.each([
  [0n, 0n, false, 0],
  [0n, 255n, false, 8],
  [0n, 0n, true, 0],
  [-1n, 0n, true, 1],
  [-128n, 127n, true, 8],
  [-129n, 0n, true, 9],
  [0n, 128n, true, 9],
])('%d .. %d, signed %s, needs %d bits', (least, most, signed, width) => {
  expect(rangeWidth(least, most, signed)).toBe(width);
});
