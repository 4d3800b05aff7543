// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of the command line as a user would, without colours. */
export function command(name: 'gen' | 'sim' | 'report' | 'experiments', ...args: readonly string[]): CommandResult {
  const run = spawnSync(process.execPath, ['--import', 'tsx', `src/gen/cli/${name}.ts`, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}
