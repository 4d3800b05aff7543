// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest';
import type { EngineKind } from '../../src/sim/engine.ts';
import { circuitOf, cyclesOf, engineWay, reproducer, runBatch } from './random-run.ts';

/** KILN_SEED: number of the first circuit (printed, random unless given). KILN_RUNS: circuits, 3000 unless given; Infinity for a soak without end. */
const first = Number(process.env['KILN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env['KILN_RUNS'] ?? 3000);
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
