// SPDX-License-Identifier: Apache-2.0
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Project, type SourceFile } from 'ts-morph';
import { SCANNED } from './config.ts';

/** A path on the command line that cannot be checked. */
export class PathError extends Error {}

export interface Selection {
  readonly project: Project;
  readonly files: SourceFile[];
}

/**
 * The files that are always checked, and `paths` (files, or folders with all below them) on top. Only these are loaded;
 * what they import follows as far as their types ask for it, which keeps the check fast.
 */
export function selectFiles(root: string, paths: readonly string[]): Selection {
  const project = new Project({
    tsConfigFilePath: join(root, 'tsconfig.json'),
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    // Node's own types would take a second to read and no hardware value comes from there.
    compilerOptions: { skipLibCheck: true, skipDefaultLibCheck: true, types: [] },
  });
  const patterns = SCANNED.map((pattern) => join(root, pattern));
  for (const path of paths) {
    const absolute = resolve(path);
    if (!existsSync(absolute)) throw new PathError(`no such file or folder: ${path}`);
    if (statSync(absolute).isDirectory()) patterns.push(join(absolute, '**/*.ts'));
    else if (/\.[cm]?tsx?$/.test(absolute)) patterns.push(absolute);
    else throw new PathError(`not a TypeScript file: ${path}`);
  }
  const files = project.addSourceFilesAtPaths(patterns).filter((file) => !file.isDeclarationFile());
  return { project, files: [...new Set(files)].sort(byPath) };
}

function byPath(a: SourceFile, b: SourceFile): number {
  return a.getFilePath() < b.getFilePath() ? -1 : 1;
}
