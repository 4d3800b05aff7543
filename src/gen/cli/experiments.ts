// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import { type Experiment, type ExperimentResult, fails, type Finding } from '../../../sim/experiments/experiment.ts';
import { experiments } from '../../../sim/experiments/index.ts';
import { stem, writeResult } from '../../../sim/experiments/write.ts';
import { UsageError } from '../errors.ts';
import { suggestion } from '../params.ts';
import { EXIT_FAULT, runCommand } from './main.ts';

interface Options {
  readonly list?: boolean;
  readonly out?: string;
  readonly data?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}

const program = new Command('experiments')
  .description(
    'Runs the experiments of a paper on the hardware; prints ours beside the published value, writes CSV, SVG and a page.',
  )
  .argument('[system]', 'the system, as exion')
  .argument('[which...]', 'numbers or names; all unless given')
  .option('-l, --list', 'list the experiments')
  .option('-o, --out <folder>', 'folder for the files (docs/experiments/<system> unless given)')
  .option('--data <folder>', 'folder with recorded data')
  .option('--quick', 'fewer seeds and steps')
  .option('--json', 'print the results as JSON')
  .addHelpText(
    'after',
    '\nExit code 1 when a finding does not hold, known misses of a criterion excepted.\nExample:\n  npm run experiments -- exion 2 slots',
  )
  .action(run);

async function run(system: string | undefined, which: readonly string[], options: Options): Promise<void> {
  const systems = [...new Set(experiments.map((each) => each.system))];
  if (options.list) {
    for (const each of experiments)
      console.log(`${pc.bold(`${each.system} ${each.number} ${each.name}`)}  ${each.title}`);
    return;
  }
  if (system === undefined) throw new UsageError('No system given.', `Systems: ${systems.join(', ')}.`);
  if (!systems.includes(system)) {
    throw new UsageError(
      `There is no system ${system}.${suggestion(system, systems)}`,
      `Systems: ${systems.join(', ')}.`,
    );
  }
  const chosen = choose(
    experiments.filter((each) => each.system === system),
    which,
  );
  const folder = options.out ?? join('docs', 'experiments', system);
  const results: { name: string; result: ExperimentResult }[] = [];
  for (const experiment of chosen) {
    const result = await progressed(experiment, options);
    results.push({ name: stem(experiment), result });
    await writeResult(folder, experiment, result);
    if (!options.json) print(experiment, result, folder);
  }
  if (options.json) console.log(JSON.stringify(results, null, 2));
  if (results.some(({ result }) => result.findings.some(fails))) process.exitCode = EXIT_FAULT;
}

function choose(known: readonly Experiment[], which: readonly string[]): readonly Experiment[] {
  if (which.length === 0) return known;
  return which.map((word) => {
    const found = known.find((each) => each.name === word || String(each.number) === word);
    if (found) return found;
    const names = known.map((each) => each.name);
    throw new UsageError(`There is no experiment ${word}.${suggestion(word, names)}`, 'List them with --list.');
  });
}

async function progressed(experiment: Experiment, options: Options): Promise<ExperimentResult> {
  const bar =
    options.json || !process.stderr.isTTY
      ? null
      : new SingleBar({
          format: `${experiment.name} {bar} {percentage} % {what}`,
          hideCursor: true,
          clearOnComplete: true,
        });
  bar?.start(1000, 0, { what: '' });
  try {
    return await experiment.run({
      data: options.data ?? null,
      quick: options.quick ?? false,
      progress: (done, what) => bar?.update(Math.round(done * 1000), { what }),
    });
  } finally {
    bar?.stop();
  }
}

function print(experiment: Experiment, { columns, rows, findings, notes }: ExperimentResult, folder: string): void {
  console.log(pc.bold(`${experiment.number}. ${experiment.title}`));
  console.log(`published: ${experiment.published}`);
  const table = new Table({ head: [...columns], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  console.log(table.toString());
  for (const finding of findings) console.log(verdict(finding));
  for (const note of notes ?? []) console.log(`  ${note}`);
  console.log(pc.dim(`${join(folder, stem(experiment))}.csv .svg .md\n`));
}

function verdict({ text, holds, missed }: Finding): string {
  if (holds === null) return `  ${text}`;
  if (!holds && missed !== undefined) return pc.yellow(`  does not hold, known: ${text}: ${missed}`);
  return holds ? pc.green(`  holds: ${text}`) : pc.red(`  does not hold: ${text}`);
}

await runCommand(program);
