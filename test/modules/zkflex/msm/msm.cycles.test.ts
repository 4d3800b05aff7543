// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { seatCount } from '../../../../src/modules/zkflex/ec/point-engine.params.ts';
import { multiple, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { directMsm, signedDigits, windowCount } from '../../../../src/modules/zkflex/golden/msm.ts';
import { type EcMachine, planMsm, statistics } from '../../../../src/modules/zkflex/optimise/ec.ts';
import { msmCycles } from '../../../../src/modules/zkflex/optimise/msm-cycles.ts';
import { Setting } from '../ec/engine.cases.ts';
import { multiply, withMsm } from './msm.run.ts';

const seats = seatCount({ pipeline: 'deep' });
const size = { limb: 8, limbs: 6, windowBits: 8, windows: 16, keys: 512, pool: 520, pipeline: 'deep' } as const;

/** Elements, bits of a scalar, c, windows. */
const cases = [
  [100, 15, 4, 4],
  [300, 31, 4, 8],
  [300, 31, 6, 4],
  [300, 1, 2, 1],
] as const;

describe('predicted cycles are within 5 % of the hardware', () => {
  test.each([
    [0, 5, 1, tinyCurves.mode0],
    [0, 5, 2, tinyCurves.second],
    [2, 1, 1, tinyCurves.mode2],
  ] as const)('mode %i, %i lanes, %i engines', async (mode, lanes, engines, curve) => {
    const setting = new Setting(curve, 8, mode);
    const numbers = new Random(3);
    const base = somePoint(curve, 3n);
    const aIsZero = (curve.a as bigint) === 0n;
    await withMsm({ ...size, engines }, setting, {}, async (dut) => {
      // After a reset the bucket memory clears itself.
      await dut.cycle(size.keys);
      for (const [n, bits, c, count] of cases) {
        const bases = Array.from({ length: n }, () =>
          toAffine(curve, multiple(curve, BigInt(1 + numbers.below(12000)), base)),
        );
        const scalars = Array.from({ length: n }, () => BigInt(numbers.bits(bits)));
        const digits = scalars.map((scalar) => signedDigits(scalar, c, count));
        const buckets = digits.flatMap((of) => of.flatMap((d, w) => (d === 0 ? [] : [`${w} ${Math.abs(d)}`])));
        const { nonZero } = statistics(scalars);
        const work = { c, first: 0, count, elements: n, nonZero, arrivals: buckets.length, accumulates: false };
        const machine = { engines, lanes, seats, keys: size.keys, aIsZero };
        const predicted = msmCycles(machine, { ...work, buckets: new Set(buckets).size });
        const { cycles } = multiply(dut, setting, { bases, scalars }, [{ c, first: 0, count, accumulate: false }]);
        expect(Math.abs(predicted / cycles - 1), `${n} of ${bits} bits: ${predicted}, ${cycles}`).toBeLessThan(0.05);
      }
    });
  });
});

describe('plans', () => {
  const machine: EcMachine = {
    ...{ engines: 1, lanes: 5, seats, keys: 4096, aIsZero: true },
    ...{ windowBits: 12, windows: 64, pool: 4096, spill: false },
  };
  const dense = (n: number): bigint[] => {
    const random = new Random(n);
    return Array.from({ length: n }, () => BigInt(random.bits(254)));
  };

  test('cover all windows once, the top ones first, within keys and pool', () => {
    for (const pool of [9, 100, 4096]) {
      const { c, passes } = planMsm({ ...machine, pool }, dense(600));
      const windows = passes.map(({ first, count }) => Array.from({ length: count }, (_, i) => first + count - 1 - i));
      const all = Array.from({ length: windowCount(254, c) }, (_, i) => i).reverse();
      expect(windows.flat()).toEqual(all);
      for (const { count } of passes) expect(count * 2 ** (c - 1)).toBeLessThanOrEqual(pool);
    }
  });

  test('32 windows of 8 bits fit in 4096 nodes, because the top one has 6 bits', () => {
    const only = (pool: number) => planMsm({ ...machine, pool }, dense(4096));
    expect(only(4096)).toMatchObject({ c: 8, passes: [{ first: 0, count: 32 }] });
    expect(only(4032)).not.toMatchObject({ c: 8, passes: [{ first: 0, count: 32 }] });
  });

  test('a witness of zeros and ones needs one window', () => {
    const plan = planMsm(machine, [0n, 1n, 1n, 0n, 1n]);
    expect(plan).toMatchObject({ c: 2, passes: [{ first: 0, count: 1 }] });
    const windows = windowCount(254, 8);
    expect(plan.cycles * windows).toBeLessThan(planMsm(machine, dense(5)).cycles);
  });

  test('more elements, wider windows', () => {
    const widths = [64, 1024, 16384].map((n) => planMsm({ ...machine, keys: 65536, pool: 70000 }, dense(n)).c);
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(widths[0]).toBeLessThan(widths[2]!);
  });

  test('no plan has fewer predicted cycles with another c', () => {
    const scalars = dense(900);
    const best = planMsm(machine, scalars);
    for (let windowBits = 1; windowBits < best.c; windowBits++) {
      expect(planMsm({ ...machine, windowBits }, scalars).cycles).toBeGreaterThanOrEqual(best.cycles);
    }
  });

  test('indices only when no bucket is hot', () => {
    const hot = Array.from({ length: 3000 }, () => 1n);
    expect(planMsm(machine, hot).buckets).toBe('points');
    // 254 bits are 50 windows of 5 bits and one of 4: no window has few buckets.
    const few = { ...machine, lanes: 1, seats: 4, windowBits: 5 };
    expect(planMsm(few, dense(2000)).buckets).toBe('indices');
  });

  test('scalars that are all zero, or none', () => {
    expect(statistics([])).toEqual({ count: 0, nonZero: 0, bits: 1 });
    for (const scalars of [[], [0n, 0n]]) expect(planMsm(machine, scalars).passes).toHaveLength(1);
  });

  test('a machine without room is refused', () => {
    expect(() => planMsm({ ...machine, pool: 1 }, [1n])).toThrow('needs a key and two nodes');
  });
});

test('the plan of a machine runs on it', async () => {
  const curve = tinyCurves.mode1;
  const setting = new Setting(curve, 8, 1);
  const random = new Random(17);
  const P = somePoint(curve, 3n);
  const elements = {
    bases: Array.from({ length: 60 }, () => toAffine(curve, multiple(curve, BigInt(random.word()), P))),
    scalars: Array.from({ length: 60 }, () => BigInt(random.bits(22))),
  };
  const params = { ...size, pool: 12, pipeline: 'shallow' } as const;
  const machine = { engines: 1, lanes: 3, seats: seatCount(params), aIsZero: false, spill: false };
  const { c, passes } = planMsm({ ...machine, ...params }, elements.scalars);
  expect(passes.length).toBeGreaterThan(1);
  await withMsm(params, setting, {}, (dut) => {
    const list = passes.map((pass, i) => ({ ...pass, c, accumulate: i > 0 }));
    expect(multiply(dut, setting, elements, list).point).toEqual(directMsm(curve, elements.bases, elements.scalars));
  });
});
