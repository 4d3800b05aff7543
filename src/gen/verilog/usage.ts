// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../ir/expr.ts';
import type { Decl } from '../../ir/module.ts';
import type { Root } from './roots.ts';

/** How often each expression is written if nothing becomes a net. */
export interface Usage {
  /** Everything reachable from the roots, operands before users. */
  readonly exprs: readonly Expr[];
  /** By expression number. */
  readonly count: Uint32Array;
}

/** Linear, no recursion. `size` is the pool's. */
export function countUses(roots: readonly Root[], size: number): Usage {
  const count = new Uint32Array(size);
  const seen = new Uint8Array(size);
  const exprs: Expr[] = [];
  const stack: Expr[] = [];
  const use = (expr: Expr): void => {
    count[expr.id]!++;
    if (seen[expr.id] === 1) return;
    seen[expr.id] = 1;
    exprs.push(expr);
    stack.push(expr);
  };
  for (const { expr } of roots) {
    use(expr);
    for (let next = stack.pop(); next; next = stack.pop()) {
      let before: Expr | null = null;
      for (const operand of operands(next)) {
        // A run of equal parts is written once, as a replication.
        if (operand !== before || next.kind !== 'op' || next.op !== 'concat') use(operand);
        before = operand;
      }
    }
  }
  return { exprs: exprs.sort((a, b) => a.id - b.id), count };
}

/** The declarations that expressions and everything inside them read. */
export function declsReadBy(roots: readonly Expr[], size: number): Set<Decl> {
  const seen = new Uint8Array(size);
  const decls = new Set<Decl>();
  const stack = [...roots];
  for (let expr = stack.pop(); expr; expr = stack.pop()) {
    if (seen[expr.id] === 1) continue;
    seen[expr.id] = 1;
    if (expr.kind === 'ref') decls.add(expr.decl);
    else for (const operand of operands(expr)) stack.push(operand);
  }
  return decls;
}
