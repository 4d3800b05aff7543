// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { multiple, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { randomCase, Setting } from './engine.cases.ts';
import { configure, sums } from './engine.run.ts';
import { engineBench } from './engine-bench.ts';
import { simulate } from '../../../../sim/index.ts';

test('on a TCore, that goes from mode to mode', async () => {
  await simulate(engineBench({ limb: 8, pipeline: 'shallow', multiplier: 'tcore' }), {}, async (dut) => {
    await dut.reset();
    const settings = [
      [tinyCurves.second, 0],
      [tinyCurves.mode2, 2],
      [tinyCurves.mode1, 1],
      [tinyCurves.thirteen, 0],
    ] as const;
    for (const [curve, mode] of settings) {
      const setting = new Setting(curve, 8, mode);
      const random = new Random(mode + 7);
      const base = somePoint(curve, 3n);
      const points = [1n, 2n, 5n, 77n].map((k) => toAffine(curve, multiple(curve, k, base)));
      await configure(dut, setting);
      await sums(
        dut,
        setting,
        Array.from({ length: 150 }, () => randomCase(curve, points, random)),
        0.2,
      );
    }
  });
});
