// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../../ir/expr.ts';
import type { Driven, Stmt } from '../../ir/module.ts';
import { append, tidySwitch, tidyWhen } from './fold-statements.ts';

/** Calls `visit` for the target of every assignment in a statement. */
export function forEachTarget(stmt: Stmt, visit: (decl: Driven) => void): void {
  switch (stmt.kind) {
    case 'assign':
      visit(stmt.target.decl);
      return;
    case 'when':
      for (const { body } of stmt.arms) for (const inner of body) forEachTarget(inner, visit);
      break;
    case 'switch':
      for (const { body } of stmt.cases) for (const inner of body) forEachTarget(inner, visit);
      break;
    default:
      assertNever(stmt);
  }
  if (stmt.otherwise) for (const inner of stmt.otherwise) forEachTarget(inner, visit);
}

/** The same statements with only the assignments to kept targets, and only the branches that these need. */
export function project(body: readonly Stmt[], keep: (decl: Driven) => boolean): Stmt[] {
  const kept: Stmt[] = [];
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'assign':
        if (keep(stmt.target.decl)) kept.push(stmt);
        break;
      case 'when': {
        const arms = stmt.arms.map((arm) => ({ ...arm, body: project(arm.body, keep) }));
        append(kept, tidyWhen({ ...stmt, arms, otherwise: stmt.otherwise && project(stmt.otherwise, keep) }));
        break;
      }
      case 'switch': {
        const cases = stmt.cases.map((one) => ({ ...one, body: project(one.body, keep) }));
        append(kept, tidySwitch({ ...stmt, cases, otherwise: stmt.otherwise && project(stmt.otherwise, keep) }));
        break;
      }
      default:
        assertNever(stmt);
    }
  }
  return kept;
}
