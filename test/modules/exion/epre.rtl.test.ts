// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { simulate } from '../../../sim/index.ts';
import type { ExionCoreParams } from '../../../src/modules/exion/core.params.ts';
import { epre } from '../../../src/modules/exion/epre/epre.ts';
import { EpreBench, type EpreDut, operands, type Stalls } from './epre.bench.ts';
import { configurations, operandByte, randomEpred, randomTopk } from './epre.cases.ts';
import { EpreChecker } from './epre.check.ts';

/** Fills the memories with random operands, then runs commands of both kinds. */
async function randomRun(dut: EpreDut, p: ExionCoreParams, commands: number, stalls: Stalls, exact: boolean) {
  const bench = new EpreBench(dut, p, stalls);
  await dut.reset();
  const memories = operands(p, () => operandByte(dut.random));
  await bench.load(memories);
  const checker = new EpreChecker(bench, p, memories);
  let stalled = 0;
  for (let i = 0; i < commands; i++) {
    const command = dut.random.bool() ? randomEpred(dut.random, p) : randomTopk(dut.random, p);
    stalled += (await checker.check(command, exact)).stalled;
  }
  return stalled;
}

describe.each(Object.entries(configurations))('EPRE %s', (name, p) => {
  const commands = name === '16 x 16 x 16' ? 4 : 24;

  test('equals the golden model in the cycles of the formula', async () => {
    await simulate(epre(p), {}, async (dut) => {
      await randomRun(dut, p, commands, {}, true);
    });
  });

  test('equals the golden model with stalls', async () => {
    await simulate(epre(p), { seed: 2 }, async (dut) => {
      const stalls = { write: 0.7, mask: 0.5, operands: 0.3 };
      expect(await randomRun(dut, p, commands, stalls, false)).toBeGreaterThan(10);
    });
  });
});

describe.each<[EngineKind, keyof typeof configurations]>([
  ['verilator', '2 x 2 x 4'],
  ['verilator', '4 x 4 x 4'],
  ['icarus', '2 x 2 x 4'],
])('EPRE on %s, %s', (engine, name) => {
  test('equals the golden model', async () => {
    const p = configurations[name];
    await simulate(epre(p), { engine, seed: 3 }, async (dut) => {
      await randomRun(dut, p, engine === 'icarus' ? 8 : 20, { write: 0.3, mask: 0.3 }, false);
    });
  });
});
