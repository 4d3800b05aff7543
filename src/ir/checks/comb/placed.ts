// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../expr.ts';
import type { AssignStmt, Module, Stmt } from '../../module.ts';

/** What decides whether a statement is executed: a condition, the ones tried before it, and the ones around it. */
export interface Context {
  readonly condition: Expr;
  /** The arm tried before this one; it knows the contexts around both. */
  readonly previous: Context | null;
  readonly outer: Context | null;
}

export interface Placed {
  readonly stmt: AssignStmt;
  readonly context: Context | null;
}

/** Every assignment of a module that is meant, with what it depends on beside its value. Cost: linear. */
export function placedAssigns(module: Module, isMeant: (stmt: AssignStmt) => boolean): Placed[] {
  const placed: Placed[] = [];
  place(module.body, null, isMeant, placed);
  return placed;
}

function place(
  body: readonly Stmt[],
  outer: Context | null,
  isMeant: (stmt: AssignStmt) => boolean,
  placed: Placed[],
): void {
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'assign':
        if (isMeant(stmt)) placed.push({ stmt, context: outer });
        break;
      case 'when': {
        let previous: Context | null = null;
        for (const { condition, body: inner } of stmt.arms) {
          previous = { condition, previous, outer };
          place(inner, previous, isMeant, placed);
        }
        // `otherwise` depends on the same conditions as the last arm.
        if (stmt.otherwise) place(stmt.otherwise, previous, isMeant, placed);
        break;
      }
      case 'switch': {
        const context: Context = { condition: stmt.subject, previous: null, outer };
        for (const item of stmt.cases) place(item.body, context, isMeant, placed);
        if (stmt.otherwise) place(stmt.otherwise, context, isMeant, placed);
        break;
      }
      default:
        assertNever(stmt);
    }
  }
}

/** The contexts of some assignments and those that they refer to, each once, referred ones first. */
export function contextsOf(placed: readonly Placed[]): Context[] {
  const contexts = new Set<Context>();
  const add = (start: Context | null): void => {
    const chain: Context[] = [];
    for (let each = start; each && !contexts.has(each); each = each.previous) chain.push(each);
    const outer = chain.at(-1)?.outer ?? null;
    if (outer) add(outer);
    for (const each of chain.reverse()) contexts.add(each);
  };
  for (const { context } of placed) add(context);
  return [...contexts];
}
