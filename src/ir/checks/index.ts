// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import type { Decl, Module } from '../module.ts';
import { readDecls, rootExprs } from '../walk.ts';
import { Atoms } from './atoms.ts';
import { checkCrossings } from './crossings.ts';
import { checkDomainMap } from './domain-map.ts';
import { checkLatches } from './latches.ts';
import { checkLoops } from './loops.ts';
import { checkMemories } from './memories.ts';
import { checkNames } from './names.ts';
import { checkOverridden } from './overridden.ts';
import { checkUndriven } from './undriven.ts';
import { checkUnread } from './unread.ts';
import { checkWidths } from './widths.ts';

/** One pass: findings about a module whose children have passed all of them. `atoms` and `read`, what it reads, are the module's. */
export type Check = (module: Module, atoms: Atoms, read: ReadonlySet<Decl>) => Diagnostic[];

/** In the order in which a user wants to read findings. All rely on `checkWidths`. */
const checks: readonly Check[] = [
  checkNames,
  checkUndriven,
  checkOverridden,
  checkLatches,
  checkLoops,
  checkMemories,
  checkDomainMap,
  checkCrossings,
  checkUnread,
];

/** All findings about a finished module, errors and warnings. Children are checked before their parents. */
export function checkModule(module: Module): Diagnostic[] {
  checkWidths(module);
  const atoms = new Atoms(module);
  const read = readDecls(rootExprs(module));
  return checks.flatMap((check) => check(module, atoms, read));
}
