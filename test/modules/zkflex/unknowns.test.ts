// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { availableEngines, Random, type SimulateOptions } from '../../../sim/index.ts';
import { multiple, somePoint, toAffine } from '../../../src/modules/zkflex/golden/curve.ts';
import { tinyCurves } from '../../../src/modules/zkflex/golden/curves.ts';
import { directMsm } from '../../../src/modules/zkflex/golden/msm.ts';
import { randomCase, Setting } from './ec/engine.cases.ts';
import { runCases } from './ec/engine.run.ts';
import { multiply, passes, withMsm } from './msm/msm.run.ts';

/** In Icarus memories and registers without reset begin unknown, and an unknown bit on an output after reset is a failure. */
const icarus: SimulateOptions = { engine: 'icarus', wave: 'off' };
const tiny = { limb: 8, limbs: 2, pipeline: 'shallow' } as const;
const curve = tinyCurves.mode0;
const setting = new Setting(curve, 8, 0);
const base = somePoint(curve, 3n);
const points = [0n, 1n, 2n, 5n, 77n].map((k) => toAffine(curve, multiple(curve, k, base)));

const withIcarus = test.skipIf(!availableEngines().includes('icarus'));

withIcarus.each(['model', 'tcore'] as const)(
  'unknowns never reach a result of the point engine, %s',
  async (multiplier) => {
    const random = new Random(1);
    const cases = Array.from({ length: 20 }, () => randomCase(curve, points, random));
    await runCases({ ...tiny, multiplier }, setting, cases, { ...icarus, stall: 0.2 });
  },
);

withIcarus('unknowns never reach a result of the MSM, spilling and not', async () => {
  const random = new Random(2);
  const scalarBits = 9;
  const elements = {
    bases: Array.from({ length: 8 }, () => random.pick(points)),
    scalars: Array.from({ length: 8 }, () => BigInt(random.bits(scalarBits))),
  };
  const params = { ...tiny, windowBits: 3, windows: 8, keys: 32, spill: true } as const;
  for (const pool of [4, 40]) {
    await withMsm({ ...params, pool }, setting, icarus, (dut) => {
      const { point } = multiply(dut, setting, elements, passes(scalarBits, 3), 0.2);
      expect(point).toEqual(directMsm(curve, elements.bases, elements.scalars));
      expect(dut.out.spills.value > 0).toBe(pool === 4);
    });
  }
});
