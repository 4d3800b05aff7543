// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../ir/expr.ts';
import { isAddressable, isWide, limbsOf, pairsOf } from './values.ts';

/** A choice whose arm costs at least this much branches instead of computing both arms. */
const LAZY_COST = 12;
/**
 * The same for wide choices, whose costs are told more exactly. A branch that cannot be foretold goes wrong every other time, and that costs as
 * much as this many instructions each time.
 */
const LAZY_WIDE_COST = 80;

/** Rough number of machine instructions for a node alone. */
export function ownCost(expr: Expr): number {
  const limbs = Math.max(1, limbsOf(expr.width));
  if (expr.kind === 'const') return 0;
  if (expr.kind === 'ref') return Math.max(1, pairsOf(expr.width));
  if (expr.kind === 'slice') return isWide(expr) ? 5 * pairsOf(expr.width) : 2;
  switch (expr.op) {
    case 'mulU':
    case 'mulS':
      return isWide(expr) ? 20 * limbs * limbs : 3;
    case 'divU':
    case 'divS':
    case 'modU':
    case 'modS':
      return isWide(expr) ? 400 * limbs * limbs : 25;
    case 'concat':
      return 3 * parts(expr.args);
    case 'select':
      return 4 + expr.args.length;
    case 'shl':
    case 'shrU':
    case 'shrS':
      return isWide(expr) ? 20 + 10 * pairsOf(expr.width) : 3;
    case 'ltU':
    case 'ltS':
    case 'leU':
    case 'leS':
      return isWide(expr.args[0]!) ? 5 * limbsOf(expr.args[0]!.width) : 2;
    case 'add':
    case 'sub':
      return isWide(expr) ? 11 * pairsOf(expr.width) : 2;
    default:
      return operands(expr).reduce((sum, arg) => Math.max(sum, 2 * pairsOf(arg.width)), 2);
  }
}

/** Parts of a concat, a bit that is repeated counted once. */
function parts(args: readonly Expr[]): number {
  let count = 0;
  for (let i = 0; i < args.length; i++) if (args[i] !== args[i - 1]) count++;
  return count;
}

/**
 * The different arms of a choice that are evaluated only when chosen; null when all operands are always evaluated. `treeCost` counts
 * what the arm alone needs.
 */
export function lazyArms(expr: Expr, treeCost: (arm: Expr) => number): readonly Expr[] | null {
  if (expr.kind !== 'op') return null;
  if (expr.op === 'mux') {
    const arms = [expr.args[1]!, expr.args[2]!];
    // Of two wide values in memory the choice takes an address.
    if (isWide(expr) && arms.every(isAddressable)) return null;
    const limit = isWide(expr) ? LAZY_WIDE_COST : LAZY_COST;
    return arms.some((arm) => treeCost(arm) >= limit) ? arms : null;
  }
  if (expr.op !== 'select') return null;
  return isTable(expr) ? null : [...new Set(expr.args.slice(1))];
}

/** A look-up in constants, kept in memory. */
export function isTable(expr: Expr): boolean {
  return expr.kind === 'op' && expr.op === 'select' && expr.args.slice(1).every((arm) => arm.kind === 'const');
}
