// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest';
import { Random, simulate } from '../../../../sim/index.ts';
import { type Affine, multiple, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { curves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { randomCase, Setting } from './engine.cases.ts';
import { configure, sums } from './engine.run.ts';
import { engineBench } from './engine-bench.ts';

const settings = [
  [curves.bn254, 0],
  [curves.bls12381, 1],
  [curves.mnt4753, 2],
] as const;

test('real curves on the lanes of the main core, by Verilator: sums of all kinds', async () => {
  await simulate(engineBench({ limb: 128 }), { engine: 'verilator' }, async (dut) => {
    await dut.reset();
    for (const [curve, mode] of settings) {
      const setting = new Setting(curve, 128, mode);
      const random = new Random(mode + 1);
      const base = somePoint(curve);
      const points = [1n, 2n, 3n, 1n << 100n].map((k): Affine => toAffine(curve, multiple(curve, k, base)));
      await configure(dut, setting);
      await sums(
        dut,
        setting,
        Array.from({ length: 60 }, () => randomCase(curve, points, random)),
        0.2,
      );
    }
  });
}, 300_000);
