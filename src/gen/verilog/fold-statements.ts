// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../../ir/expr.ts';
import type { Stmt, SwitchStmt, WhenArm, WhenStmt } from '../../ir/module.ts';

/**
 * Statements without what degenerate parameters leave behind: branches under constant conditions, assignments to
 * 0-bit signals, branches that do nothing. Most bodies have nothing of that and come back as they are. Linear in the number of
 * statements.
 */
export function foldStatements(body: Stmt[]): Stmt[] {
  let folded: Stmt[] | null = null;
  for (const [i, stmt] of body.entries()) {
    const now = fold(stmt);
    if (now === stmt) {
      folded?.push(stmt);
      continue;
    }
    folded ??= body.slice(0, i);
    append(folded, now);
  }
  return folded ?? body;
}

/** The statement itself where nothing is to be done. */
function fold(stmt: Stmt): Stmt | readonly Stmt[] {
  switch (stmt.kind) {
    case 'assign':
      return stmt.target.width > 0 ? stmt : [];
    case 'when':
      return foldWhen(stmt);
    case 'switch':
      return foldSwitch(stmt);
    default:
      return assertNever(stmt);
  }
}
/** Not `push(...more)`: a body may have more statements than a call may have arguments. */
export function append(list: Stmt[], more: Stmt | readonly Stmt[]): void {
  if ('kind' in more) list.push(more);
  else for (const stmt of more) list.push(stmt);
}

function foldWhen(stmt: WhenStmt): Stmt | readonly Stmt[] {
  let arms: WhenArm[] | null = null;
  let { otherwise } = stmt;
  for (const [i, arm] of stmt.arms.entries()) {
    const { condition } = arm;
    if (condition.kind === 'const') {
      arms ??= stmt.arms.slice(0, i);
      if (condition.value === 0n) continue;
      otherwise = arm.body;
      break;
    }
    const body = foldStatements(arm.body);
    if (body !== arm.body) arms ??= stmt.arms.slice(0, i);
    arms?.push(body === arm.body ? arm : { ...arm, body });
  }
  const rest = otherwise && foldStatements(otherwise);
  const isSame = arms === null && rest === stmt.otherwise;
  return tidyWhen(isSame ? stmt : { ...stmt, arms: arms ?? stmt.arms, otherwise: rest });
}

/** Nothing behind the last branch that does something; nothing at all when there is none. */
export function tidyWhen(stmt: WhenStmt): Stmt | readonly Stmt[] {
  const otherwise = stmt.otherwise && stmt.otherwise.length > 0 ? stmt.otherwise : null;
  let count = stmt.arms.length;
  if (!otherwise) while (count > 0 && stmt.arms[count - 1]!.body.length === 0) count--;
  if (count === 0) return otherwise ?? [];
  if (count === stmt.arms.length && otherwise === stmt.otherwise) return stmt;
  return { ...stmt, arms: stmt.arms.slice(0, count), otherwise };
}

function foldSwitch(stmt: SwitchStmt): Stmt | readonly Stmt[] {
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
