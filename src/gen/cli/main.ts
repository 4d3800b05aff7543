// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import pc from 'picocolors';
import { KilnError } from '../../ir/diagnostics.ts';
import { UsageError } from '../errors.ts';

/** Exit codes of every command: 0 done, 1 the work found a difference or fault, 2 wrong input. */
export const EXIT_FAULT = 1;
export const EXIT_USAGE = 2;

/** Runs a command line; errors of the user are one message with a cure, without a stack. */
export async function runCommand(program: Command): Promise<void> {
  program.configureOutput({ outputError: (text, write) => write(pc.red(text)) });
  program.exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  });
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${pc.red('error:')} ${error.message}\n${pc.dim('cure:')}  ${error.cure}`);
      process.exitCode = EXIT_USAGE;
    } else if (error instanceof KilnError) {
      console.error(error.message);
      process.exitCode = EXIT_USAGE;
    } else {
      throw error;
    }
  }
}

/** Collects a repeatable option. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
