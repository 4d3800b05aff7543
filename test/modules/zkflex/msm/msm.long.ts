// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { loadProof } from '../../../../sim/workloads/groth16-data.ts';
import { seatCount } from '../../../../src/modules/zkflex/ec/point-engine.params.ts';
import { curves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { planMsm } from '../../../../src/modules/zkflex/optimise/ec.ts';
import { Setting } from '../ec/engine.cases.ts';
import { multiply, withMsm } from './msm.run.ts';

const curve = curves.bn254;
const setting = new Setting(curve, 128, 0);
const size = { limb: 128, limbs: 2, engines: 1, windowBits: 8, windows: 128, keys: 4096, pool: 4096 } as const;
const machine = { ...size, lanes: 5, seats: seatCount({ pipeline: 'deep' }), aIsZero: true, spill: false };

test('the G1 sums of a Groth16 proof over BN254, on TCore, and their predicted cycles', async () => {
  const { msms } = loadProof(null);
  await withMsm({ ...size, multiplier: 'tcore' }, setting, { engine: 'verilator' }, (dut) => {
    for (const { name, points, scalars, result } of msms) {
      const { c, passes, cycles: predicted } = planMsm(machine, scalars);
      const list = passes.map((pass, i) => ({ ...pass, c, accumulate: i > 0 }));
      const { point, cycles } = multiply(dut, setting, { bases: points, scalars }, list);
      expect(point, name).toEqual(result);
      console.log(`${name}: ${points.length} elements, windows of ${c} bits, ${cycles} cycles, ${predicted} predicted`);
    }
  });
});
