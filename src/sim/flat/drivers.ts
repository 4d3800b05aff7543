// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../../ir/expr.ts';
import type { AssignStmt, Driven, Module, Stmt } from '../../ir/module.ts';

/** The statements of a module's body that concern one declaration, control flow included. */
export type Drivers = ReadonlyMap<Driven, readonly Stmt[]>;

/** Splits a body by driven declaration. Cost: the body, times the declarations below each `when`. */
export function driversOf(module: Module): Drivers {
  return split(module.body);
}

function split(body: readonly Stmt[]): Map<Driven, Stmt[]> {
  const drivers = new Map<Driven, Stmt[]>();
  const add = (decl: Driven, stmt: Stmt): void => {
    const list = drivers.get(decl);
    if (list) list.push(stmt);
    else drivers.set(decl, [stmt]);
  };
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'assign':
        add(stmt.target.decl, stmt);
        break;
      case 'when': {
        const arms = stmt.arms.map((arm) => split(arm.body));
        const otherwise = split(stmt.otherwise ?? []);
        for (const decl of keysOf([...arms, otherwise])) {
          add(decl, {
            ...stmt,
            arms: stmt.arms.map((arm, i) => ({ ...arm, body: arms[i]!.get(decl) ?? [] })),
            otherwise: otherwise.get(decl) ?? null,
          });
        }
        break;
      }
      case 'switch': {
        const cases = stmt.cases.map((one) => split(one.body));
        const otherwise = split(stmt.otherwise ?? []);
        for (const decl of keysOf([...cases, otherwise])) {
          add(decl, {
            ...stmt,
            cases: stmt.cases.map((one, i) => ({ ...one, body: cases[i]!.get(decl) ?? [] })),
            otherwise: otherwise.get(decl) ?? null,
          });
        }
        break;
      }
      default:
        assertNever(stmt);
    }
  }
  return drivers;
}

function keysOf(maps: readonly Map<Driven, Stmt[]>[]): Set<Driven> {
  const keys = new Set<Driven>();
  for (const map of maps) for (const key of map.keys()) keys.add(key);
  return keys;
}

/** The part of a body whose assignments satisfy `keep`; statements left empty go. */
export function filterBody(body: readonly Stmt[], keep: (stmt: AssignStmt) => boolean): Stmt[] {
  const kept: Stmt[] = [];
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'assign':
        if (keep(stmt)) kept.push(stmt);
        break;
      case 'when': {
        const arms = stmt.arms.map((arm) => ({ ...arm, body: filterBody(arm.body, keep) }));
        const otherwise = stmt.otherwise && filterBody(stmt.otherwise, keep);
        if (arms.some((arm) => arm.body.length > 0) || otherwise?.length) kept.push({ ...stmt, arms, otherwise });
        break;
      }
      case 'switch': {
        const cases = stmt.cases.map((one) => ({ ...one, body: filterBody(one.body, keep) }));
        const otherwise = stmt.otherwise && filterBody(stmt.otherwise, keep);
        if (cases.some((one) => one.body.length > 0) || otherwise?.length) kept.push({ ...stmt, cases, otherwise });
        break;
      }
      default:
        assertNever(stmt);
    }
  }
  return kept;
}
