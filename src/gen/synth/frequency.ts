// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Module } from '../../ir/module.ts';
import { cached, findCached, hashOf } from '../tools/cache.ts';
import { inParallel } from '../tools/parallel.ts';
import { toolIdentity } from '../tools/programs.ts';
import type { VerilogFile } from '../verilog/index.ts';
import { device, needNextpnr, placeAndRoute, routeRecipe, type Routed, type TooLarge } from './nextpnr.ts';
import { synthesisText } from './text.ts';
import { timingFrame } from './timing-frame.ts';
import { memoryBits } from './tree.ts';
import { yosysVersion } from './yosys.ts';

/** Place and route of a module with everything below it, or why there is none. */
export interface ModuleFrequency {
  readonly module: string;
  /** Path of its first instance. */
  readonly path: string;
  /** Null when it was not tried, being many times too large. */
  readonly result: Routed | TooLarge | null;
}

/** Text of a module and its instances beyond which nothing fits that is worth the minutes to find out. */
const HOPELESS = 400_000;
/** To be changed with what a file of the cache holds. */
const RECIPE = '1';
const FILE = 'route.json';

/**
 * The clock that place and route reaches for a design; where it does not fit, for what is below it, down to what fits, each
 * module once. A module is flattened with what is below it, in a frame of registers. Of a module that does not fit, the paths of its
 * own logic are not measured, nor those that cross from one of its parts into another without a register.
 */
export async function measureFrequency(
  top: Module,
  verilog: readonly VerilogFile[],
  done: (module: string, seconds: number) => void = () => undefined,
): Promise<ModuleFrequency[]> {
  const recipe = [RECIPE, toolIdentity(needNextpnr()), yosysVersion(), ...routeRecipe];
  const texts = new Map(verilog.map((file) => [file.module, synthesisText(file.text)]));
  const found = new Map<Module, ModuleFrequency>();
  let level: { module: Module; path: string }[] = [{ module: top, path: top.name }];
  while (level.length > 0) {
    const fresh = level.filter(
      ({ module }, i) => !module.blackBox && level.findIndex((x) => x.module === module) === i,
    );
    const jobs = fresh.filter(({ module }) => !found.has(module));
    await inParallel(
      jobs.map(({ module, path }) => async () => {
        const began = performance.now();
        found.set(module, { module: module.name, path, result: await measure(module, texts, recipe) });
        done(module.name, (performance.now() - began) / 1000);
      }),
    );
    const split = jobs.filter(({ module }) => found.get(module)!.result?.fits !== true);
    level = split.flatMap(({ module, path }) =>
      module.instances.map((each) => ({ module: each.module, path: `${path}.${each.name}` })),
    );
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function measure(
  module: Module,
  texts: ReadonlyMap<string, string>,
  recipe: readonly string[],
): Promise<Routed | TooLarge | null> {
  if (memoryBits(module) > device.memoryBits || instanceText(module, texts) > HOPELESS) return null;
  const below = [...modulesBelow(module)].map((each) => texts.get(each.name) ?? '');
  const verilog = [...below, timingFrame(module, module.name)].join('\n');
  const key = `route-${hashOf([...recipe, verilog])}`;
  const folder =
    findCached(key) ??
    (await cached(key, async (work) => {
      writeFileSync(join(work, FILE), JSON.stringify(await placeAndRoute(verilog)));
    }));
  return JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Routed | TooLarge;
}

function modulesBelow(module: Module, found = new Set<Module>()): Set<Module> {
  for (const instance of module.instances) if (!found.has(instance.module)) modulesBelow(instance.module, found);
  return found.add(module);
}

/** Length of the flat text: the logic grows with it. */
function instanceText(module: Module, texts: ReadonlyMap<string, string>): number {
  const own = texts.get(module.name)?.length ?? 0;
  return module.instances.reduce((sum, instance) => sum + instanceText(instance.module, texts), own);
}
