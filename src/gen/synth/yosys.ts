// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { runProgram } from '../tools/programs.ts';
import { cellsOf, type Cells, moduleCells, type ModuleCells } from './cells.ts';
import { flows, type SynthTarget } from './target.ts';
import type { SynthUnit } from './unit.ts';

/** Version line of Yosys. Throws a `UsageError` with the install line when it is missing. */
export function yosysVersion(): string {
  const run = spawnSync('yosys', ['-V'], { encoding: 'utf8' });
  if (run.status === 0) return run.stdout.trim();
  throw new UsageError('yosys was not found.', 'Run scripts/setup, or apt-get install yosys.');
}

/** Not after the flow, which makes loops of look-up tables of latches where the target has none. */
const NO_LATCH: readonly string[] = ['proc', 'select -assert-none t:$dlatch t:$adlatch t:$dlatchsr'];

/** Parent of all units of a run, so that the flow, which wants one top, takes them all. */
const ALL = 'kiln_all_units';

/**
 * Synthesizes units in one run of Yosys and counts the cells of each. The run has a start of its own of some seconds (the
 * libraries of the target are read again and again), so small units should share one; with the hierarchy kept they do not
 * touch each other. Latches are refused: no block has one, and a netlist with latches is a fault of the generator.
 */
export async function synthesizeUnits(units: readonly SynthUnit[], target: SynthTarget): Promise<ModuleCells> {
  const own = new Set(units.map((unit) => unit.module));
  const shells = new Map(units.flatMap((unit) => unit.children.map((child) => [child.module, child.shell])));
  const instances = units.map((unit, i) => `  (* keep *) ${unit.module} u${i} ();\n`);
  const text = [
    ...[...shells].filter(([module]) => !own.has(module)).map(([, shell]) => shell),
    ...units.map((unit) => unit.text),
    `module ${ALL};\n${instances.join('')}endmodule\n`,
  ].join('\n');
  const modules = await countCells(text, [`hierarchy -check -top ${ALL}`, ...NO_LATCH, ...flows[target](ALL)]);
  const found = units.map((unit): [string, Cells] => {
    const children = new Set(unit.children.map((child) => child.module));
    return [unit.module, cellsOf(modules, unit.module, (type) => children.has(type))];
  });
  return new Map(found);
}

/** Runs a script on one text; gives the cells of every module that is left at its end. */
async function countCells(verilog: string, script: readonly string[]): Promise<ModuleCells> {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-yosys-'));
  try {
    writeFileSync(join(folder, 'units.v'), verilog);
    writeFileSync(
      join(folder, 'run.ys'),
      ['read_verilog units.v', ...script, 'tee -q -o stat.txt stat', ''].join('\n'),
    );
    const { exitCode, signal, output } = await runProgram('yosys', ['-q', '-s', 'run.ys'], folder);
    if (exitCode !== 0) throw new Error(`yosys failed (${signal ?? exitCode}):\n${output.slice(-2000)}`);
    return moduleCells(readFileSync(join(folder, 'stat.txt'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
