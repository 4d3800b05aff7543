// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { seatCount } from '../../../../src/modules/zkflex/ec/point-engine.params.ts';
import { somePoint } from '../../../../src/modules/zkflex/golden/curve.ts';
import { tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { type Given, scaled, Setting } from './engine.cases.ts';
import { configure } from './engine.run.ts';
import { engineBench } from './engine-bench.ts';

const seats = seatCount({ pipeline: 'deep' });

test.each([
  [tinyCurves.mode0, 0, 5],
  [tinyCurves.mode1, 1, 3],
  [tinyCurves.mode2, 2, 1],
] as const)('%o in mode %i: every turn of %i lanes is used', async (curve, mode, lanes) => {
  await simulate(engineBench({ limb: 8, pipeline: 'deep' }), {}, async (dut) => {
    await dut.reset();
    const setting = new Setting(curve, 8, mode);
    await configure(dut, setting);
    const [P, Q] = [somePoint(curve, 3n), somePoint(curve, 30n)];
    const forms: [turns: number, a: Given, b: Given][] = [
      [7, { form: 'affine', at: P }, { form: 'affine', at: Q }],
      [10, { form: 'affine', at: P }, scaled(curve, Q, 5n)],
      [14, scaled(curve, P, 7n), scaled(curve, Q, 5n)],
    ];
    for (const [turns, a, b] of forms) {
      const cycles = (rounds: number): number => {
        const count = rounds * seats * lanes;
        const item = { double: 0, a: setting.point(a), b: setting.point(b) };
        const items = Array.from({ length: count }, (_, tag) => ({ ...item, tag }));
        return dut.move({ drive: { in: items }, collect: { out: { count, stall: 0 } } }).cycles;
      };
      // The first and the last cycle of a run fall anywhere in a rotation.
      const perRound = (cycles(20) - cycles(10)) / 10 / (3 * seats);
      expect(Math.abs(perRound / turns - 1), `${turns} turns`).toBeLessThan(0.005);
    }
  });
});

test('one sum alone: a rotation a turn, and at most two more for its way in and out', async () => {
  await simulate(engineBench({ limb: 8, pipeline: 'deep' }), {}, async (dut) => {
    await dut.reset();
    const setting = new Setting(tinyCurves.mode0, 8, 0);
    await configure(dut, setting);
    const b: Given = { form: 'affine', at: somePoint(tinyCurves.mode0, 30n) };
    const item = { tag: 1, double: 0, a: setting.point(scaled(tinyCurves.mode0, somePoint(tinyCurves.mode0, 3n), 5n)) };
    const { cycles } = dut.move({ drive: { in: [{ ...item, b: setting.point(b) }] }, collect: { out: 1 } });
    expect(cycles).toBeGreaterThan(10 * 3 * seats);
    expect(cycles).toBeLessThan(10 * 3 * seats + 40);
    const none = setting.point({ form: 'affine', at: null });
    expect(dut.move({ drive: { in: [{ ...item, b: none }] }, collect: { out: 1 } }).cycles).toBe(2);
  });
});

test('reset in the middle: nothing of what was inside comes out, and the lanes work on', async () => {
  await simulate(engineBench({ limb: 8, pipeline: 'shallow' }), {}, async (dut) => {
    await dut.reset();
    const curve = tinyCurves.mode1;
    const setting = new Setting(curve, 8, 1);
    const a = setting.point({ form: 'affine', at: somePoint(curve, 3n) });
    const items = Array.from({ length: 40 }, (_, tag) => ({ tag, double: 1, a, b: a }));
    for (const pause of [1, 57, 143, 250]) {
      await configure(dut, setting);
      void dut.move({ drive: { in: items }, collect: {} });
      await dut.cycle(pause);
      await dut.reset();
      expect(dut.out.busy.value).toBe(0);
      expect(dut.out.out_valid.value).toBe(0);
      await configure(dut, setting);
      const again = items.slice(0, 3).map((item, i) => ({ ...item, tag: 100 + i }));
      const { received } = dut.move({ drive: { in: again }, collect: { out: 3 }, drain: 600 });
      const results = received.out.items as readonly { readonly tag: number }[];
      expect(results.map(({ tag }) => tag).sort()).toEqual([100, 101, 102]);
      expect(dut.out.out_valid.value).toBe(0);
    }
  });
});
