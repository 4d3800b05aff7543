// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ExtraFile } from '../design.ts';
import { UsageError } from '../errors.ts';

/**
 * Writes files to a folder as a whole: into a temporary folder beside it, which then takes its place. A folder that something other than
 * this generator made is never replaced.
 */
export function writeFolder(folder: string, files: readonly (ExtraFile & { readonly executable?: boolean })[]): void {
  const target = resolve(folder);
  const parent = dirname(target);
  if (existsSync(target) && !isOurs(target)) {
    throw new UsageError(
      `${folder} exists and is not an output of this generator.`,
      'Choose another --out, or remove it.',
    );
  }
  let scratch: string | undefined;
  try {
    mkdirSync(parent, { recursive: true });
    scratch = mkdtempSync(join(parent, `.${basename(target)}-`));
    for (const { name, text, executable } of files)
      writeFileSync(join(scratch, name), text, { mode: executable ? 0o755 : 0o644 });
    const old = `${scratch}.old`;
    if (existsSync(target)) renameSync(target, old);
    renameSync(scratch, target);
    rmSync(old, { recursive: true, force: true });
  } catch (error) {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UsageError(`Cannot write to ${folder}: ${reason}.`, 'Choose a folder that you may write to with --out.');
  }
}

function isOurs(folder: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { generator?: unknown };
    return typeof manifest.generator === 'string' && manifest.generator.startsWith('Kiln ');
  } catch {
    return false;
  }
}
