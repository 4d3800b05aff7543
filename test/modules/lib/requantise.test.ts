// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bits, sbits } from '../../../src/dsl/index.ts';
import { requantiseGolden } from '../../../src/modules/lib/requantise.golden.ts';
import {
  requantise,
  requantiseBlock,
  requantiseLatency,
  requantisePipelined,
} from '../../../src/modules/lib/requantise.ts';
import { bitsFor } from '../../../src/modules/lib/widths.ts';
import { evaluate } from './comb-bench.ts';
import { Random } from './stream-bench.ts';

const shapes = [
  { accumulator: 32, multiplier: 16, width: 8, minShift: 8, maxShift: 46 },
  { accumulator: 5, multiplier: 3, width: 3, minShift: 1, maxShift: 9 },
  { accumulator: 4, multiplier: 2, width: 1, minShift: 1, maxShift: 3 },
  { accumulator: 1, multiplier: 1, width: 4, minShift: 1, maxShift: 2 },
  { accumulator: 24, multiplier: 16, width: 8, minShift: 16, maxShift: 16 },
  { accumulator: 8, multiplier: 8, width: 16, minShift: 1, maxShift: 1 },
  { accumulator: 64, multiplier: 32, width: 32, minShift: 30, maxShift: 95 },
];
type Shape = (typeof shapes)[number];
interface Case {
  readonly a: bigint;
  readonly multiplier: bigint;
  readonly shift: number;
}

/** All operands of small shapes; else random ones of all magnitudes, and some whose product is just at a rounding or clamping step. */
function cases(p: Shape): Case[] {
  const shifts = Array.from({ length: p.maxShift - p.minShift + 1 }, (_, i) => p.minShift + i);
  const codes = (width: number): bigint[] => Array.from({ length: 2 ** width }, (_, i) => BigInt(i));
  const signed = (a: bigint): bigint => BigInt.asIntN(p.accumulator, a);
  if (p.accumulator + p.multiplier <= 8) {
    return shifts.flatMap((shift) =>
      codes(p.accumulator).flatMap((a) =>
        codes(p.multiplier).map((multiplier) => ({ a: signed(a), multiplier, shift })),
      ),
    );
  }
  const random = new Random(7);
  return Array.from({ length: 600 }, (_, i): Case => {
    const shift = shifts[random.below(shifts.length)]!;
    const multiplier = random.bits(p.multiplier) >> BigInt(random.below(p.multiplier));
    if (i % 2 === 0 || multiplier === 0n) {
      return { a: signed(random.bits(p.accumulator)) >> BigInt(random.below(p.accumulator)), multiplier, shift };
    }
    const level = BigInt.asIntN(p.width + 1, random.bits(p.width + 1));
    const step = ((2n * level + 1n) << BigInt(shift - 1)) / multiplier;
    return { a: signed(step + BigInt(random.below(3)) - 1n), multiplier, shift };
  });
}

describe.each(shapes)('$accumulator x $multiplier to $width bits, shift $minShift to $maxShift', (p) => {
  const given = cases(p);
  const expected = given.map(({ a, multiplier, shift }) => requantiseGolden(a, multiplier, shift, p.width));
  const fixed = p.minShift === p.maxShift;
  const row = ({ a, multiplier, shift }: Case, prefix = '') => ({
    [`${prefix}a`]: a,
    [`${prefix}multiplier`]: multiplier,
    ...(!fixed && { [`${prefix}shift`]: BigInt(shift) }),
  });

  test('on Bits', () => {
    const results = given.map(({ a, multiplier, shift }) => {
      const amount = bits(fixed ? 0 : shift, fixed ? 0 : bitsFor(p.maxShift));
      return requantise(sbits(a, p.accumulator), bits(multiplier, p.multiplier), amount, p).value;
    });
    expect(results).toEqual(expected);
  });

  test('combinational', async () => {
    const outputs = await evaluate(
      requantiseBlock(p),
      given.map((each) => row(each)),
    );
    expect(outputs.map(({ out }) => out)).toEqual(expected);
  });

  test('pipelined', async () => {
    const rows = given.map((each, i) => ({ ...row(each, 'in_'), in_valid: BigInt(i % 5 !== 0) }));
    const drain = Array.from({ length: requantiseLatency }, () => ({}));
    const outputs = (await evaluate(requantisePipelined(p), [...rows, ...drain])).slice(requantiseLatency);
    expect(outputs).toEqual(expected.map((value, i) => ({ out_valid: BigInt(i % 5 !== 0), out_value: value })));
  });
});

test('the published numbers: halves round up, the most negative code never appears', () => {
  const rq = (a: bigint): bigint => requantise(sbits(a, 32), bits(1, 16), bits(8, 6), shapes[0]!).value;
  expect([127n, 128n, -128n, -129n, 383n, 384n].map((a) => rq(a))).toEqual([0n, 1n, 0n, -1n, 1n, 2n]);
  expect([2n ** 31n - 1n, -(2n ** 31n)].map((a) => rq(a))).toEqual([127n, -127n]);
});

test('shifts in the wrong order are refused', () => {
  expect(() => requantiseBlock({ minShift: 9, maxShift: 8 })).toThrow(/maxShift must not be below minShift/);
});
