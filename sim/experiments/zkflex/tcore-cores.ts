// SPDX-License-Identifier: Apache-2.0
import { type BlockCall, elaborate } from '../../../src/dsl/index.ts';
import { noResources, type Resources } from '../../../src/gen/synth/resources.ts';
import { synthesize, type SynthProgress } from '../../../src/gen/synth/synthesize.ts';
import type { SynthTarget } from '../../../src/gen/synth/target.ts';
import { instanceReports } from '../../../src/gen/synth/tree.ts';
import { synthUnits } from '../../../src/gen/synth/unit.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import type { Module } from '../../../src/ir/module.ts';
import type { LevelName } from '../../../src/modules/zkflex/mul/multiplier.ts';

/** How the cores of the table in paper 4.1 split their factors, by bits of a factor; all come from one generator. */
export const cores = {
  schoolbook: { 256: ['school2', 'school2'], 384: ['school3', 'school2'], 768: ['school2', 'school3', 'school2'] },
  Karatsuba: { 256: ['toom2', 'toom2'], 384: ['karatsuba3', 'toom2'], 768: ['toom2', 'karatsuba3', 'toom2'] },
  TCore: { 256: ['toom2', 'toom2'], 384: ['toom3', 'toom2'], 768: ['toom2', 'toom3', 'toom2'] },
} as const satisfies Record<string, Record<256 | 384 | 768, readonly LevelName[]>>;

export const coreNames = Object.keys(cores) as (keyof typeof cores)[];

/** Instances of the multiplier block `leaf` below a module. */
export function leavesBelow(module: Module): number {
  const own = module.name.startsWith('leaf') ? 1 : 0;
  return module.instances.reduce((sum, child) => sum + leavesBelow(child.module), own);
}

/** Whole progress bars are not worth it for a handful of modules. */
const silent: SynthProgress = { start: () => undefined, done: () => undefined, stop: () => undefined };

/** Resources of a block and all below it; every different module is synthesized once. */
export async function resourcesOf(call: BlockCall, target: SynthTarget): Promise<Resources> {
  const design = elaborate(call);
  const cells = await synthesize(synthUnits(design.modules, emitDesign(design)), target, silent);
  return instanceReports(design.top, cells, 0)[0]?.resources ?? noResources;
}
