// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../sim/open.ts';
import { resetEngine, runConMerge } from '../../../sim/workloads/conmerge-run.ts';
import { conMerge } from '../../../src/modules/exion/conmerge.ts';
import type { ConMergeParams } from '../../../src/modules/exion/conmerge.params.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { allOn } from '../../../src/modules/exion/stream-items.ts';
import { mergeUnit, type Unit, unitCycles } from '../../../src/modules/exion/units.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { allModes, configurations, directed, mixedUnits, stalls } from './conmerge.cases.ts';

const engines = new Map<ConMergeParams, Engine>();

async function engineFor(p: ConMergeParams): Promise<Engine> {
  const engine = engines.get(p) ?? (await openEngine(conMerge(p)));
  engines.set(p, engine);
  resetEngine(engine);
  return engine;
}

afterAll(() => {
  for (const engine of engines.values()) engine.close();
});

/** Runs units on the embedded simulator and expects the golden model's words, no failed assertion and honest counters. */
async function check(p: ConMergeParams, units: readonly Unit[], options: Parameters<typeof runConMerge>[3] = {}) {
  const run = runConMerge(await engineFor(p), p, units, { drain: 60 + 2 * p.columns, maxCycles: 40_000, ...options });
  expect(run.events).toEqual([]);
  expect(run.words[run.firstFault], `word ${run.firstFault}`).toEqual(run.expected[run.firstFault]);
  expect(run.equal).toBe(true);
  expect(run.counters.words).toBe(run.expected.length);
  expect(run.counters.units).toBe(units.length);
  return run;
}

const { main, tiny } = configurations as { main: ConMergeParams; tiny: ConMergeParams };

describe.each(Object.entries(configurations))('ConMerge hardware, %s', (name, p) => {
  const count = name === 'main' ? 22 : 66;

  it('gives the golden words, units back to back', async () => {
    const run = await check(p, mixedUnits(p, count));
    expect(run.counters.cycles_stall).toBe(0);
  });

  it.each([
    ['words stalled', 0, 0.6],
    ['masks stalled', 0.6, 0],
    ['both stalled', 0.4, 0.4],
  ])('gives the golden words, %s', async (_what, mask, word) => {
    await check(p, mixedUnits(p, count, 2), { stalls: stalls(5, mask, word) });
  });

  it('takes the cycles of the formula when nothing stalls', async () => {
    for (const unit of mixedUnits(p, 24, 3)) {
      const run = await check(p, [unit]);
      const expected = unitCycles(unit, p);
      expect(run.at).toEqual(expected.words);
      expect(run.counters.cycles_condense).toBe(expected.condense);
      expect(run.counters.cycles_sort).toBe(expected.sort);
      const { words, cycles } = mergeUnit(unit, p);
      // LOADA of all words but the first lies in an EMIT cycle.
      expect(run.counters.cycles_cvg).toBe(words.length > 0 ? 1 + cycles : 0);
    }
  });
});

describe('ConMerge hardware, cases of paper 8', () => {
  it.each(Object.entries(directed))('%s', async (_name, rows) => {
    const mask = masks.maskFromRows(rows);
    for (const modes of allModes) {
      const unit = { mask, modes };
      const run = await check(tiny, [unit]);
      expect(run.at).toEqual(unitCycles(unit, tiny).words);
    }
  });

  it('the worked vector takes 7 cycles from LOADA to EMIT', async () => {
    const unit = { mask: masks.maskFromRows(directed['worked vector']!), modes: allOn };
    const run = await check(tiny, [unit]);
    expect(run.words).toHaveLength(1);
    expect(run.words[0]!.cv).toEqual([2, 3, 3, null]);
    expect(run.counters.cycles_cvg).toBe(7);
  });

  it('an empty mask gives no word, whatever is in work before it', async () => {
    const empty = { mask: masks.iidMask(1, 4, 64, 0), modes: allOn };
    const some = { mask: masks.iidMask(1, 4, 64, 0.5), modes: allOn };
    for (const units of [[empty], [some, empty, some], [empty, some, empty, empty]]) await check(tiny, units);
  });

  it('a full mask takes a word a block and relocates nothing', async () => {
    const unit = { mask: masks.iidMask(1, 16, 1024, 1), modes: allOn };
    const run = await check(main, [unit]);
    expect(run.words).toHaveLength(64);
    expect(run.words.every((word) => word.slots === 1 && word.cv.every((row) => row === null))).toBe(true);
  });

  it.each([3, 40, 100, 130])('reset after %i cycles forgets the unit', async (cycles) => {
    const engine = await engineFor(main);
    const units = [{ mask: masks.iidMask(9, 16, 1024, 0.2), modes: allOn }];
    runConMerge(engine, main, units, { maxCycles: cycles });
    await check(main, mixedUnits(main, 6, 4));
  });

  it('clear sets the counters to 0', async () => {
    const engine = await engineFor(tiny);
    const units = mixedUnits(tiny, 5);
    expect(runConMerge(engine, tiny, units).counters.words).toBeGreaterThan(0);
    const clear = engine.ports.find((port) => port.name === 'clear')!;
    engine.io[clear.offset] = 1;
    engine.step();
    engine.io[clear.offset] = 0;
    const empty = runConMerge(engine, tiny, []);
    expect(Object.values(empty.counters).every((count) => count === 0)).toBe(true);
  });
});
