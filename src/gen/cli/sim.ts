// SPDX-License-Identifier: Apache-2.0
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import { availableEngines } from '../../../sim/index.ts';
import { workloads } from '../../../sim/workloads/index.ts';
import type { Workload, WorkloadReport, WorkloadTable } from '../../../sim/workloads/workload.ts';
import type { EngineKind } from '../../sim/engine.ts';
import { UsageError } from '../errors.ts';
import { designParams, suggestion } from '../params.ts';
import { findDesign } from '../registry.ts';
import { collect, EXIT_FAULT, runCommand } from './main.ts';

interface SimOptions {
  readonly design?: string;
  readonly workload?: string;
  readonly list?: boolean;
  readonly engine: string;
  readonly preset?: string;
  readonly set: readonly string[];
  readonly wave?: string;
  readonly data?: string;
  readonly limit?: string;
  readonly steps?: string;
  readonly part?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const program = new Command('sim')
  .description(
    'Runs a workload on a design and compares every result with the golden model. Exit code 1 when one differs.',
  )
  .option('-d, --design <name>', 'the design')
  .option('-w, --workload <name>', 'the workload')
  .option('-l, --list', 'list workloads')
  .option('-e, --engine <name>', 'embedded, verilator or icarus', 'embedded')
  .option('-p, --preset <name>', 'named parameter set')
  .option('-s, --set <key=value>', 'change one parameter; repeatable', collect, [])
  .option('--wave <file>', 'write waves of the run (VCD)')
  .option('--data <folder>', 'folder with the data of the workload')
  .option('--limit <n>', 'run only a part; the workload says of what')
  .option('--steps <a..b>', 'steps of a loop to run, a to b - 1')
  .option('--part <name>', 'run only one part; the workload says which there are')
  .option('--out <folder>', 'folder for the pictures of the workload')
  .option('--json', 'print the result as JSON')
  .addHelpText('after', '\nExample:\n  npm run sim -- --design exion --workload ffn-masks --engine verilator')
  .action(simulate);

async function simulate(options: SimOptions): Promise<void> {
  if (options.list) {
    for (const { design, name, doc } of workloads) console.log(`${pc.bold(`${design} ${name}`)}  ${doc}`);
    return;
  }
  if (options.design === undefined)
    throw new UsageError('No design given.', 'Use --design NAME; --list shows workloads.');
  const entry = await findDesign(options.design);
  const workload = findWorkload(entry.name, options.workload);
  const params = entry.make(designParams(entry, options.preset, options.set) as never).params as object;
  const bar =
    options.json || !process.stderr.isTTY
      ? null
      : new SingleBar({ format: '{bar} {percentage} % {what}', hideCursor: true, clearOnComplete: true });
  bar?.start(1000, 0, { what: '' });
  try {
    const report = await workload.run({
      params,
      engine: engineOf(options.engine),
      wave: options.wave ?? null,
      data: options.data ?? null,
      limit: options.limit === undefined ? null : positive(options.limit),
      steps: options.steps === undefined ? null : stepRange(options.steps),
      part: options.part ?? null,
      out: options.out ?? null,
      progress: (done, what) => bar?.update(Math.round(done * 1000), { what }),
    });
    bar?.stop();
    if (options.json) console.log(JSON.stringify(report, null, 2));
    else print(entry.name, workload, options.engine, report);
    if (!report.ok) process.exitCode = EXIT_FAULT;
  } finally {
    bar?.stop();
  }
}

function findWorkload(design: string, name: string | undefined): Workload {
  const known = workloads.filter((each) => each.design === design);
  const names = known.map((each) => each.name);
  if (names.length === 0) throw new UsageError(`${design} has no workload.`, 'List workloads with --list.');
  const found = known.find((each) => each.name === name);
  if (found) return found;
  const text =
    name === undefined ? 'No workload given.' : `${design} has no workload ${name}.${suggestion(name, names)}`;
  throw new UsageError(text, `Workloads: ${names.join(', ')}.`);
}

function engineOf(name: string): EngineKind {
  const kinds: readonly EngineKind[] = ['embedded', 'verilator', 'icarus'];
  const kind = kinds.find((each) => each === name);
  if (!kind)
    throw new UsageError(`There is no engine ${name}.${suggestion(name, kinds)}`, `Engines: ${kinds.join(', ')}.`);
  if (!availableEngines().includes(kind)) {
    throw new UsageError(`${name} was not found on this machine.`, 'Run scripts/setup, or use --engine embedded.');
  }
  return kind;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`--limit cannot be ${text}.`, 'Use a whole number from 1.');
  return value;
}

function stepRange(text: string): [number, number] {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (first === undefined || Number(last) <= Number(first))
    throw new UsageError(`--steps cannot be ${text}.`, 'Use a..b with a < b, as 0..4 for the first four.');
  return [Number(first), Number(last)];
}

function print(design: string, workload: Workload, engine: string, report: WorkloadReport): void {
  for (const table of report.tables) console.log(`${table.title}\n${tableText(table)}`);
  const rate = report.cycles / Math.max(report.seconds, 1e-9);
  const speed = `${report.cycles.toLocaleString('en')} cycles in ${report.seconds.toFixed(2)} s (${Math.round(rate).toLocaleString('en')} cycles/s, golden model included)`;
  console.log(`${design} ${workload.name} on ${engine}: ${speed}`);
  if (report.ok) console.log(pc.green(`all ${report.compared.toLocaleString('en')} results equal the golden model`));
  else console.log(pc.red(`different from the golden model: ${report.difference ?? ''}`));
}

function tableText({ head, rows }: WorkloadTable): string {
  const colAligns = head.map((_, i) => (i === 0 ? ('left' as const) : ('right' as const)));
  const table = new Table({ head: [...head], colAligns, style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

await runCommand(program);
