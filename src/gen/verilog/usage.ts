// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Root } from './roots.ts';

/** How often each expression is written if nothing becomes a net. */
export interface Usage {
  /** Everything reachable from the roots but what was named before, operands before users. */
  readonly exprs: readonly Expr[];
  /** By expression number. */
  readonly count: Uint32Array;
}

/** Linear, no recursion. `size` is the pool's. What is `named` already is read by its name and not looked into. */
export function countUses(
  roots: readonly Root[],
  size: number,
  named: Pick<ReadonlySet<Expr>, 'has'> = new Set(),
): Usage {
  const count = new Uint32Array(size);
  // By number, which puts operands before their users.
  const found = new Array<Expr | undefined>(size);
  const stack: Expr[] = [];
  const use = (expr: Expr): void => {
    if (count[expr.id]!++ > 0 || named.has(expr)) return;
    found[expr.id] = expr;
    stack.push(expr);
  };
  for (const { expr } of roots) {
    use(expr);
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (next.kind === 'slice') use(next.arg);
      else if (next.kind === 'op') {
        const isConcat = next.op === 'concat';
        let before: Expr | null = null;
        for (const operand of next.args) {
          // A run of equal parts is written once, as a replication.
          if (operand !== before || !isConcat) use(operand);
          before = operand;
        }
      }
    }
  }
  return { exprs: found.filter((expr) => expr !== undefined), count };
}
