// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type Dut, simulate } from '../../../../sim/index.ts';
import { fields } from '../../../../src/modules/zkflex/fields.ts';
import { tcorePresets } from '../../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../../src/modules/zkflex/tcore/tcore.ts';
import { configureField, operationsOf, randomBits } from './tcore.operands.ts';
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

const goldilocks = (1n << 64n) - (1n << 32n) + 1n;
const wordLatency = 8;

/** 45 products of words in every cycle: of random words, and of the words at the ends of all ranges in the reduction. */
async function wordRun(dut: Dut): Promise<void> {
  const ends = [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, goldilocks - 1n, goldilocks, 2n ** 64n - 1n];
  const word = (): bigint => (dut.random.bool(0.4) ? dut.random.pick(ends) : randomBits(dut.random, 64));
  const sent: { a: bigint[]; b: bigint[] }[] = [];
  const checked = new Set<number>();
  for (let cycle = 0; cycle < 150; cycle++) {
    const isSent = cycle < 120 && dut.random.bool(0.8);
    const words = { a: Array.from({ length: 45 }, word), b: Array.from({ length: 45 }, word) };
    dut.input('words_request_valid').value = isSent;
    dut.input('words_request_tag').value = cycle;
    for (let i = 0; i < 45; i++) {
      dut.input(`words_request_a_${i}`).value = words.a[i] as never;
      dut.input(`words_request_b_${i}`).value = words.b[i] as never;
    }
    if (isSent) sent[cycle] = words;
    const due = sent[cycle - wordLatency];
    expect(dut.output('words_result_valid').value).toBe(Number(due !== undefined));
    if (due !== undefined) {
      expect(dut.output('words_result_tag').value).toBe(cycle - wordLatency);
      for (let i = 0; i < 45; i++) {
        expect(dut.output(`words_result_x_${i}`).value).toBe((due.a[i]! * due.b[i]!) % goldilocks);
      }
      checked.add(cycle);
    }
    await dut.cycle();
  }
  expect(dut.output('busy').value).toBe(0);
  expect(checked.size).toBeGreaterThan(60);
}

describe('TCore, full size', () => {
  it('equals the golden model in all six fields, one after another, and for words', { timeout: 600_000 }, async () => {
    await simulate(tcore(tcorePresets.main), { engine: 'verilator' }, async (dut) => {
      const bench = new TCoreBench(dut, 128, 22);
      await bench.reset();
      for (const [{ prime }, mode] of modeOf) {
        const field = await configureField(bench, prime, mode, 128);
        await bench.run(operationsOf(dut.random, field, 128, 100), mode, 0.1);
      }
      await wordRun(dut as unknown as Dut);
    });
  });
});
