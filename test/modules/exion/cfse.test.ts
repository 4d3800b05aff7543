// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, test } from 'vitest';
import { sfuCycles } from '../../../src/modules/exion/golden/cfse-cycles.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { flags, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { CfseBench } from './cfse.bench.ts';
import { check, configurations, copyOf, filledMemories, randomCommand, stalls } from './cfse.cases.ts';

const benches = new Map<string, CfseBench>();
afterAll(() => benches.forEach((bench) => bench.close()));

async function benchFor(name: string): Promise<CfseBench> {
  const bench = benches.get(name) ?? (await CfseBench.open(configurations[name]!, random(5)));
  benches.set(name, bench);
  return bench;
}

describe.each(Object.keys(configurations))('SFU commands equal the golden model, %s', (name) => {
  const p = configurations[name]!;

  test.each(Object.entries(sfuKinds))('%s', async (_kind, kind) => {
    const bench = await benchFor(name);
    const rand = random(kind + 11);
    for (let round = 0; round < 10; round++) {
      const memories = filledMemories(p, rand);
      bench.load(memories);
      const around = round % 3 === 0 ? {} : stalls(rand);
      for (let i = 0; i < 4; i++) check(bench, memories, randomCommand(p, kind, rand), around);
    }
  });

  test('kinds in turn, with the cycles of the formula', async () => {
    const bench = await benchFor(name);
    const rand = random(3);
    const memories = filledMemories(p, rand);
    bench.load(memories);
    for (let i = 0; i < 36; i++) {
      const command = randomCommand(p, i % 6, rand);
      const latency = [1, 2, 3, 14][i % 4]!;
      const ran = check(bench, memories, command, { latency });
      // The tables of the lanes are complete 257 cycles after the load.
      const loads = i === 0 && (command.flags! & flags.GELU) !== 0;
      if (!loads) expect(ran.cycles, JSON.stringify(command)).toBe(sfuCycles(command, latency));
    }
  });

  test('a reset in the middle of a command', async () => {
    const bench = await benchFor(name);
    const rand = random(8);
    for (let i = 0; i < 18; i++) {
      const memories = filledMemories(p, rand);
      bench.load(memories);
      const stopAfter = 1 + Math.floor(rand() * 120);
      bench.run(copyOf(memories), randomCommand(p, i % 6, rand), stalls(rand), stopAfter);
      check(bench, memories, randomCommand(p, (i + 1 + (i % 5)) % 6, rand), stalls(rand));
    }
  });
});
