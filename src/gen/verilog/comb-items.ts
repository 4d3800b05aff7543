// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { AssignStmt, Driven, Stmt, Target } from '../../ir/module.ts';
import type { ExprPool } from '../../ir/pool.ts';
import type { Span } from '../../ir/span.ts';
import type { CombGroup } from './comb-groups.ts';

/** Combinational logic as Verilog has it: a continuous assignment or an `always @*` block. */
export type CombItem = CombAssign | CombBlock;

export interface CombAssign {
  readonly kind: 'assign';
  readonly target: Target;
  readonly value: Expr;
  readonly span: Span;
}

export interface CombBlock {
  readonly kind: 'block';
  readonly targets: readonly Driven[];
  readonly body: readonly Stmt[];
}

/** Groups whose values hang on no condition become assignments, the others blocks. */
export function combItems(pool: ExprPool, group: CombGroup): CombItem[] {
  if (group.targets.length > 1) return [{ kind: 'block', ...group }];
  const body = group.body.slice(lastWhole(group.body));
  if (body.every((stmt) => stmt.kind === 'assign')) return assigns(pool, body);
  return [{ kind: 'block', targets: group.targets, body }];
}

export function isWhole(target: Target): boolean {
  return target.width === target.decl.width;
}

/** What stands before an unconditional assignment to all bits has no effect. */
function lastWhole(body: readonly Stmt[]): number {
  const index = body.findLastIndex((stmt) => stmt.kind === 'assign' && isWhole(stmt.target));
  return Math.max(index, 0);
}

/** Of overlapping assignments the last wins, so each bit keeps its last writer. */
function assigns(pool: ExprPool, body: readonly AssignStmt[]): CombAssign[] {
  const bits = ownersOfBits(body);
  if (!bits) return body.map(({ target, value, span }) => ({ kind: 'assign', target, value, span }));
  const items: CombAssign[] = [];
  for (let lo = 0; lo < bits.length;) {
    const owner = bits[lo];
    let hi = lo;
    while (hi < bits.length && bits[hi] === owner) hi++;
    if (owner) {
      const target = { decl: owner.target.decl, lo, width: hi - lo };
      const value = pool.slice(owner.value, lo - owner.target.lo, hi - lo);
      items.push({ kind: 'assign', target, value, span: owner.span });
    }
    lo = hi;
  }
  return items;
}

/** The last assignment to each bit, or null when no two assignments overlap. */
function ownersOfBits(body: readonly AssignStmt[]): (AssignStmt | undefined)[] | null {
  const sorted = body.toSorted((a, b) => a.target.lo - b.target.lo);
  const overlap = sorted.some(
    (stmt, i) => i > 0 && sorted[i - 1]!.target.lo + sorted[i - 1]!.target.width > stmt.target.lo,
  );
  if (!overlap) return null;
  const bits = new Array<AssignStmt | undefined>(body[0]!.target.decl.width);
  for (const stmt of body) bits.fill(stmt, stmt.target.lo, stmt.target.lo + stmt.target.width);
  return bits;
}
