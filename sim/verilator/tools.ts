// SPDX-License-Identifier: Apache-2.0
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findTool, runProgram, toolIdentity } from '../../src/gen/tools/programs.ts';
import { EngineError } from '../protocol/errors.ts';

export function needTool(name: string, debianPackage: string, purpose: string): string {
  const path = findTool(name);
  if (path !== null) return path;
  const cure = `run scripts/setup, or: apt-get install ${debianPackage}`;
  throw new EngineError('missing', `${name} is not installed; it is needed for ${purpose}. To install it, ${cure}`);
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
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { output, exitCode, signal } = await runProgram(command, args, cwd).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('missing', `Cannot start ${command}: ${reason}`);
  });
  if (exitCode === 0) return output;
  const how = signal === null ? `exit code ${exitCode}` : signal;
  throw new EngineError('build', `${command} failed (${how}).`, { output, exitCode, signal });
}
