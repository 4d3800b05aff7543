// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { loadProof } from '../../../../sim/workloads/groth16-data.ts';
import { curves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { reduce } from '../../../../src/modules/zkflex/golden/field.ts';
import { directMsm, signedDigits } from '../../../../src/modules/zkflex/golden/msm.ts';
import { Setting } from '../ec/engine.cases.ts';
import { multiply, withMsm } from './msm.run.ts';

const curve = curves.bn254;
const size = { limb: 128, limbs: 2, windowBits: 4, windows: 8, keys: 32, pool: 48, pipeline: 'deep' } as const;

test('windows of real elements of a Groth16 proof over BN254, by Verilator', async () => {
  const { msms } = loadProof(null);
  await withMsm(size, new Setting(curve, 128, 0), { engine: 'verilator' }, (dut) => {
    for (const [name, from, first, count] of [
      ['msm_H', 0, 0, 4],
      ['msm_B1', 1000, 60, 4],
      ['msm_A', 0, 30, 2],
    ] as const) {
      const { points, scalars } = msms.find((each) => each.name === name)!;
      const [bases, given] = [points.slice(from, from + 40), scalars.slice(from, from + 40)];
      // What the digits of these windows alone stand for.
      const part = given.map((scalar) => {
        const digits = signedDigits(scalar, 4, first + count).slice(first);
        return reduce(
          digits.reduce((sum, d, w) => sum + (BigInt(d) << BigInt(4 * w)), 0n),
          curve.order,
        );
      });
      const elements = { bases, scalars: given };
      const { point } = multiply(dut, new Setting(curve, 128, 0), elements, [
        { c: 4, first, count, accumulate: false },
      ]);
      expect(point, name).toEqual(directMsm(curve, bases, part));
    }
  });
}, 300_000);
