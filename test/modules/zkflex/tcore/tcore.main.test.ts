// SPDX-License-Identifier: Apache-2.0
import { describe, it } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { fields } from '../../../../src/modules/zkflex/fields.ts';
import { tcorePresets } from '../../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../../src/modules/zkflex/tcore/tcore.ts';
import { configureField, operationsOf } from './tcore.operands.ts';
import { TCoreBench } from './tcore.bench.ts';

/** Each field in the narrowest mode that holds it. */
const modeOf = [
  [fields.bn254Fr, 0],
  [fields.bls12381Fq, 1],
  [fields.mnt4753Fr, 2],
  [fields.bn254Fq, 0],
  [fields.mnt4753Fq, 2],
  [fields.bls12381Fr, 0],
  [fields.bn254Fr, 2],
] as const;

describe('TCore, full size', () => {
  it('equals the golden model in all six fields, one after another', { timeout: 600_000 }, async () => {
    await simulate(tcore(tcorePresets.main), { engine: 'verilator' }, async (dut) => {
      const bench = new TCoreBench(dut, 128, 22);
      await bench.reset();
      for (const [{ prime }, mode] of modeOf) {
        const field = await configureField(bench, prime, mode, 128);
        await bench.run(operationsOf(dut.random, field, 128, 100), mode, 0.1);
      }
    });
  });
});
