// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { isWide, limbsOf } from '../plan/values.ts';
import { I32, I64 } from '../wasm/opcodes.ts';
import { type Emitter, typeOf } from './emitter.ts';
import { type Form, push, pushConst } from './narrow.ts';
import { pushLimb } from './wide-limb.ts';

/** Pushes an amount as i32, or `limit` when it is larger; the amount needs not fit 32 bits. */
export function pushClamped(e: Emitter, amount: Expr, limit: number): void {
  const { code } = e;
  if (amount.width < 31 && 2 ** amount.width <= limit + 1) {
    push(e, amount);
    return;
  }
  if (amount.width <= 32) {
    e.scratch(I32, (local) => {
      push(e, amount);
      code.tee(local);
      code.i32(limit);
      code.get(local);
      code.i32(limit);
      code.op('i32_lt_u');
      code.op('select');
    });
    return;
  }
  e.scratch(I64, (low) => {
    pushLimb(e, amount, 0);
    code.tee(low);
    code.i64(BigInt(limit));
    code.op('i64_ge_u');
    for (let k = 1; k < limbsOf(amount.width); k++) {
      pushLimb(e, amount, k);
      code.op('i64_eqz');
      code.op('i32_eqz');
      code.op('i32_or');
    }
    e.scratch(I32, (beyond) => {
      code.set(beyond);
      code.i32(limit);
      code.get(low);
      code.op('i32_wrap_i64');
      code.get(beyond);
      code.op('select');
    });
  });
}

/** Shift of a value of at most 64 bits by any amount. */
export function pushShift(e: Emitter, expr: OpExpr): Form {
  const [value, amount] = expr.args as readonly [Expr, Expr];
  const type = typeOf(expr);
  const stem = type === I32 ? 'i32' : 'i64';
  const bits = type === I32 ? 32 : 64;
  const machine = { shl: 'shl', shrU: 'shr_u', shrS: 'shr_s' } as const;
  const op = expr.op as keyof typeof machine;
  const form: Form = op === 'shl' ? 'any' : op === 'shrU' ? 'zero' : 'sign';
  const instruction = `${stem}_${machine[op]}` as const;
  // The machine takes amounts modulo 32 or 64; amounts from the width up to that shift all bits out by themselves.
  const fits = !isWide(amount) && amount.width < 31 && 2 ** amount.width <= bits;
  push(e, value, form);
  if (fits || op === 'shrS') {
    if (fits) push(e, amount);
    else pushClamped(e, amount, bits - 1);
    if (type === I64) e.code.op('i64_extend_i32_u');
    e.code.op(instruction);
    return form;
  }
  e.scratch(I32, (by) => {
    pushClamped(e, amount, bits);
    e.code.tee(by);
    if (type === I64) e.code.op('i64_extend_i32_u');
    e.code.op(instruction);
    pushConst(e, 0n, type);
    e.code.get(by);
    e.code.i32(bits);
    e.code.op('i32_lt_u');
    e.code.op('select');
  });
  return form;
}
