// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { EngineError } from '../protocol/errors.ts';

/** Full path of a program, or null. */
export function findTool(name: string): string | null {
  if (name.includes('/')) return existsSync(name) ? name : null;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

export function needTool(name: string, debianPackage: string, purpose: string): string {
  const path = findTool(name);
  if (path !== null) return path;
  const cure = `run scripts/setup, or: apt-get install ${debianPackage}`;
  throw new EngineError('missing', `${name} is not installed; it is needed for ${purpose}. To install it, ${cure}`);
}

/**
 * Changes when a program is replaced. Cheaper than asking every program for its version each time a cached model is
 * looked up.
 */
export function toolIdentity(path: string): string {
  const real = realpathSync(path);
  const { size, mtimeMs } = statSync(real);
  return `${real}:${size}:${mtimeMs}`;
}

export interface Compiler {
  readonly path: string;
  readonly kind: 'clang' | 'gcc';
  readonly identity: string;
}

/** `KILN_CXX` or the setting, else clang++ (faster models of regular designs, builds twice as fast), else g++. */
export function findCompiler(wanted?: string): Compiler {
  const name = wanted ?? process.env['KILN_CXX'] ?? '';
  const candidates = name === '' ? ['clang++', 'g++', 'c++'] : [name];
  for (const candidate of candidates) {
    const path = findTool(candidate);
    if (path === null) continue;
    return { path, kind: /clang/.test(candidate) ? 'clang' : 'gcc', identity: toolIdentity(path) };
  }
  needTool(candidates[0] === 'clang++' ? 'g++' : candidates[0]!, 'g++', "compiling Verilator's models");
  throw new Error('unreachable');
}

/** Folder with node_api.h, or null: then models run in a child process only. */
export function findNodeHeaders(wanted?: string): string | null {
  const forced = wanted ?? process.env['KILN_NODE_HEADERS'];
  const folders =
    forced !== undefined
      ? [forced]
      : [
          join(dirname(process.execPath), '../include/node'),
          join(dirname(realpathSync(process.execPath)), '../include/node'),
          '/usr/include/node',
          '/usr/local/include/node',
          '/usr/include/nodejs/src',
        ];
  return folders.find((folder) => existsSync(join(folder, 'node_api.h'))) ?? null;
}

/** Runs a program to its end and returns what it printed; fails with the end of that when it fails. */
export function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => reject(new EngineError('missing', `Cannot start ${command}: ${error.message}`)));
    child.on('close', (exitCode, signal) => {
      if (exitCode === 0) {
        resolve(output);
        return;
      }
      const how = signal === null ? `exit code ${exitCode}` : signal;
      reject(new EngineError('build', `${command} failed (${how}).`, { output, exitCode, signal }));
    });
  });
}
