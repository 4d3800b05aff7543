// SPDX-License-Identifier: Apache-2.0
import type { OpExpr } from '../../ir/expr.ts';
import { limbsOf } from '../plan/values.ts';
import { I32 } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { maskTop } from './wide-memory.ts';
import { addressOf, signedCopy } from './wide-store.ts';

export function divide(e: Emitter, expr: OpExpr, to: number): void {
  const [a, b] = expr.args.map((arg) => addressOf(e, arg)) as [number, number];
  callDivide(e, expr, to, a, b, expr.op === 'divU');
  maskTop(e, expr.width, to);
}

function callDivide(e: Emitter, expr: OpExpr, to: number, a: number, b: number, quotient: boolean): void {
  const limbs = limbsOf(expr.width);
  const other = e.context.map.arena.alloc(8 * limbs);
  const { code } = e;
  for (const argument of quotient ? [to, other] : [other, to]) code.i32(argument);
  for (const argument of [a, b, limbs]) code.i32(argument);
  code.call(e.context.kernels.divide());
}

/** Divides magnitudes; signs come back afterwards. */
export function divideSigned(e: Emitter, expr: OpExpr, to: number): void {
  const { code, context } = e;
  const limbs = limbsOf(expr.width);
  const [a, b] = expr.args.map((arg) => signedCopy(e, arg, limbs)) as [number, number];
  const isNegative = (at: number): void => {
    code.i32(0);
    code.memory('i64_load', at + 8 * (limbs - 1));
    code.i64(0n);
    code.op('i64_lt_s');
  };
  const negate = (at: number): void => {
    code.if();
    code.i32(at);
    code.i32(limbs);
    code.call(context.kernels.negate());
    code.op('end');
  };
  e.scratch(I32, (flip) => {
    isNegative(a);
    if (expr.op === 'divS') {
      // The quotient by zero is all ones already and stays.
      isNegative(b);
      code.op('i32_xor');
      for (let k = 0; k < limbs; k++) {
        code.i32(0);
        code.memory('i64_load', b + 8 * k);
        if (k > 0) code.op('i64_or');
      }
      code.i64(0n);
      code.op('i64_ne');
      code.op('i32_and');
    }
    code.set(flip);
    for (const at of [a, b]) {
      isNegative(at);
      negate(at);
    }
    callDivide(e, expr, to, a, b, expr.op === 'divS');
    code.get(flip);
    negate(to);
  });
  maskTop(e, expr.width, to);
}
