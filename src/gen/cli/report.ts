// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import Table from 'cli-table3';
import { UsageError } from '../errors.ts';
import { packageDesign } from '../package/package-design.ts';
import { designParams } from '../params.ts';
import { findDesign } from '../registry.ts';
import { measureFrequency } from '../synth/frequency.ts';
import { device } from '../synth/nextpnr.ts';
import type { Resources } from '../synth/resources.ts';
import { synthesize } from '../synth/synthesize.ts';
import type { SynthTarget } from '../synth/target.ts';
import { type InstanceReport, instanceReports } from '../synth/tree.ts';
import { synthUnits } from '../synth/unit.ts';
import { yosysVersion } from '../synth/yosys.ts';
import { frequencyTable } from './frequency-table.ts';
import { collect, runCommand } from './main.ts';
import { slowLine, synthProgress } from './synth-progress.ts';

interface ReportOptions {
  readonly design?: string;
  readonly preset?: string;
  readonly set: readonly string[];
  readonly target: string;
  readonly depth: string;
  readonly frequency?: boolean;
  readonly json?: boolean;
}

const targets: readonly SynthTarget[] = ['xilinx', 'ecp5', 'cmos'];

const program = new Command('report')
  .description('Synthesizes a design with Yosys, module by module, and reports LUT, FF, block RAM and DSP by instance.')
  .option('-d, --design <name>', 'the design')
  .option('-p, --preset <name>', 'named parameter set')
  .option('-s, --set <key=value>', 'change one parameter; repeatable', collect, [])
  .option('-t, --target <name>', 'xilinx, ecp5, cmos (gates and transistors), or all for the first two', 'all')
  .option('--depth <n>', 'levels of the hierarchy to show', '3')
  .option(
    '-f, --frequency',
    'place and route with nextpnr instead: MHz and longest path, of the design or the parts that fit',
  )
  .option('--json', 'print the result as JSON')
  .action(report);

async function report(options: ReportOptions): Promise<void> {
  if (options.design === undefined) throw new UsageError('No design given.', 'Use --design NAME.');
  const depth = Number(options.depth);
  if (!Number.isInteger(depth) || depth < 0)
    throw new UsageError(`--depth cannot be ${options.depth}.`, 'Use 0, 1, 2 ...');
  const chosen = options.target === 'all' ? targets.slice(0, 2) : targets.filter((name) => name === options.target);
  if (chosen.length === 0)
    throw new UsageError(`There is no target ${options.target}.`, `Use all, ${targets.join(', ')}.`);
  const entry = await findDesign(options.design);
  const version = yosysVersion();
  const { design, verilog } = packageDesign(entry, designParams(entry, options.preset, options.set));
  if (options.frequency) {
    const found = await measureFrequency(design.top, verilog, slowLine);
    if (options.json) console.log(JSON.stringify({ design: entry.name, device: device.name, found }, null, 2));
    else console.log(`${entry.name} on ${device.name}\n${frequencyTable(found)}`);
    return;
  }
  const units = synthUnits(design.modules, verilog);
  const results: { target: SynthTarget; seconds: number; rows: InstanceReport[] }[] = [];
  for (const target of chosen) {
    const started = performance.now();
    const rows = instanceReports(design.top, await synthesize(units, target, synthProgress()), depth);
    const seconds = (performance.now() - started) / 1000;
    results.push({ target, seconds, rows });
    if (options.json) continue;
    console.log(`${entry.name} for ${target}, ${version.split(' (')[0]!}, ${seconds.toFixed(1)} s`);
    console.log(resourceTable(rows, target));
  }
  if (options.json) console.log(JSON.stringify({ design: entry.name, yosys: version, results }, null, 2));
}

const titles: Readonly<Record<keyof Resources, string>> = {
  lut: 'LUT',
  ff: 'FF',
  lutRam: 'LUT RAM',
  carry: 'carry',
  bram: 'BRAM',
  dsp: 'DSP',
  transistors: 'transistors',
  cells: 'cells',
};
const columns: readonly (keyof Resources)[] = ['lut', 'ff', 'lutRam', 'carry', 'bram', 'dsp', 'cells'];
const cmosColumns: readonly (keyof Resources)[] = ['ff', 'cells', 'transistors'];

/** Shares are of the cells, or of what stands for area in CMOS: the transistors. */
function resourceTable(rows: readonly InstanceReport[], target: SynthTarget): string {
  const shown = target === 'cmos' ? cmosColumns : columns;
  const measure = target === 'cmos' ? 'transistors' : 'cells';
  const table = new Table({
    head: ['instance', 'module', ...shown.map((key) => titles[key]), 'memory bits', 'share'],
    colAligns: ['left', 'left', ...shown.map(() => 'right' as const), 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const all = rows[0]!.resources[measure];
  for (const { path, module, depth, resources, memoryBits } of rows) {
    const name = '  '.repeat(depth) + path.split('.').at(-1)!;
    const share = all === 0 ? '' : `${((100 * resources[measure]) / all).toFixed(1)} %`;
    table.push([name, module, ...shown.map((key) => resources[key]), memoryBits, share]);
  }
  return table.toString();
}

await runCommand(program);
