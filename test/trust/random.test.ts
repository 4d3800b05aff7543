// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { EngineKind } from '../../src/sim/engine.ts';
import { circuitOf, cyclesOf, engineWay, reproducer, resetWay, runBatch, type Way } from './random-run.ts';

const engines: readonly EngineKind[] = ['embedded', 'icarus', 'verilator'];
const BATCH = 50;

/** Every other kind of reset in some engine that reads Verilog. */
const resets: readonly Way[] = [
  resetWay('icarus', 'async', 'high'),
  resetWay('icarus', 'sync', 'low'),
  resetWay('verilator', 'async', 'low'),
];

/** Circuits 0 .. 499; `random.long.ts` goes on where nobody has been. */
test.each(Array.from({ length: 10 }, (_, i) => i * BATCH))(
  'random circuits from %i on do on every engine what their description says',
  async (first) => {
    const circuits = Array.from({ length: BATCH }, (_, i) => circuitOf(first + i));
    const cycles = cyclesOf(first);
    const failures = await runBatch(circuits, cycles, engines.map(engineWay));
    const text = failures.length === 0 ? '' : await reproducer(failures[0]!, cycles);
    expect(text, `${failures.length} failures; first: ${failures[0]?.circuit.name}`).toBe('');
  },
);

test.each(resets)('random circuits do so with resets in $name', async (way) => {
  const circuits = Array.from({ length: BATCH }, (_, i) => circuitOf(i));
  const cycles = cyclesOf(0);
  const failures = await runBatch(circuits, cycles, [way]);
  const text = failures.length === 0 ? '' : await reproducer(failures[0]!, cycles);
  expect(text, `${failures.length} failures; first: ${failures[0]?.circuit.name}`).toBe('');
});
