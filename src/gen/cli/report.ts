// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import Table from 'cli-table3';
import { UsageError } from '../errors.ts';
import { packageDesign } from '../package/package-design.ts';
import { designParams } from '../params.ts';
import { findDesign } from '../registry.ts';
import type { Resources } from '../synth/resources.ts';
import { type InstanceReport, instanceReports } from '../synth/tree.ts';
import { synthesize, type SynthTarget, yosysVersion } from '../synth/yosys.ts';
import { collect, runCommand } from './main.ts';

interface ReportOptions {
  readonly design?: string;
  readonly preset?: string;
  readonly set: readonly string[];
  readonly target: string;
  readonly depth: string;
  readonly json?: boolean;
}

const targets: readonly SynthTarget[] = ['xilinx', 'ecp5', 'generic'];

const program = new Command('report')
  .description('Synthesizes a design with Yosys and reports LUT, FF, block RAM and DSP by instance.')
  .option('-d, --design <name>', 'the design')
  .option('-p, --preset <name>', 'named parameter set')
  .option('-s, --set <key=value>', 'change one parameter; repeatable', collect, [])
  .option('-t, --target <name>', 'xilinx, ecp5, generic, or all for the first two', 'all')
  .option('--depth <n>', 'levels of the hierarchy to show', '3')
  .option('--json', 'print the result as JSON')
  .action(report);

function report(options: ReportOptions): void {
  if (options.design === undefined) throw new UsageError('No design given.', 'Use --design NAME.');
  const depth = Number(options.depth);
  if (!Number.isInteger(depth) || depth < 0)
    throw new UsageError(`--depth cannot be ${options.depth}.`, 'Use 0, 1, 2 ...');
  const chosen = options.target === 'all' ? targets.slice(0, 2) : targets.filter((name) => name === options.target);
  if (chosen.length === 0)
    throw new UsageError(`There is no target ${options.target}.`, `Use all, ${targets.join(', ')}.`);
  const entry = findDesign(options.design);
  const { design, verilog } = packageDesign(entry, designParams(entry, options.preset, options.set));
  const version = yosysVersion();
  const results = chosen.map((target) => {
    if (!options.json) process.stderr.write(`synthesizing ${entry.name} for ${target} ...\n`);
    const started = performance.now();
    const rows = instanceReports(design.top, synthesize(verilog, design.top.name, target), depth);
    return { target, seconds: (performance.now() - started) / 1000, rows };
  });
  if (options.json) {
    console.log(JSON.stringify({ design: entry.name, yosys: version, results }, null, 2));
    return;
  }
  for (const { target, seconds, rows } of results) {
    console.log(`${entry.name} for ${target}, ${version.split(' (')[0]!}, ${seconds.toFixed(1)} s`);
    console.log(resourceTable(rows));
  }
}

const columns: readonly (keyof Resources)[] = ['lut', 'ff', 'lutRam', 'carry', 'bram', 'dsp', 'cells'];

function resourceTable(rows: readonly InstanceReport[]): string {
  const head = ['instance', 'module', 'LUT', 'FF', 'LUT RAM', 'carry', 'BRAM', 'DSP', 'cells', 'share'];
  const table = new Table({
    head,
    colAligns: ['left', 'left', ...columns.map(() => 'right' as const), 'right'],
    style: { head: [], border: [], compact: true },
  });
  const all = rows[0]!.resources.cells;
  for (const { path, module, depth, resources } of rows) {
    const name = '  '.repeat(depth) + path.split('.').at(-1)!;
    const share = all === 0 ? '' : `${((100 * resources.cells) / all).toFixed(1)} %`;
    table.push([name, module, ...columns.map((key) => resources[key]), share]);
  }
  return table.toString();
}

await runCommand(program);
