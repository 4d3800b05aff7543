// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { packageDesign } from '../../../src/gen/package/package-design.ts';
import { designParams } from '../../../src/gen/params.ts';
import { findDesign } from '../../../src/gen/registry.ts';
import type { ModuleCells } from '../../../src/gen/synth/cells.ts';
import { noResources, type Resources } from '../../../src/gen/synth/resources.ts';
import { synthesize, type SynthProgress } from '../../../src/gen/synth/synthesize.ts';
import { flows } from '../../../src/gen/synth/target.ts';
import { instanceReports } from '../../../src/gen/synth/tree.ts';
import { type SynthUnit, synthUnits } from '../../../src/gen/synth/unit.ts';
import { synthesizeUnits } from '../../../src/gen/synth/yosys.ts';
import { cellsInOneRun, transistorsByYosys } from '../../support/yosys.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiln-synth-'));
  vi.stubEnv('KILN_CACHE', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Counts the runs of Yosys and the modules that they were about. */
function counter(): SynthProgress & { readonly modules: string[] } {
  const modules: string[] = [];
  return { modules, start: () => undefined, done: (names) => void modules.push(...names), stop: () => undefined };
}

async function design(name: string, preset?: string, changes: readonly string[] = []) {
  const entry = await findDesign(name);
  const { design: elaborated, verilog } = packageDesign(entry, designParams(entry, preset, changes));
  return { top: elaborated.top, verilog, units: synthUnits(elaborated.modules, verilog) };
}

function unit(module: string, body: string, children: SynthUnit['children'] = []): SynthUnit {
  const text = `module ${module} (\n  input wire clk,\n  input wire a,\n  output reg b\n);\n${body}\nendmodule\n`;
  return { module, text, children, identity: [body] };
}

const exact: readonly (keyof Resources)[] = ['ff', 'lutRam', 'bram', 'dsp', 'carry'];

test.each(['xilinx', 'ecp5'] as const)(
  'modules one by one have the cells of one run over the design: %s',
  async (target) => {
    const { top, verilog, units } = await design('conmerge', 'tiny');
    const [apart] = instanceReports(top, await synthesize(units, target), 0);
    const [whole] = instanceReports(top, await cellsInOneRun(verilog, top.name, target), 0);
    const pick = (resources: Resources) => exact.map((key) => resources[key]);
    expect(pick(whole!.resources)).not.toEqual(pick(noResources));
    expect(pick(apart!.resources)).toEqual(pick(whole!.resources));
    // The mapping of logic depends on the order in which cells are listed.
    expect(apart!.resources.lut / whole!.resources.lut).toBeGreaterThan(0.9);
    expect(apart!.resources.lut / whole!.resources.lut).toBeLessThan(1.1);
  },
);

test('a second time nothing is run, a change runs only what it touches', async () => {
  const first = counter();
  const { units } = await design('stream_fifo');
  const cells = await synthesize(units, 'cmos', first);
  expect(first.modules.toSorted()).toEqual([...units.keys()].toSorted());
  const again = counter();
  expect(await synthesize(units, 'cmos', again)).toEqual(cells);
  expect(again.modules).toEqual([]);
  const changed = counter();
  const wider = await design('stream_fifo', undefined, ['width=9']);
  await synthesize(wider.units, 'cmos', changed);
  expect(changed.modules).toEqual(['stream_fifo']);
  expect(readdirSync(folder).every((name) => name.startsWith('synth-cmos-'))).toBe(true);
});

test('modules that differ in their names only are synthesized once', async () => {
  const parent = (name: string, child: string): SynthUnit => ({
    module: name,
    text: `module ${name} (\n  input wire a,\n  output wire b\n);\n  ${child} c (.a(a), .b(b));\nendmodule\n`,
    children: [{ module: child, shell: `(* blackbox *)\nmodule ${child} (input wire a, output wire b);\nendmodule\n` }],
    identity: ['parent'],
  });
  const runs = counter();
  const units = new Map([parent('p', 'x'), parent('q', 'y')].map((each) => [each.module, each]));
  const cells = await synthesize(units, 'cmos', runs);
  expect(runs.modules).toEqual(['p']);
  expect([...cells.get('p')!]).toEqual([['x', 1]]);
  expect([...cells.get('q')!]).toEqual([['y', 1]]);
});

test('a latch is refused', async () => {
  const latch = unit('holds', '  always @* if (clk) b = a;');
  await expect(synthesizeUnits([latch], 'ecp5')).rejects.toThrow('selection is not empty');
});

test('a child stays a child, and its ports are enough', async () => {
  const child = unit('inner', '  always @(posedge clk) b <= a;');
  const shell = '(* blackbox *)\nmodule inner (input wire clk, input wire a, output wire b);\nendmodule\n';
  const text =
    'module outer (\n  input wire clk,\n  input wire a,\n  output wire b\n);\n  wire c;\n  inner one (.clk(clk), .a(a), .b(c));\n  inner two (.clk(clk), .a(c), .b(b));\nendmodule\n';
  const outer: SynthUnit = { module: 'outer', text, children: [{ module: 'inner', shell }], identity: ['outer'] };
  const alone = await synthesizeUnits([outer], 'cmos');
  const together: ModuleCells = await synthesizeUnits([outer, child], 'cmos');
  expect([...alone.get('outer')!]).toEqual([['inner', 2]]);
  expect([...together.get('outer')!]).toEqual([['inner', 2]]);
  expect([...together.get('inner')!]).toEqual([['$_DFF_P_', 1]]);
});

test('transistors are those that Yosys counts', async () => {
  const { top, verilog, units } = await design('round_robin_arbiter');
  const [row] = instanceReports(top, await synthesize(units, 'cmos'), 0);
  expect(row!.resources.ff).toBeGreaterThan(0);
  expect(row!.resources.transistors).toBe(await transistorsByYosys(verilog, flows.cmos(top.name)));
});

test('a memory is left whole for CMOS, and its bits are counted', async () => {
  const { top, units } = await design('stream_fifo', undefined, ['depth=64', 'width=16']);
  const [row] = instanceReports(top, await synthesize(units, 'cmos'), 0);
  expect(row!.memoryBits).toBe(64 * 16);
  expect(row!.resources.ff).toBeLessThan(64);
});

test('a memory that asks for registers has them', async () => {
  const { top, units } = await design('stream_fifo', undefined, ['depth=4', 'width=16', 'storage=registers']);
  const [row] = instanceReports(top, await synthesize(units, 'cmos'), 0);
  expect(row!.resources.ff).toBeGreaterThanOrEqual(64);
});
