// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, test } from 'vitest';
import { runSfu, type SfuMemories } from '../../../src/modules/exion/golden/cfse.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { sfuKinds } from '../../../src/modules/exion/isa.ts';
import { CfseBench, type Ran, type SfuCommand, type Surroundings } from './cfse.bench.ts';
import { configurations, copyOf, filledMemories, randomCommand } from './cfse.cases.ts';

const benches = new Map<string, CfseBench>();
afterAll(() => benches.forEach((bench) => bench.close()));

async function benchFor(name: string): Promise<CfseBench> {
  const bench = benches.get(name) ?? (await CfseBench.open(configurations[name]!, random(5)));
  benches.set(name, bench);
  return bench;
}

/** Where two memories differ first, and how. */
function firstDifference(found: Uint8Array, expected: Uint8Array): object | null {
  const at = found.findIndex((value, i) => value !== expected[i]);
  return at < 0 ? null : { at, found: found[at], expected: expected[at] };
}

function check(bench: CfseBench, memories: SfuMemories, command: SfuCommand, around: Surroundings = {}): Ran {
  const expected = copyOf(memories);
  const outcome = runSfu(expected, command);
  const ran = bench.run(memories, command, around);
  const about = JSON.stringify(command);
  expect({ refused: ran.refused, overflows: ran.overflows }, about).toEqual(outcome);
  expect(firstDifference(memories.mask, expected.mask), about).toBe(null);
  expect(firstDifference(memories.scratch, expected.scratch), about).toBe(null);
  return ran;
}

describe.each(Object.keys(configurations))('%s', (name) => {
  const p = configurations[name]!;
  test.each(Object.entries(sfuKinds))('%s', async (_kind, kind) => {
    const bench = await benchFor(name);
    const rand = random(kind + 11);
    for (let round = 0; round < 12; round++) {
      const memories = filledMemories(p, rand);
      bench.load(memories);
      const share = round % 3 === 0 ? 0 : rand() * 0.7;
      const around = {
        requestStall: share,
        answerGap: rand() * share,
        writeStall: share,
        maskStall: share,
        latency: 1 + Math.floor(rand() * 20),
      };
      for (let i = 0; i < 4; i++) check(bench, memories, randomCommand(p, kind, rand), around);
    }
  });
});
