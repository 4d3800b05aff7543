// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, findCached, hashOf } from '../tools/cache.ts';
import { inParallel } from '../tools/parallel.ts';
import type { Cells, ModuleCells } from './cells.ts';
import { flows, type SynthTarget } from './target.ts';
import type { SynthUnit } from './unit.ts';
import { synthesizeUnits, yosysVersion } from './yosys.ts';

/** Told how the work goes on. Sizes are lengths of text. */
export interface SynthProgress {
  start(target: SynthTarget, size: number): void;
  /** One run of Yosys is over. */
  done(modules: readonly string[], size: number, seconds: number): void;
  stop(): void;
}

/**
 * Cells of every unit, each synthesized once whatever its name and number of instances, by as many processes as there are
 * processors; results are kept in the cache, so that after a change only the modules that are different are done again.
 *
 * With the hierarchy kept, no pass of the flows looks into another module, so the cells are those of one run over the whole
 * design. What may differ by a few LUT is the mapping by ABC, whose result depends on the order in which Yosys lists the
 * cells, and so on what else was read before; flip-flops, memories, products and carries do not.
 */
export async function synthesize(
  units: ReadonlyMap<string, SynthUnit>,
  target: SynthTarget,
  progress?: SynthProgress,
): Promise<ModuleCells> {
  const recipe = [RECIPE, yosysVersion(), ...flows[target]('top')];
  const keyOf = (unit: SynthUnit): string => `synth-${target}-${hashOf([...recipe, ...unit.identity])}`;
  const missing = new Map<string, SynthUnit>();
  for (const unit of units.values()) {
    const key = keyOf(unit);
    if (findCached(key) === null && !missing.has(key)) missing.set(key, unit);
  }
  const batches = batchesOf([...missing.values()]);
  progress?.start(target, sum(batches.flat(), sizeOf));
  try {
    await inParallel(
      batches.map((batch) => async () => {
        const began = performance.now();
        const cells = await synthesizeUnits(batch, target);
        for (const unit of batch) await cached(keyOf(unit), (folder) => save(folder, unit, cells.get(unit.module)!));
        const seconds = (performance.now() - began) / 1000;
        progress?.done(
          batch.map((unit) => unit.module),
          sum(batch, sizeOf),
          seconds,
        );
      }),
    );
  } finally {
    progress?.stop();
  }
  return new Map([...units].map(([name, unit]) => [name, load(findCached(keyOf(unit))!, unit)]));
}

/** To be changed with what a run or a file of the cache holds. */
const RECIPE = '1';
const FILE = 'cells.json';

/** Children stand in the file by number, since another module with the same text may call them otherwise. */
function save(folder: string, unit: SynthUnit, cells: Cells): Promise<void> {
  const numbers = new Map(unit.children.map((child, i) => [child.module, `child ${i}`]));
  const entries = [...cells].map(([type, count]) => [numbers.get(type) ?? type, count] as const);
  writeFileSync(join(folder, FILE), JSON.stringify(Object.fromEntries(entries)));
  return Promise.resolve();
}

function load(folder: string, unit: SynthUnit): Cells {
  const names = new Map(unit.children.map((child, i) => [`child ${i}`, child.module]));
  const entries = Object.entries(JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Record<string, number>);
  return new Map(entries.map(([type, count]) => [names.get(type) ?? type, count]));
}

/** Text a run: enough that it takes several times as long as its start, few enough that there is work for all processors. */
const BATCH = { least: 20_000, most: 100_000, runs: 8 } as const;

function sizeOf(unit: SynthUnit): number {
  return unit.text.length;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** Largest first, so that the last runs to start are short ones. */
function batchesOf(units: readonly SynthUnit[]): SynthUnit[][] {
  const batches: SynthUnit[][] = [];
  const limit = Math.min(BATCH.most, Math.max(BATCH.least, sum(units, sizeOf) / BATCH.runs));
  for (const unit of [...units].sort((a, b) => sizeOf(b) - sizeOf(a) || (a.module < b.module ? -1 : 1))) {
    const last = batches.at(-1);
    if (last !== undefined && sum(last, sizeOf) + sizeOf(unit) <= limit) last.push(unit);
    else batches.push([unit]);
  }
  return batches;
}
