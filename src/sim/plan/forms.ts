// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../ir/expr.ts';
import type { ExprPool } from '../../ir/pool.ts';
import { isWide } from './values.ts';

/**
 * Calls `clean` for the operands whose bits above their width must be zero, when those of the result must be zero
 * (`wanted`) or may be anything. It mirrors what the code of each operator asks for; a wrong answer costs a mask, never a wrong bit.
 */
export function cleanOperands(pool: ExprPool, expr: Expr, wanted: boolean, clean: (operand: Expr) => void): void {
  if (expr.kind === 'slice') {
    if (isWide(expr.arg) || (wanted && expr.lo + expr.width === expr.arg.width)) clean(expr.arg);
  } else if (expr.kind === 'op') {
    if (isWide(expr) || expr.args.some(isWide)) expr.args.forEach(clean);
    else ofOperator(pool, expr, wanted, clean);
  }
}

function ofOperator(pool: ExprPool, expr: OpExpr, wanted: boolean, clean: (operand: Expr) => void): void {
  const { args } = expr;
  switch (expr.op) {
    case 'add':
    case 'sub':
    case 'mulS':
    case 'ltS':
    case 'leS':
    case 'divS':
    case 'modS':
      return;
    case 'and':
      // One clean operand is enough.
      if (wanted && args[1]!.kind === 'op') clean(args[0]!);
      return;
    case 'not':
    case 'or':
    case 'xor':
      if (wanted) args.forEach(clean);
      return;
    case 'mux':
    case 'select':
      args.forEach((arg, i) => {
        if (wanted || i === 0) clean(arg);
      });
      return;
    case 'shl':
    case 'shrS':
      clean(args[1]!);
      return;
    case 'concat': {
      const last = args.at(-1)!;
      const sign = pool.slice(last, last.width - 1, 1);
      const extends_ = args.every((arg, i) => i === args.length - 1 || arg === sign);
      args.forEach((arg, i) => {
        if (!extends_ && (wanted || i > 0)) clean(arg);
      });
      return;
    }
    case 'mulU':
    case 'divU':
    case 'modU':
    case 'eq':
    case 'ne':
    case 'ltU':
    case 'leU':
    case 'shrU':
    case 'andR':
    case 'orR':
    case 'xorR':
      args.forEach(clean);
      return;
    default:
      assertNever(expr.op);
  }
}

/** May the code of an expression leave anything above its width, and save an instruction by that? */
export function mayBeDirty(expr: Expr): boolean {
  if (isWide(expr) || expr.width === 32 || expr.width === 64) return false;
  if (expr.kind === 'slice') return !isWide(expr.arg);
  if (expr.kind !== 'op') return false;
  switch (expr.op) {
    case 'not':
    case 'and':
    case 'or':
    case 'xor':
    case 'add':
    case 'sub':
    case 'mulS':
    case 'divS':
    case 'shl':
    case 'shrS':
    case 'mux':
    case 'concat':
      return expr.args.every((arg) => !isWide(arg));
    default:
      return false;
  }
}
