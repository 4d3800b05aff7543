// SPDX-License-Identifier: Apache-2.0
import { describe, it } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { productLatency, tcorePresets } from '../../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../../src/modules/zkflex/tcore/tcore.ts';
import { TCoreBench } from './tcore.bench.ts';
import { configureField, limbsOf, operationsOf, oddModulus } from './tcore.operands.ts';

const primes = [tinyFields.mode0.prime, tinyFields.mode1.prime, tinyFields.mode2.prime];

describe('TCore equals the golden model in all modes', () => {
  it.each([
    ['embedded', 300],
    ['verilator', 300],
    ['icarus', 30],
  ] as const)('small, on %s', async (engine, count) => {
    await simulate(tcore(tcorePresets.tiny), { engine }, async (dut) => {
      const bench = new TCoreBench(dut, 8, 7);
      await bench.reset();
      for (const mode of [0, 2, 1]) {
        const field = await configureField(bench, primes[mode]!, mode, 8);
        await bench.run(operationsOf(dut.random, field, 8, count), mode, 0.2);
      }
    });
  });

  // 4 and 6: the narrowest; 22: a product of six limbs adds in three blocks; odd multiples of 2 and of 4 have other digits in the division.
  it.each([
    [4, 'shallow'],
    [4, 'deep'],
    [6, 'deep'],
    [8, 'deep'],
    [10, 'shallow'],
    [22, 'deep'],
    [22, 'shallow'],
    [36, 'deep'],
  ] as const)('limbs of %i bits, %s, any odd modulus', async (limb, pipeline) => {
    await simulate(tcore({ limb, pipeline }), { engine: 'embedded' }, async (dut) => {
      const bench = new TCoreBench(dut, limb, productLatency({ pipeline }));
      await bench.reset();
      for (const mode of [1, 0, 2, 1, 2, 0]) {
        const p = oddModulus(dut.random, limbsOf[mode]! * limb);
        const field = await configureField(bench, p, mode, limb);
        await bench.run(operationsOf(dut.random, field, limb, 100), mode, 0.1);
      }
    });
  });
});
