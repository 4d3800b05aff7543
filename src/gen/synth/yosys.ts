// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { VerilogFile } from '../verilog/index.ts';

export type SynthTarget = 'xilinx' | 'ecp5' | 'generic';

/** Hierarchy is kept, so that cells can be counted by instance. */
const flow: Readonly<Record<SynthTarget, (top: string) => string>> = {
  xilinx: (top) => `synth_xilinx -top ${top} -noiopad -noclkbuf`,
  ecp5: (top) => `synth_ecp5 -top ${top} -noflatten`,
  generic: (top) => `synth -top ${top}`,
};

/** Cells of each module by type, children counted as cells of their module's name. */
export type ModuleCells = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Version line of Yosys. Throws a `UsageError` with the install line when it is missing. */
export function yosysVersion(): string {
  const run = spawnSync('yosys', ['-V'], { encoding: 'utf8' });
  if (run.status === 0) return run.stdout.trim();
  throw new UsageError('yosys was not found.', 'Run scripts/setup, or apt-get install yosys.');
}

/** Synthesizes with Yosys and counts the cells of every module. */
export function synthesize(files: readonly VerilogFile[], top: string, target: SynthTarget): ModuleCells {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-yosys-'));
  try {
    for (const file of files) writeFileSync(join(folder, file.name), file.text);
    const script = [
      ...files.map((file) => `read_verilog ${file.name}`),
      `hierarchy -check -top ${top}`,
      flow[target](top),
      'tee -q -o stat.txt stat',
    ];
    writeFileSync(join(folder, 'run.ys'), script.join('\n'));
    const run = spawnSync('yosys', ['-q', '-s', 'run.ys'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 });
    if (run.status !== 0) throw new Error(`yosys failed:\n${(run.stderr || run.stdout).slice(-2000)}`);
    return moduleCells(readFileSync(join(folder, 'stat.txt'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads what `stat` prints; its JSON form is broken in Yosys 0.23 by the hierarchy that it adds as text. */
export function moduleCells(text: string): ModuleCells {
  const modules = new Map<string, Map<string, number>>();
  let cells: Map<string, number> | null = null;
  for (const line of text.split('\n')) {
    const title = /^=== (.*) ===$/.exec(line);
    if (title) {
      cells = title[1] === 'design hierarchy' ? null : new Map<string, number>();
      if (cells) modules.set(title[1]!.replace(/^\\/, ''), cells);
      continue;
    }
    const cell = /^ {5}(\S+) +(\d+)$/.exec(line);
    if (cell) cells?.set(cell[1]!.replace(/^\\/, ''), Number(cell[2]));
  }
  return modules;
}
