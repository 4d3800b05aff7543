// SPDX-License-Identifier: Apache-2.0
import { relative } from 'node:path';
import type { Project, SourceFile } from 'ts-morph';
import { TrapFinder } from './check.ts';
import { IMPLEMENTATIONS } from './config.ts';
import type { Finding } from './finding.ts';

/** Checks `files`, naming them relative to `root`. */
export function lintFiles(project: Project, files: readonly SourceFile[], root: string): Finding[] {
  const program = project.getProgram().compilerObject;
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const path = relative(root, file.getFilePath()).replaceAll('\\', '/');
    if (path in IMPLEMENTATIONS) return [];
    return new TrapFinder(checker, file.compilerNode, path).find();
  });
}
