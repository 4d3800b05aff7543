// SPDX-License-Identifier: Apache-2.0
import type { Driven, Stmt } from '../../ir/module.ts';
import { forEachTarget, project } from './project.ts';

/** Combinational targets that the same when/switch trees drive, with those statements in order. */
export interface CombGroup {
  readonly targets: readonly Driven[];
  readonly body: readonly Stmt[];
}

/** The combinational part of a body, split into groups that share no statement. Nearly linear. */
export function groupComb(body: readonly Stmt[]): CombGroup[] {
  const parent = new Map<Driven, Driven>();
  const root = (decl: Driven): Driven => {
    let at = decl;
    for (let up = parent.get(at)!; up !== at; up = parent.get(at)!) {
      parent.set(at, parent.get(up)!);
      at = up;
    }
    return at;
  };
  const entries: { stmt: Stmt; targets: Set<Driven> }[] = [];
  for (const stmt of body) {
    let targets: Set<Driven> | null = null;
    let mixed = false;
    forEachTarget([stmt], (decl) => {
      if (decl.kind === 'reg') mixed = true;
      else (targets ??= new Set()).add(decl);
    });
    if (!targets) continue;
    const [first] = targets as Set<Driven>;
    for (const decl of targets) {
      if (!parent.has(decl)) parent.set(decl, decl);
      parent.set(root(decl), root(first!));
    }
    const own = mixed ? project([stmt], (decl) => decl.kind !== 'reg')[0]! : stmt;
    entries.push({ stmt: own, targets });
  }
  const groups = new Map<Driven, { targets: Set<Driven>; body: Stmt[] }>();
  for (const { stmt, targets } of entries) {
    const key = root([...targets][0]!);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { targets: new Set(), body: [] }));
    for (const decl of targets) group.targets.add(decl);
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
