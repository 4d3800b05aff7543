// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What counts as source by its ending. A file without one counts when it is a script, that is, starts with `#!`. */
const SOURCE_ENDINGS: ReadonlySet<string> = new Set([
  '.c',
  '.cc',
  '.cjs',
  '.cpp',
  '.h',
  '.hbs',
  '.js',
  '.mjs',
  '.py',
  '.sh',
  '.sv',
  '.tcl',
  '.ts',
  '.v',
]);

const SPDX = 'SPDX-License-Identifier: Apache-2.0';

/** The line may stand below a `#!` or a file header, but not deeper than a reader's first glance. */
const WITHIN_LINES = 3;

const NOT_WALKED: ReadonlySet<string> = new Set(['.git', 'coverage', 'node_modules', 'rtl-out']);

/** The files under version control, or all of an unpacked archive, by path relative to `root`. */
export function projectFiles(root: string): string[] {
  let listed: string[] = [];
  try {
    const output = execFileSync('git', ['ls-files', '-z'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    listed = output.split('\0').filter((path) => path !== '');
  } catch {
    // no git, or not a clone: look at what is there
  }
  const files = listed.length > 0 ? listed : walk(root, '');
  return files.filter((path) => existsSync(join(root, path))).sort();
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_WALKED.has(entry.name) ? [] : walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/** The source files among `paths` that do not state their licence, each as a line to show. */
export function missingLicences(root: string, paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const text = sourceText(root, path);
    if (text === null) return [];
    const top = text.split('\n', WITHIN_LINES);
    return top.some((line) => line.includes(SPDX))
      ? []
      : [`${path}:1  no "${SPDX}" in the first ${WITHIN_LINES} lines`];
  });
}

function sourceText(root: string, path: string): string | null {
  const ending = extname(basename(path));
  if (ending !== '' && !SOURCE_ENDINGS.has(ending)) return null;
  const text = readFileSync(join(root, path), 'utf8');
  return ending === '' && !text.startsWith('#!') ? null : text;
}

function main(): void {
  const root = resolve(import.meta.dirname, '..');
  const missing = missingLicences(root, projectFiles(root));
  for (const line of missing) console.error(line);
  process.exitCode = missing.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
