// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { type Affine, multiple, negate, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { type Curve, tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { directMsm } from '../../../../src/modules/zkflex/golden/msm.ts';
import { Setting } from '../ec/engine.cases.ts';
import { configure } from '../ec/engine.run.ts';
import { begin, type Elements, multiply, passes, withMsm } from './msm.run.ts';

const tiny = { limb: 8, limbs: 6, windowBits: 4, windows: 16, keys: 128, pool: 160, pipeline: 'shallow' } as const;
const curve: Curve = tinyCurves.mode1;
const setting = new Setting(curve, 8, 1);
const scalarBits = curve.order.toString(2).length;
const base = somePoint(curve, 3n);
const pointOf = (k: bigint): Affine => toAffine(curve, multiple(curve, k, base));

function random(count: number, seed: number): Elements {
  const numbers = new Random(seed);
  return {
    bases: Array.from({ length: count }, () => pointOf(BigInt(numbers.word()))),
    scalars: Array.from({ length: count }, () => BigInt(numbers.word()) % curve.order),
  };
}

const fixed: Readonly<Record<string, Elements>> = {
  'no elements': { bases: [], scalars: [] },
  'one element': { bases: [base], scalars: [123456n] },
  'zero scalars': { bases: [base, pointOf(5n)], scalars: [0n, 0n] },
  'the largest scalar': { bases: [base, pointOf(9n)], scalars: [curve.order - 1n, curve.order - 1n] },
  'points at infinity': { bases: [null, base, null], scalars: [7n, 9n, curve.order - 1n] },
  'a sum that vanishes': { bases: [base, negate(curve, base)], scalars: [77n, 77n] },
  'one key, many times': {
    bases: Array.from({ length: 40 }, () => base),
    scalars: Array.from({ length: 40 }, () => 1n),
  },
  'equal and opposite points': {
    bases: Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? negate(curve, base) : base)),
    scalars: Array.from({ length: 24 }, (_, i) => BigInt(1 + (i % 4))),
  },
  'digits of 2^(c-1) alone': { bases: [base, pointOf(3n)], scalars: [0x888888n, 0x88888n] },
};

test.each(Object.entries(fixed))('%s', async (_name, elements) => {
  await withMsm(tiny, setting, {}, (dut) => {
    const { point } = multiply(dut, setting, elements, passes(scalarBits, 4));
    expect(point).toEqual(directMsm(curve, elements.bases, elements.scalars));
  });
});

test.each([1, 2, 3, 4])('random elements, windows of %i bits', async (c) => {
  await withMsm({ ...tiny, windows: 32 }, setting, {}, (dut) => {
    const elements = random(30, c);
    const { point } = multiply(dut, setting, elements, passes(scalarBits, c));
    expect(point).toEqual(directMsm(curve, elements.bases, elements.scalars));
  });
});

test('passes over some windows at a time, with three engines and stalls', async () => {
  await withMsm({ ...tiny, engines: 3, pool: 48, keys: 40 }, setting, {}, (dut) => {
    const elements = random(40, 9);
    const wanted = directMsm(curve, elements.bases, elements.scalars);
    for (const [c, most] of [
      [4, 5],
      [3, 2],
      [2, 16],
    ] as const) {
      expect(multiply(dut, setting, elements, passes(scalarBits, c, most), 0.5).point).toEqual(wanted);
    }
  });
});

test.each([
  [tinyCurves.mode0, 0],
  [tinyCurves.second, 0],
  [tinyCurves.mode2, 2],
] as const)('%o in mode %i', async (other, mode) => {
  const there = new Setting(other, 8, mode);
  const numbers = new Random(mode);
  const P = somePoint(other, 3n);
  const elements = {
    bases: Array.from({ length: 25 }, () => toAffine(other, multiple(other, BigInt(numbers.below(12)), P))),
    scalars: Array.from({ length: 25 }, () => BigInt(numbers.word()) % other.order),
  };
  await withMsm(tiny, there, {}, (dut) => {
    const { point } = multiply(dut, there, elements, passes(other.order.toString(2).length, 4));
    expect(point).toEqual(directMsm(other, elements.bases, elements.scalars));
  });
});

