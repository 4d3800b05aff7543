// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest';
import type { EngineKind } from '../../src/sim/engine.ts';
import { circuitOf, cyclesOf, engineWay, reproducer, runBatch } from './random-run.ts';
import { soakRuns, soakSeed } from '../support/soak.ts';

const first = soakSeed;
const runs = soakRuns(3000);
const engines: readonly EngineKind[] = ['embedded', 'icarus', 'verilator'];
const BATCH = 100;

test('many random circuits', async () => {
  console.log(`random circuits from KILN_SEED=${first} on`);
  for (let done = 0; done < runs; done += BATCH) {
    const count = Math.min(BATCH, runs - done);
    const circuits = Array.from({ length: count }, (_, i) => circuitOf(first + done + i));
    const cycles = cyclesOf(first + done);
    const failures = await runBatch(circuits, cycles, engines.map(engineWay));
    if (failures.length > 0) {
      const again = `KILN_SEED=${first + done} KILN_RUNS=${count} npm run test:long -- random`;
      throw new Error(`${await reproducer(failures[0]!, cycles)}\n\nAgain: ${again}`);
    }
    console.log(`${done + count} circuits agree`);
  }
});
