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

interface StatReport {
  readonly modules: Readonly<Record<string, { readonly num_cells_by_type: Readonly<Record<string, number>> }>>;
}

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
      'tee -q -o stat.json stat -json',
    ];
    writeFileSync(join(folder, 'run.ys'), script.join('\n'));
    const run = spawnSync('yosys', ['-q', '-s', 'run.ys'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 });
    if (run.status !== 0) throw new Error(`yosys failed:\n${(run.stderr || run.stdout).slice(-2000)}`);
    const report = JSON.parse(readFileSync(join(folder, 'stat.json'), 'utf8')) as StatReport;
    return new Map(
      Object.entries(report.modules).map(([name, { num_cells_by_type }]) => [
        name.replace(/^\\/, ''),
        new Map(Object.entries(num_cells_by_type).map(([type, count]) => [type.replace(/^\\/, ''), count])),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
