// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What every emitted file has, whoever made it. */
export interface VerilogText {
  readonly name: string;
  readonly module: string;
  readonly text: string;
}

interface LintOptions {
  /** Top module; the last file's unless said. */
  readonly top?: string;
  /** Also with the properties compiled in, for simulators and for proofs. */
  readonly properties?: boolean;
}

/** Runs a body in a fresh folder that holds the files, and removes it. */
export async function withFiles<T>(files: readonly VerilogText[], body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'kiln-verilog-'));
  try {
    await Promise.all(files.map((file) => writeFile(join(folder, file.name), file.text)));
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a tool and returns all that it says; a failing tool's exit code is part of that. */
export function run(tool: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(tool, args, { cwd, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const failure = error && stdout + stderr === '' ? `${tool}: ${error.message}` : '';
      resolve((stdout + stderr + failure).trim());
    });
  });
}

/** Throws with everything that Verilator, Icarus and Yosys have to say about the files, unless they say nothing. */
export async function lintVerilog(files: readonly VerilogText[], options: LintOptions = {}): Promise<void> {
  const top = options.top ?? files.at(-1)!.module;
  const names = files.map((file) => file.name);
  const said = await withFiles(files, (folder) => {
    const verilator = ['--lint-only', '-Wall', '--top-module', top];
    const yosys = (read: string): string[] => [
      '-q',
      '-p',
      `${read} ${names.join(' ')}; hierarchy -check -top ${top}; proc; check -assert`,
    ];
    const icarus = ['-Wall', '-g2005', '-s', top, '-o', '/dev/null'];
    const jobs = [
      run('verilator', [...verilator, ...names], folder),
      run('iverilog', [...icarus, ...names], folder),
      run('yosys', yosys('read_verilog'), folder),
    ];
    if (options.properties) {
      jobs.push(run('verilator', [...verilator, '-DKILN_ASSERT', ...names], folder));
      jobs.push(run('iverilog', [...icarus, '-DKILN_ASSERT', ...names], folder));
      jobs.push(run('yosys', yosys('read_verilog -formal -DFORMAL'), folder));
    }
    return Promise.all(jobs);
  });
  const complaints = said.filter((text) => text !== '');
  if (complaints.length > 0) throw new Error([...complaints, ...files.map((file) => numbered(file))].join('\n\n'));
}

function numbered({ name, text }: VerilogText): string {
  const lines = text.split('\n').map((line, i) => `${String(i + 1).padStart(4)} ${line}`);
  return [`--- ${name}`, ...lines].join('\n');
}
