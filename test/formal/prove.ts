// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Command } from 'commander';
import { proofs } from './proofs.ts';
import { proofList } from './report.ts';
import { type ProofResult, runProof } from './run-proof.ts';

interface Options {
  readonly list?: true;
  readonly only?: string;
  readonly json?: true;
  readonly write?: true;
  readonly limit: string;
}

const program = new Command('prove')
  .description('Proves properties of library blocks with Yosys, abc and z3.')
  .option('--list', 'names and claims, without running anything')
  .option('--only <name>', 'one proof')
  .option('--json', 'results as JSON')
  .option('--write', 'results into docs/proofs.md')
  .option('--limit <seconds>', 'longest time of one tool run', '300')
  .parse();
const options = program.opts<Options>();

const chosen = options.only === undefined ? proofs : proofs.filter(({ name }) => name === options.only);
if (chosen.length === 0) {
  console.error(
    `There is no proof called ${options.only}. The proofs are: ${proofs.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

if (options.list) {
  for (const { name, claim } of chosen) console.log(`${name.padEnd(26)}${claim}`);
} else {
  const results: ProofResult[] = [];
  for (const proof of chosen) {
    if (!options.json) process.stderr.write(`${proof.name} ... `);
    const result = await runProof(proof, Number(options.limit));
    if (!options.json) process.stderr.write(`${result.passed ? 'proved' : 'FAILED'}\n`);
    results.push(result);
  }
  if (options.json) console.log(JSON.stringify(results.map(asData), null, 2));
  else print(results);
  if (options.write) writeFileSync(new URL('../../docs/proofs.md', import.meta.url), proofList(results));
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}

function asData({ proof, verdict, control, passed }: ProofResult): object {
  const { name, claim, method } = proof;
  return {
    name,
    claim,
    method,
    passed,
    holds: verdict.holds,
    seconds: verdict.seconds,
    refuted: control.refuted,
    controlSeconds: control.seconds,
  };
}

function print(results: readonly ProofResult[]): void {
  const table = new Table({ head: ['proof', 'method', 'proved', 's', 'bug found', 's'] });
  for (const { proof, verdict, control } of results) {
    table.push([
      proof.name,
      proof.method.kind,
      verdict.holds ? 'yes' : 'NO',
      verdict.seconds.toFixed(1),
      control.refuted ? 'yes' : 'NO',
      control.seconds.toFixed(1),
    ]);
  }
  console.log(table.toString());
  for (const { proof, verdict } of results) if (!verdict.holds) console.log(`\n${proof.name}:\n${verdict.log}`);
}
