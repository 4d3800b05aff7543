// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { Command } from 'commander';
import Table from 'cli-table3';
import pc from 'picocolors';
import { type BenchRow, meets } from './row.ts';

interface Suite {
  readonly run: () => Promise<readonly BenchRow[]>;
}

const here = new URL('.', import.meta.url);

/** Every file `bench/<folder>/<name>.ts` that exports `run` is a suite. */
function suiteNames(): string[] {
  const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) =>
    readdirSync(new URL(`${name}/`, here))
      .filter((file) => file.endsWith('.bench.ts'))
      .map((file) => `${name}/${file.replace('.bench.ts', '')}`),
  );
}

const program = new Command('bench')
  .description('Measures Kiln beside named peers and limits; every ratio is from one run on this machine.')
  .argument('[suites...]', 'suites to run, all unless named')
  .option('--list', 'list the suites')
  .option('--json', 'print the rows as JSON')
  .action(async (chosen: string[], options: { list?: boolean; json?: boolean }) => {
    const names = suiteNames();
    if (options.list) {
      console.log(names.join('\n'));
      return;
    }
    const unknown = chosen.find((name) => !names.some((each) => each.startsWith(name)));
    if (unknown !== undefined) {
      console.error(`There is no suite ${unknown}; there are ${names.join(', ')}.`);
      process.exitCode = 2;
      return;
    }
    const all: BenchRow[] = [];
    for (const name of names.filter((each) => chosen.length === 0 || chosen.some((c) => each.startsWith(c)))) {
      process.stderr.write(`${name} ...\n`);
      const suite = (await import(new URL(`${name}.bench.ts`, here).href)) as Suite;
      const rows = await suite.run();
      all.push(...rows);
      if (!options.json) console.log(table(name, rows));
    }
    if (options.json) console.log(JSON.stringify(all, null, 2));
  });

function table(name: string, rows: readonly BenchRow[]): string {
  const made = new Table({
    head: [name, 'value', 'beside', 'ratio', 'target', ''],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const verdict = meets(row);
    const mark = verdict === null ? '' : verdict ? pc.green('met') : pc.yellow('missed');
    made.push([row.name, `${figure(row.value)} ${row.unit}`, row.peer, row.ratio.toFixed(2), row.target, mark]);
  }
  return made.toString();
}

function figure(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

await program.parseAsync();
