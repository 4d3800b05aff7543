// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { isWide } from './values.ts';

/** `condition ? a + b : a` (or `a - b`, or the arms the other way round) as `a + (condition ? b : 0)`: no branch and no second result. */
export interface GatedSum {
  readonly sum: OpExpr;
  /** The operand that is zero unless the condition is `when`. */
  readonly operand: 0 | 1;
  readonly condition: Expr;
  readonly when: boolean;
}

/** Enabled accumulators and conditional subtractions of wide values; null when the sum itself has another use. */
export function gatedSum(expr: Expr, counts: Uint32Array): GatedSum | null {
  if (expr.kind !== 'op' || expr.op !== 'mux' || !isWide(expr)) return null;
  const [condition, yes, no] = expr.args as readonly [Expr, Expr, Expr];
  for (const [sum, other, when] of [
    [yes, no, true],
    [no, yes, false],
  ] as const) {
    if (sum.kind !== 'op' || (sum.op !== 'add' && sum.op !== 'sub') || counts[sum.id] !== 1) continue;
    if (sum.args[0] === other) return { sum, operand: 1, condition, when };
    if (sum.args[1] === other && sum.op === 'add') return { sum, operand: 0, condition, when };
  }
  return null;
}

/** Is the operand of a wide sum itself a sum that goes on in the same direction? Then all is one sum, unless the operand has another use. */
export function continues(sum: OpExpr, operand: 0 | 1): boolean {
  const arg = sum.args[operand]!;
  return arg.kind === 'op' && arg.op === (operand === 0 ? sum.op : 'add');
}

/** Can each pair of limbs of a sum's operand be had again at any time? Not where something that lies nowhere goes on from pair to pair. */
export function isRepeatable(expr: Expr, counts: Uint32Array): boolean {
  if (expr.kind !== 'op') return true;
  switch (expr.op) {
    case 'mux':
    case 'select':
    case 'add':
    case 'sub':
      return false;
    default:
      // What has another use lies in memory.
      return expr.args.every((arg) => counts[arg.id] !== 1 || isRepeatable(arg, counts));
  }
}
