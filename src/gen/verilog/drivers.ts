// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Driven, Stmt } from '../../ir/module.ts';

/** A condition that decides about statements, and the one around or before it. Shared, so that all together are linear. */
export interface Context {
  readonly kind: 'context';
  readonly condition: Expr;
  readonly outer: Context | null;
}

/** A value that a target may take and the conditions under which it does. */
export interface Driver {
  readonly value: Expr;
  readonly context: Context | null;
}

/** For each combinational target all of its assignments. */
export function driversOf(body: readonly Stmt[]): Map<Driven, Driver[]> {
  const drivers = new Map<Driven, Driver[]>();
  collect(body, null, drivers);
  return drivers;
}

function collect(body: readonly Stmt[], context: Context | null, drivers: Map<Driven, Driver[]>): void {
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'assign': {
        const { decl } = stmt.target;
        if (decl.kind === 'reg') break;
        const list = drivers.get(decl);
        if (list) list.push({ value: stmt.value, context });
        else drivers.set(decl, [{ value: stmt.value, context }]);
        break;
      }
      case 'when': {
        let inner = context;
        for (const arm of stmt.arms) {
          inner = { kind: 'context', condition: arm.condition, outer: inner };
          collect(arm.body, inner, drivers);
        }
        if (stmt.otherwise) collect(stmt.otherwise, inner, drivers);
        break;
      }
      case 'switch': {
        const inner: Context = { kind: 'context', condition: stmt.subject, outer: context };
        for (const one of stmt.cases) collect(one.body, inner, drivers);
        if (stmt.otherwise) collect(stmt.otherwise, inner, drivers);
        break;
      }
      default:
        assertNever(stmt);
    }
  }
}
