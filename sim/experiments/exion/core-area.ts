// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../../src/dsl/index.ts';
import type { Cells } from '../../../src/gen/synth/cells.ts';
import { resourcesOfCell } from '../../../src/gen/synth/resources.ts';
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

/** The core, its units and the parts of these, two levels down. */
export async function coreArea(
  { top, units }: CoreUnits,
  target: SynthTarget,
  progress: SynthProgress,
): Promise<readonly InstanceReport[]> {
  return instanceReports(top, await synthesize(units, target, progress), 2);
}

/**
 * Transistors that merging adds to the modules of the array, over all their instances, by module: the difference to the
 * modules with everything tied off that only merging needs, since a netlist does not tell the multiplexers that merging needs from
 * those that the array has anyway. In LUT the difference says less: a multiplexer often vanishes in the LUT of what is behind it.
 */
export async function mergingTransistors(
  { top, units }: CoreUnits,
  progress: SynthProgress,
): Promise<ReadonlyMap<string, number>> {
  const plain = withoutMerging(units);
  const merging = new Map([...plain.keys()].map((module) => [module, units.get(module)!]));
  const withIt = await synthesize(merging, 'cmos', progress);
  const withoutIt = await synthesize(plain, 'cmos', progress);
  const counts = instanceCounts(top);
  return new Map(
    [...plain.keys()].map((module) => {
      const each = transistors(withIt.get(module)!) - transistors(withoutIt.get(module)!);
      return [module, each * (counts.get(module) ?? 0)];
    }),
  );
}

/** Without what is below, which has none of its own here. */
function transistors(cells: Cells): number {
  return [...cells].reduce((sum, [type, count]) => sum + resourcesOfCell(type, count).transistors, 0);
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
