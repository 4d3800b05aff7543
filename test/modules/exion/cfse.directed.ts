// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll } from 'vitest';
import type { SfuMemories } from '../../../src/modules/exion/golden/cfse.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { CfseBench, type Ran, type SfuCommand, type Surroundings } from './cfse.bench.ts';
import { check } from './cfse.cases.ts';

/** The unit of directed tests. */
export const p = { size: 4, columns: 128, maskWords: 64, params: 64 };

/**
 * Opens the unit for the tests of a file. What it gives loads parameters and table and carries a command out, on the hardware and in the
 * golden model, and expects the same of both.
 */
export function directedUnit(): (memories: SfuMemories, command: SfuCommand, around?: Surroundings) => Ran {
  let bench: CfseBench;
  beforeAll(async () => {
    bench = await CfseBench.open(p, random(1));
  });
  afterAll(() => bench.close());
  return (memories, command, around) => {
    bench.load(memories);
    return check(bench, memories, command, around);
  };
}
