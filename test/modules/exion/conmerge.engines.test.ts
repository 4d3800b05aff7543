// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { availableEngines, openEngine } from '../../../sim/open.ts';
import { resetEngine, runConMerge } from '../../../sim/workloads/conmerge-run.ts';
import { conMerge } from '../../../src/modules/exion/conmerge.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { configurations, mixedUnits, stalls } from './conmerge.cases.ts';

/** The generated Verilog: the same streams as on the embedded simulator, and the same cycle of every word. */
const runs: readonly (readonly [engine: EngineKind, configuration: string, units: number])[] = [
  ['verilator', 'main', 33],
  ['verilator', 'tiny', 110],
  ['verilator', 'three generators', 110],
  ['verilator', 'one try, many slots', 66],
  ['icarus', 'tiny', 44],
];

describe.each(runs)('ConMerge Verilog in %s, %s', (kind, name, count) => {
  const p = configurations[name]!;

  it.skipIf(!availableEngines().includes(kind))('equals the golden model and the embedded simulator', async () => {
    const engine = await openEngine(conMerge(p), { engine: kind });
    const embedded = await openEngine(conMerge(p));
    try {
      for (const pattern of [undefined, stalls(3, 0.4, 0.4)]) {
        const units = mixedUnits(p, count, pattern ? 6 : 5);
        const [run, reference] = [engine, embedded].map((each) => {
          resetEngine(each);
          return runConMerge(each, p, units, pattern ? { stalls: pattern } : {});
        });
        expect(run!.events).toEqual([]);
        expect(run!.words[run!.firstFault], `word ${run!.firstFault}`).toEqual(run!.expected[run!.firstFault]);
        expect(run!.equal).toBe(true);
        expect(run!.at).toEqual(reference!.at);
        expect(run!.counters).toEqual(reference!.counters);
      }
    } finally {
      engine.close();
      embedded.close();
    }
  });
});