const small = { ...tiny, pool: 8, spill: true } as const;

test('more buckets than nodes: what is spilled comes back until nothing is left', async () => {
  await withMsm(small, setting, {}, (dut) => {
    const elements = random(40, 11);
    const { point } = multiply(dut, setting, elements, passes(scalarBits, 4));
    expect(point).toEqual(directMsm(curve, elements.bases, elements.scalars));
    expect(dut.out.spills.value).toBeGreaterThan(100);
    expect(dut.out.error.value).toBe(0);
  });
});

test('fewer keys than nodes need no spill, as many or one more spill', async () => {
  for (const [keys, spills] of [
    [7, false],
    [8, true],
    [9, true],
  ] as const) {
    await withMsm({ ...small, windowBits: 5, keys: 16 }, setting, {}, (dut) => {
      const scalars = Array.from({ length: 2 * keys }, (_, i) => BigInt(1 + (i % keys)));
      const bases = scalars.map((_, i) => pointOf(BigInt(3 * i + 1)));
      const { point } = multiply(dut, setting, { bases, scalars }, [{ c: 5, first: 0, count: 1, accumulate: false }]);
      expect(point).toEqual(directMsm(curve, bases, scalars));
      expect(dut.out.spills.value > 0).toBe(spills);
    });
  }
});

test('a pool that is exhausted and cannot spill is an error, and the next pass is right', async () => {
  await withMsm({ ...small, spill: false }, setting, {}, async (dut) => {
    const elements = random(20, 12);
    multiply(dut, setting, elements, passes(scalarBits, 4));
    expect(dut.out.error.value).toBe(2);
    dut.in.clear.value = 1;
    await dut.cycle();
    dut.in.clear.value = 0;
    const few = { bases: [pointOf(4n)], scalars: [5n] };
    expect(multiply(dut, setting, few, passes(scalarBits, 4)).point).toEqual(pointOf(20n));
    expect(dut.out.error.value).toBe(0);
  });
});

test.each([
  ['c = 0', { c: 0 }],
  ['c beyond windowBits', { c: 5 }],
  ['no windows', { count: 0 }],
  ['more windows than there are', { c: 1, count: 17 }],
  ['more buckets than keys', { c: 4, count: 16 }],
])('refused: %s', async (_name, change) => {
  await withMsm({ ...tiny, keys: 127 }, setting, {}, async (dut) => {
    const command = { c: 4, first: 0, count: 15, n: 1, accumulate: 0 };
    dut.move({ drive: { command: [{ ...command, ...change }] } });
    await dut.cycle(8);
    expect(dut.out.error.value).toBe(1);
    expect(dut.out.busy.value).toBe(0);
    expect(dut.out.points_ready.value).toBe(0);
    dut.in.clear.value = 1;
    await dut.cycle();
    dut.in.clear.value = 0;
    dut.move({ drive: { command: [command] } });
    await dut.cycle(8);
    expect(dut.out.error.value).toBe(0);
    expect(dut.out.busy.value).toBe(1);
    await dut.reset();
  });
});

test('reset in the middle of arrivals, sums and combination', async () => {
  await withMsm(tiny, setting, {}, async (dut) => {
    const elements = random(12, 13);
    const wanted = directMsm(curve, elements.bases, elements.scalars);
    const { cycles } = multiply(dut, setting, elements, passes(scalarBits, 4));
    for (const part of [0, 0.5, 0.9]) {
      begin(dut, setting, elements, passes(scalarBits, 4)[0]!);
      await dut.cycle(1 + Math.floor(part * cycles));
      expect(dut.out.busy.value).toBe(1);
      await dut.reset();
      await configure(dut, setting);
      expect(multiply(dut, setting, elements, passes(scalarBits, 4)).point).toEqual(wanted);
    }
  });
});

test('with TCore', async () => {
  await withMsm({ ...tiny, multiplier: 'tcore' }, setting, {}, (dut) => {
    const elements = random(25, 21);
    const { point } = multiply(dut, setting, elements, passes(scalarBits, 4), 0.2);
    expect(point).toEqual(directMsm(curve, elements.bases, elements.scalars));
  });
});
