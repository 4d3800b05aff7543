// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Stmt, SwitchStmt, WhenStmt } from '../../ir/module.ts';
import type { ExprPool } from '../../ir/pool.ts';
import { assign, joined, merge, type Pieces, unassigned } from './pieces.ts';

/** How an expression of the module reads in the flat pool. */
export type Translate = (expr: Expr) => Expr;

/** A switch over at most this many index values may become one table look-up. */
const MAX_TABLE_BITS = 10;

/** The value of a combinational declaration after its statements: control flow becomes choices. */
export function drivenValue(pool: ExprPool, body: readonly Stmt[], width: number, translate: Translate): Expr {
  return joined(pool, run(pool, body, unassigned(width), translate));
}

function run(pool: ExprPool, body: readonly Stmt[], start: Pieces, translate: Translate): Pieces {
  let pieces = start;
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'assign':
        pieces = assign(pool, pieces, stmt.target.lo, translate(stmt.value));
        break;
      case 'when':
        pieces = runWhen(pool, stmt, pieces, translate);
        break;
      case 'switch':
        pieces = runSwitch(pool, stmt, pieces, translate);
        break;
      default:
        assertNever(stmt);
    }
  }
  return pieces;
}

function runWhen(pool: ExprPool, stmt: WhenStmt, start: Pieces, translate: Translate): Pieces {
  let result = stmt.otherwise ? run(pool, stmt.otherwise, start, translate) : start;
  for (const arm of stmt.arms.toReversed()) {
    const condition = translate(arm.condition);
    const taken = run(pool, arm.body, start, translate);
    result = merge(pool, [taken, result], ([yes, no]) => pool.op('mux', [condition, yes!, no!]));
  }
  return result;
}

function runSwitch(pool: ExprPool, stmt: SwitchStmt, start: Pieces, translate: Translate): Pieces {
  const subject = translate(stmt.subject);
  const otherwise = stmt.otherwise ? run(pool, stmt.otherwise, start, translate) : start;
  const bodies = stmt.cases.map((one) => run(pool, one.body, start, translate));
  const values = stmt.cases.map((one) => one.values);
  return merge(pool, [...bodies, otherwise], (parts) => choice(pool, subject, values, parts));
}

/** `parts` has one value for each case and a last one for all other subjects. */
function choice(pool: ExprPool, subject: Expr, values: readonly (readonly bigint[])[], parts: readonly Expr[]): Expr {
  const otherwise = parts.at(-1)!;
  const count = values.reduce((sum, list) => sum + list.length, 0);
  if (subject.width <= MAX_TABLE_BITS && 2 ** subject.width <= Math.max(8, 4 * count)) {
    const table = new Array<Expr>(2 ** subject.width).fill(otherwise);
    values.forEach((list, i) => list.forEach((value) => (table[Number(value)] = parts[i]!)));
    return pool.op('select', [subject, ...table]);
  }
  let result = otherwise;
  for (let i = values.length - 1; i >= 0; i--) {
    result = pool.op('mux', [anyOf(pool, subject, values[i]!), parts[i]!, result]);
  }
  return result;
}

/** 1 when the subject is one of the values. */
export function anyOf(pool: ExprPool, subject: Expr, values: readonly bigint[]): Expr {
  return values
    .map((value) => pool.op('eq', [subject, pool.constant(value, subject.width)]))
    .reduce((any, one) => pool.op('or', [any, one]), pool.constant(0n, 1));
}
