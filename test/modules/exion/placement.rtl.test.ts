// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../sim/open.ts';
import { resetEngine, runConMerge } from '../../../sim/workloads/conmerge-run.ts';
import { conMerge } from '../../../src/modules/exion/conmerge.ts';
import { ConMergeParams, conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { type Unit, unitCycles } from '../../../src/modules/exion/units.ts';
import type { Engine, EngineKind } from '../../../src/sim/engine.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { allModes, directed, mixedUnits, stalls } from './conmerge.cases.ts';

const placed = (placement: 'lane' | 'colour') =>
  Object.fromEntries(
    Object.entries({
      main: { ...conMergePresets.main, placement },
      tiny: { ...conMergePresets.tiny, placement },
      'three generators': { ...conMergePresets.tiny, ncvg: 3, placement },
      'one row': { rows: 1, cols: 4, slots: 3, tries: 2, bounds: [0], columns: 40, placement },
      'one lane': { rows: 4, cols: 1, slots: 3, tries: 2, bounds: [1], columns: 20, placement },
      'one slot': { rows: 4, cols: 4, slots: 1, tries: 2, bounds: [1], columns: 64, placement },
      'many tries': { rows: 5, cols: 3, slots: 4, tries: 16, bounds: [0, 1, 2], columns: 100, placement, idWidth: 9 },
      'fewer columns than lanes': { rows: 4, cols: 4, slots: 3, tries: 2, bounds: [1], columns: 3, placement },
    }).map(([name, p]) => [name, ConMergeParams.parse(p)]),
  );

describe.each(['lane', 'colour'] as const)('ConMerge hardware, placement %s', (placement) => {
  const configurations = placed(placement);
  const engines = new Map<string, Engine>();
  const engineOf = async (name: string, kind: EngineKind = 'embedded'): Promise<Engine> => {
    const key = `${name} ${kind}`;
    const engine = engines.get(key) ?? (await openEngine(conMerge(configurations[name]!), { engine: kind }));
    engines.set(key, engine);
    resetEngine(engine);
    return engine;
  };
  afterAll(() => {
    for (const engine of engines.values()) engine.close();
  });

  async function check(name: string, units: readonly Unit[], options: Parameters<typeof runConMerge>[3] = {}) {
    const p = configurations[name]!;
    const run = runConMerge(await engineOf(name), p, units, {
      drain: 60 + 2 * p.columns,
      maxCycles: 60_000,
      ...options,
    });
    expect(run.events).toEqual([]);
    expect(run.words[run.firstFault], `word ${run.firstFault}`).toEqual(run.expected[run.firstFault]);
    expect(run.equal).toBe(true);
    expect(run.counters.units).toBe(units.length);
    return run;
  }

  it.each(Object.keys(configurations))('gives the golden words with and without stalls: %s', async (name) => {
    const p = configurations[name]!;
    const count = name === 'main' ? 22 : 66;
    await check(name, mixedUnits(p, count));
    await check(name, mixedUnits(p, count, 2), { stalls: stalls(5, 0.4, 0.4) });
    await check(name, mixedUnits(p, count, 3), { stalls: stalls(7, 0, 0.7) });
  });

  it.each(Object.keys(configurations))('takes the cycles of the formula: %s', async (name) => {
    const p = configurations[name]!;
    for (const unit of mixedUnits(p, name === 'main' ? 10 : 24, 3)) {
      const run = await check(name, [unit]);
      expect(run.at).toEqual(unitCycles(unit, p).words);
    }
  });

  it.each(Object.entries(directed))('%s', async (_name, rows) => {
    for (const modes of allModes) await check('tiny', [{ mask: masks.maskFromRows(rows), modes }]);
  });

  it.each(['tiny', 'many tries'])('the same words at the same cycles in Verilator: %s', async (name) => {
    const p = configurations[name]!;
    const units = mixedUnits(p, 40, 6);
    const pattern = { stalls: stalls(3, 0.4, 0.4) };
    const reference = await check(name, units, pattern);
    const run = runConMerge(await engineOf(name, 'verilator'), p, units, pattern);
    expect(run.equal).toBe(true);
    expect(run.at).toEqual(reference.at);
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(conMerge(configurations['tiny']!));
    await cleanVerilog(conMerge(configurations['many tries']!));
  });
});
