// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../../ir/expr.ts';
import type { Stmt, SwitchStmt, WhenArm, WhenStmt } from '../../ir/module.ts';

/**
 * Statements without what degenerate parameters leave behind: branches under constant conditions, assignments to
 * 0-bit signals, branches that do nothing. Linear in the number of statements.
 */
export function foldStatements(body: readonly Stmt[]): Stmt[] {
  const folded: Stmt[] = [];
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'assign':
        if (stmt.target.width > 0) folded.push(stmt);
        break;
      case 'when':
        append(folded, foldWhen(stmt));
        break;
      case 'switch':
        append(folded, foldSwitch(stmt));
        break;
      default:
        assertNever(stmt);
    }
  }
  return folded;
}

/** Not `push(...more)`: a body may have more statements than a call may have arguments. */
export function append(list: Stmt[], more: readonly Stmt[]): void {
  for (const stmt of more) list.push(stmt);
}

function foldWhen(stmt: WhenStmt): readonly Stmt[] {
  const arms: WhenArm[] = [];
  let otherwise = stmt.otherwise;
  for (const arm of stmt.arms) {
    if (arm.condition.kind === 'const') {
      if (arm.condition.value === 0n) continue;
      otherwise = arm.body;
      break;
    }
    arms.push({ ...arm, body: foldStatements(arm.body) });
  }
  return tidyWhen({ ...stmt, arms, otherwise: otherwise && foldStatements(otherwise) });
}

/** Nothing behind the last branch that does something; nothing at all when there is none. */
export function tidyWhen(stmt: WhenStmt): readonly Stmt[] {
  const otherwise = stmt.otherwise && stmt.otherwise.length > 0 ? stmt.otherwise : null;
  let count = stmt.arms.length;
  if (!otherwise) while (count > 0 && stmt.arms[count - 1]!.body.length === 0) count--;
  if (count === 0) return otherwise ?? [];
  return [{ ...stmt, arms: stmt.arms.slice(0, count), otherwise }];
}

function foldSwitch(stmt: SwitchStmt): readonly Stmt[] {
  const { subject } = stmt;
  if (subject.kind === 'const') {
    const hit = stmt.cases.find((one) => one.values.includes(subject.value));
    return foldStatements(hit ? hit.body : (stmt.otherwise ?? []));
  }
  const cases = stmt.cases.map((one) => ({ ...one, body: foldStatements(one.body) }));
  return tidySwitch({ ...stmt, cases, otherwise: stmt.otherwise && foldStatements(stmt.otherwise) });
}

/** Cases that do nothing are dropped where the default does nothing either. */
export function tidySwitch(stmt: SwitchStmt): readonly Stmt[] {
  const otherwise = stmt.otherwise && stmt.otherwise.length > 0 ? stmt.otherwise : null;
  const cases = otherwise ? stmt.cases : stmt.cases.filter((one) => one.body.length > 0);
  if (cases.every((one) => one.values.length === 0)) return otherwise ?? [];
  return [{ ...stmt, cases: cases.filter((one) => one.values.length > 0), otherwise }];
}
