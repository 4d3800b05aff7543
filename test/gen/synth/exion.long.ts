// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Module } from '../../../src/ir/module.ts';
import { packageDesign } from '../../../src/gen/package/package-design.ts';
import { designParams } from '../../../src/gen/params.ts';
import { findDesign } from '../../../src/gen/registry.ts';
import { addResources, noResources, type Resources, resourcesOfCell } from '../../../src/gen/synth/resources.ts';
import { synthesize } from '../../../src/gen/synth/synthesize.ts';
import { type InstanceReport, instanceReports } from '../../../src/gen/synth/tree.ts';
import { synthUnits } from '../../../src/gen/synth/unit.ts';

/** Minutes of processor time when nothing is in the cache. */
const patience = 3 * 3600_000;

/** A memory from this size on is worth a block RAM unless it asks for something else. */
const LARGE = 8192;

const entry = await findDesign('exion');

/** Cells of the named part of the design; synthesis itself refuses latches. */
async function synthesized(preset: 'tiny' | 'main', part = '') {
  const { design, verilog } = packageDesign(entry, designParams(entry, preset, []));
  const top = part === '' ? design.top : moduleAt(design.top, part.split('.'));
  const below = [...modulesBelow(top)];
  const units = synthUnits(below, verilog);
  const cells = await synthesize(units, 'xilinx');
  const own = (module: Module): Resources =>
    [...cells.get(module.name)!].reduce((sum, [type, n]) => addResources(sum, resourcesOfCell(type, n)), noResources);
  return { below, own, rows: instanceReports(top, cells, 5) };
}

function moduleAt(top: Module, path: readonly string[]): Module {
  return path.reduce((module, name) => module.instances.find((each) => each.name === name)!.module, top);
}

function modulesBelow(module: Module, found = new Set<Module>()): Set<Module> {
  for (const { module: child } of module.instances) if (!found.has(child)) modulesBelow(child, found);
  return found.add(module);
}

/** Yosys may give the register of a state machine one bit a state. */
function mostFlipFlops({ width, format }: Module['regs'][number]): number {
  return format.kind === 'enum' ? Math.max(width, format.names.length) : width;
}

function expectMemoriesAndFlipFlops(below: readonly Module[], own: (module: Module) => Resources): void {
  for (const module of below) {
    const { bram, ff } = own(module);
    const large = module.memories.filter(
      ({ depth, width, style, ports }) =>
        depth * width >= LARGE &&
        style !== 'registers' &&
        style !== 'distributed' &&
        ports.every((port) => port.kind !== 'read' || port.synchronous),
    );
    if (large.length > 0) expect(bram, `block RAM of ${module.name}`).toBeGreaterThanOrEqual(large.length / 2);
    // What is neither a register of the block nor data read from a memory would be a memory taken apart.
    const declared = module.regs.reduce((sum, reg) => sum + mostFlipFlops(reg), 0);
    const read = module.memories
      .flatMap(({ ports, width }) => ports.map(() => width))
      .reduce((sum, width) => sum + width, 0);
    const asked = module.memories
      .filter(({ style }) => style === 'registers')
      .reduce((sum, { depth, width }) => sum + depth * width, 0);
    expect(ff, `flip-flops of ${module.name}`).toBeLessThanOrEqual(declared + read + asked);
  }
}

const at = (rows: readonly InstanceReport[], end: string): InstanceReport =>
  rows.find((row) => row.path.endsWith(end))!;

test(
  'tiny as a whole: memories in block RAM, a DSP for each product of the array, no latch',
  async () => {
    const { below, own, rows } = await synthesized('tiny');
    expectMemoriesAndFlipFlops(below, own);
    expect(at(rows, '.units.sdue.array').resources.dsp).toBe(4 * 4 * 4);
    expect(rows[0]!.resources.bram).toBeGreaterThan(0);
  },
  patience,
);

test.each([
  ['core_0.units.sdue.array', 16 * 16 * 16],
  ['core_0.units.sdue.beats', 0],
  ['core_0.units.cau', 0],
  ['core_0.units.epre', null],
  ['core_0.units.cfse', null],
] as const)(
  'main: %s synthesizes',
  async (part, dsp) => {
    const { below, own, rows } = await synthesized('main', part);
    expectMemoriesAndFlipFlops(below, own);
    expect(rows[0]!.resources.lut).toBeGreaterThan(0);
    if (dsp !== null) expect(rows[0]!.resources.dsp).toBe(dsp);
  },
  patience,
);
