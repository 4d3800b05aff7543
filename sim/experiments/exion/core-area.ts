// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../../src/dsl/index.ts';
import type { Cells, ModuleCells } from '../../../src/gen/synth/cells.ts';
import { addResources, noResources, type Resources, resourcesOfCell } from '../../../src/gen/synth/resources.ts';
import { synthesize, type SynthProgress } from '../../../src/gen/synth/synthesize.ts';
import type { SynthTarget } from '../../../src/gen/synth/target.ts';
import { type InstanceReport, instanceReports } from '../../../src/gen/synth/tree.ts';
import { type SynthUnit, synthUnits } from '../../../src/gen/synth/unit.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import type { Module } from '../../../src/ir/module.ts';
import { dsc } from '../../../src/modules/exion/core/dsc.ts';
import type { ExionCoreParamsInput } from '../../../src/modules/exion/core.params.ts';
import { withoutMerging } from './merging-ties.ts';

/** A core as modules to be synthesized. */
export interface CoreUnits {
  readonly top: Module;
  readonly units: ReadonlyMap<string, SynthUnit>;
}

export function coreUnits(params: ExionCoreParamsInput): CoreUnits {
  const design = elaborate(dsc(params), { name: 'exion_dsc' });
  return { top: design.top, units: synthUnits(design.modules, emitDesign(design)) };
}

/** Area of a core on one target. */
export interface CoreArea {
  /** The core, its units and the parts of these, two levels down. */
  readonly rows: readonly InstanceReport[];
  /** What merging adds to the modules of the array and its drain, over all their instances, by module. */
  readonly merging: ReadonlyMap<string, Resources>;
}

/**
 * Synthesizes a core, and once more the modules of its array with everything tied off that only merging needs. The difference is what
 * merging costs there: a netlist does not tell the multiplexers that merging needs from those that the array has anyway.
 */
export async function coreArea({ top, units }: CoreUnits, target: SynthTarget, progress: SynthProgress) {
  const cells = await synthesize(units, target, progress);
  const plain = await synthesize(withoutMerging(units), target, progress);
  const counts = instanceCounts(top);
  const merging = [...plain].map(([module, without]): [string, Resources] => {
    const difference = addResources(own(cells.get(module)!, cells), own(without, cells), -1);
    return [module, addResources(noResources, difference, counts.get(module) ?? 0)];
  });
  return { rows: instanceReports(top, cells, 2), merging: new Map(merging) } satisfies CoreArea;
}

/** Without what is below. */
function own(cells: Cells, modules: ModuleCells): Resources {
  return [...cells]
    .filter(([type]) => !modules.has(type))
    .reduce((sum, [type, count]) => addResources(sum, resourcesOfCell(type, count)), noResources);
}

function instanceCounts(top: Module): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (module: Module): void => {
    counts.set(module.name, (counts.get(module.name) ?? 0) + 1);
    for (const instance of module.instances) visit(instance.module);
  };
  visit(top);
  return counts;
}
