// SPDX-License-Identifier: Apache-2.0
import type { Driven, Stmt } from '../../ir/module.ts';
import { DisjointSets } from './disjoint-sets.ts';
import { forEachTarget, project } from './project.ts';

/** Combinational targets that the same when/switch trees drive, with those statements in order. */
export interface CombGroup {
  readonly targets: readonly Driven[];
  readonly body: readonly Stmt[];
}

/** The combinational part of a body, split into groups that share no statement. Nearly linear. */
export function groupComb(body: readonly Stmt[]): CombGroup[] {
  const sets = new DisjointSets<Driven>();
  const entries: { stmt: Stmt; targets: readonly Driven[] }[] = [];
  /** Signals other than registers that a statement drives, and how often it drives registers. */
  const found = { targets: new Set<Driven>(), registers: 0 };
  const note = (decl: Driven): void => {
    if (decl.kind === 'reg') found.registers++;
    else found.targets.add(decl);
  };
  for (const stmt of body) {
    found.targets.clear();
    found.registers = 0;
    forEachTarget(stmt, note);
    if (found.targets.size === 0) continue;
    const targets = [...found.targets];
    for (const target of targets) sets.join(targets[0]!, target);
    const own = found.registers > 0 ? project([stmt], (decl) => decl.kind !== 'reg')[0]! : stmt;
    entries.push({ stmt: own, targets });
  }
  const groups = new Map<Driven, { targets: Set<Driven>; body: Stmt[] }>();
  for (const { stmt, targets } of entries) {
    const key = sets.root(targets[0]!);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { targets: new Set(), body: [] }));
    for (const target of targets) group.targets.add(target);
    group.body.push(stmt);
  }
  return [...groups.values()].map((group) => ({ targets: [...group.targets], body: group.body }));
}

/** The same group as one group a target. */
export function splitGroup(group: CombGroup): CombGroup[] {
  if (group.targets.length === 1) return [group];
  return group.targets.map((target) => ({
    targets: [target],
    body: project(group.body, (decl) => decl === target),
  }));
}
