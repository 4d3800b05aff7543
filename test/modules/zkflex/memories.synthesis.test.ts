// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { type BlockCall, elaborate } from '../../../src/dsl/index.ts';
import type { Cells } from '../../../src/gen/synth/cells.ts';
import { addResources, noResources, resourcesOfCell, type Resources } from '../../../src/gen/synth/resources.ts';
import { synthesize } from '../../../src/gen/synth/synthesize.ts';
import { synthUnits } from '../../../src/gen/synth/unit.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import type { Memory, Module } from '../../../src/ir/module.ts';
import { pointEngine } from '../../../src/modules/zkflex/ec/point-engine.ts';
import { llb } from '../../../src/modules/zkflex/llb/llb.ts';
import { msm } from '../../../src/modules/zkflex/msm/msm.ts';
import { nttNode } from '../../../src/modules/zkflex/ntt/node.ts';
import { tcore } from '../../../src/modules/zkflex/tcore/tcore.ts';

/** Small, but with memories deep enough that block RAM is worth it. The bucket memory is that of the MSM. */
const designs: Readonly<Record<string, BlockCall>> = {
  'point engine': pointEngine({ limb: 18, limbs: 2, pipeline: 'deep' }),
  'transform node': nttNode({ limb: 18, limbs: 2, pipeline: 'shallow', bankWords: 512, twiddleWords: 1024 }),
  'bucket memory': llb({ pool: 1024, keys: 512, pointBits: 66 }),
  MSM: msm({ limb: 8, limbs: 2, windowBits: 6, windows: 16, keys: 512, pool: 1024 }),
  TCore: tcore({ limb: 8, pipeline: 'shallow' }),
};

/** Half block RAMs of 512 x 36 bits that a module's memories need, by block. */
const halfBlocks: Readonly<Record<string, number>> = {
  // Two copies of 32 sets x 16 registers; the copy for the way out has 128 words.
  ec_lane: 2,
  ntt_banks: 4,
  ntt_twiddles: 2,
};

interface Synthesized {
  readonly module: Module;
  readonly resources: Resources;
}

/** Every module with memories by itself. Yosys stops at latches and at memories that it cannot map. */
async function withMemories(call: BlockCall): Promise<Synthesized[]> {
  const design = elaborate(call);
  const modules = design.modules.filter(({ memories }) => memories.length > 0);
  const names = new Set(modules.map(({ name }) => name));
  const units = [...synthUnits(design.modules, emitDesign(design))].filter(([name]) => names.has(name));
  const cells = await synthesize(new Map(units), 'xilinx');
  return modules.map((module) => ({ module, resources: sumOf(cells.get(module.name)!) }));
}

function sumOf(cells: Cells): Resources {
  return [...cells].reduce((all, [type, count]) => addResources(all, resourcesOfCell(type, count)), noResources);
}

/** Registers that a memory may have beside it: of its reads, and what a read that sees the write of its cycle needs. */
function beside({ width, ports }: Memory): number {
  return ports.filter(({ kind }) => kind === 'read').length * (3 * width + 16);
}

describe.each(Object.entries(designs))('memories of the %s', (_name, call) => {
  test('are block RAM or LUT RAM, never flip-flops', { timeout: 300_000 }, async () => {
    const synthesized = await withMemories(call);
    expect(synthesized.length).toBeGreaterThan(0);
    for (const { module, resources } of synthesized) {
      const declared = module.regs.reduce((sum, { width }) => sum + width, 0);
      const allowed = module.memories.reduce((sum, memory) => sum + beside(memory), declared);
      expect(resources.ff, `${module.name}: flip-flops`).toBeLessThanOrEqual(allowed);
      const written = module.memories.filter(({ ports }) => ports.some(({ kind }) => kind === 'write'));
      const cells = resources.lutRam + 2 * resources.bram;
      expect(cells, `${module.name}: memory cells`).toBeGreaterThanOrEqual(written.length);
      const blocks = 2 * resources.bram;
      expect(blocks, `${module.name}: block RAM`).toBeGreaterThanOrEqual(halfBlocks[module.block] ?? 0);
    }
  });
});

test('the program memory of a lane is mapped, and not as a LUT RAM that nothing writes', async () => {
  const lanes = elaborate(designs['point engine']!).modules.filter(({ block }) => block === 'ec_lane');
  expect(lanes.length).toBeGreaterThan(0);
  const roms = lanes.flatMap(({ memories }) =>
    memories.filter(({ ports }) => ports.every(({ kind }) => kind === 'read')),
  );
  expect(roms.map(({ name }) => name)).toEqual(lanes.map(() => 'program'));
  for (const { style, init } of roms) {
    expect(style).not.toBe('distributed');
    expect(init).not.toBeNull();
  }
});
