// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { isWide } from '../plan/values.ts';
import { I32, I64, type ValueType } from '../wasm/opcodes.ts';
import { type Emitter, typeOf } from './emitter.ts';
import { push, pushAs, pushConst } from './narrow.ts';
import { pushWideBit } from './wide-bit.ts';

const compareOps = { eq: 'eq', ne: 'ne', ltU: 'lt_u', leU: 'le_u', ltS: 'lt_s', leS: 'le_s' } as const;

/** Pushes a comparison as i32, 0 or 1. */
export function pushCompare(e: Emitter, expr: OpExpr): void {
  const [a, b] = expr.args as readonly [Expr, Expr];
  if (isWide(a)) {
    pushWideBit(e, expr);
    return;
  }
  const stem = typeOf(a) === I32 ? 'i32' : 'i64';
  const op = expr.op as keyof typeof compareOps;
  const form = op === 'ltS' || op === 'leS' ? 'sign' : 'zero';
  push(e, a, form);
  if (op === 'eq' && b.kind === 'const' && b.value === 0n) {
    e.code.op(`${stem}_eqz`);
    return;
  }
  push(e, b, form);
  e.code.op(`${stem}_${compareOps[op]}`);
}

/** Pushes a reduction of all bits to one as i32. */
export function pushReduce(e: Emitter, expr: OpExpr): void {
  const arg = expr.args[0]!;
  if (isWide(arg)) {
    pushWideBit(e, expr);
    return;
  }
  const type = typeOf(arg);
  const stem = type === I32 ? 'i32' : 'i64';
  if (expr.op === 'orR' && arg.kind === 'op' && arg.op === 'concat' && !e.def(arg)) {
    pushAnyPart(e, arg.args, type);
    return;
  }
  push(e, arg);
  if (expr.op === 'xorR') {
    e.code.op(`${stem}_popcnt`);
    if (type === I64) e.code.op('i32_wrap_i64');
    e.code.i32(1);
    e.code.op('i32_and');
  } else {
    pushConst(e, expr.op === 'andR' ? mask(arg.width) : 0n, type);
    e.code.op(expr.op === 'andR' ? `${stem}_eq` : `${stem}_ne`);
  }
}

/** Whether some part of a concat is not zero: the parts need not be put in their places for that. */
function pushAnyPart(e: Emitter, parts: readonly Expr[], type: ValueType): void {
  const stem = type === I32 ? 'i32' : 'i64';
  parts.forEach((part, i) => {
    pushAs(e, part, type);
    if (i > 0) e.code.op(`${stem}_or`);
  });
  if (parts.every((part) => part.width === 1) && type === I32) return;
  pushConst(e, 0n, type);
  e.code.op(`${stem}_ne`);
}
