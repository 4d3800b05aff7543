// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Random, simulate } from '../../../../sim/index.ts';
import { seatCount } from '../../../../src/modules/zkflex/ec/point-engine.params.ts';
import { type Affine, multiple, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { curves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { type Case, randomCase, scaled, Setting } from './engine.cases.ts';
import { configure, sums } from './engine.run.ts';
import { engineBench } from './engine-bench.ts';

const settings = [
  [curves.bn254, 0, 5],
  [curves.bls12381, 1, 3],
  [curves.mnt4753, 2, 1],
] as const;

test('real curves on the lanes of the main core, by Verilator: sums of all kinds, and the rate of mixed sums', async () => {
  await simulate(engineBench({ limb: 128 }), { engine: 'verilator' }, async (dut) => {
    await dut.reset();
    for (const [curve, mode, lanes] of settings) {
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

      const mixed = (count: number): Case[] =>
        Array.from({ length: count }, () => ({
          double: false,
          a: scaled(curve, points[0]!, 1n + BigInt(random.word())),
          b: { form: 'affine', at: points[3]! },
        }));
      const round = lanes * seatCount({ pipeline: 'deep' });
      const few = await sums(dut, setting, mixed(2 * round));
      const many = await sums(dut, setting, mixed(5 * round));
      // Ten turns of three cycles for an operation of each lane.
      expect((many - few) / (3 * round)).toBeCloseTo(30 / lanes, 1);
    }
  });
}, 300_000);
