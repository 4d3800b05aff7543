// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { limbsOf, pairsOf } from '../plan/values.ts';
import { I64, V128 } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { pushLimb } from './wide-limb.ts';
import { pushMask, pushPair } from './wide-pair.ts';

/** Comparisons and reductions over wide operands: an i32 that is 0 or 1. */
export function pushWideBit(e: Emitter, expr: OpExpr): void {
  const { code } = e;
  const [a, b] = expr.args as readonly [Expr, Expr];
  switch (expr.op) {
    case 'eq':
    case 'ne':
      pushAny(e, a, (pair) => {
        pushPair(e, a, pair);
        if (b.kind === 'const' && b.value === 0n) return;
        pushPair(e, b, pair);
        code.vector('v128_xor');
      });
      if (expr.op === 'eq') code.op('i32_eqz');
      return;
    case 'ltU':
    case 'ltS':
      pushLess(e, a, b, expr.op === 'ltS');
      return;
    case 'leU':
    case 'leS':
      pushLess(e, b, a, expr.op === 'leS');
      code.op('i32_eqz');
      return;
    case 'andR':
      pushAny(e, a, (pair) => {
        pushPair(e, a, pair);
        pushMask(e, a.width, pair);
        code.vector('v128_xor');
      });
      code.op('i32_eqz');
      return;
    case 'orR':
      pushAny(e, a, (pair) => pushPair(e, a, pair));
      return;
    case 'xorR':
      pushParity(e, a);
      return;
    default:
      throw new Error(`${expr.op} gives no bit`);
  }
}

/** Whether some bit is set in some pair. */
function pushAny(e: Emitter, { width }: Expr, pushOne: (pair: number) => void): void {
  for (let pair = 0; pair < pairsOf(width); pair++) {
    pushOne(pair);
    if (pair > 0) e.code.vector('v128_or');
  }
  e.code.vector('v128_any_true');
}

function pushParity(e: Emitter, value: Expr): void {
  const { code } = e;
  for (let pair = 0; pair < pairsOf(value.width); pair++) {
    pushPair(e, value, pair);
    if (pair > 0) code.vector('v128_xor');
  }
  e.scratch(V128, (all) => {
    code.tee(all);
    code.getLane(0);
    code.get(all);
    code.getLane(1);
  });
  code.op('i64_xor');
  code.op('i64_popcnt');
  code.op('i32_wrap_i64');
  code.i32(1);
  code.op('i32_and');
}

/** a < b, from the lowest limb up: less here, or equal here and less below. */
function pushLess(e: Emitter, a: Expr, b: Expr, signed: boolean): void {
  const { code } = e;
  const limbs = limbsOf(a.width);
  const gap = 64 * limbs - a.width;
  e.scratch(I64, (x) => {
    e.scratch(I64, (y) => {
      for (let k = 0; k < limbs; k++) {
        const top = signed && k === limbs - 1;
        for (const [value, local] of [[a, x] as const, [b, y] as const]) {
          pushLimb(e, value, k);
          if (top && gap > 0) {
            code.i64(BigInt(gap));
            code.op('i64_shl');
          }
          code.set(local);
        }
        if (k > 0) {
          code.get(x);
          code.get(y);
          code.op('i64_eq');
          code.op('i32_and');
        }
        code.get(x);
        code.get(y);
        code.op(top ? 'i64_lt_s' : 'i64_lt_u');
        if (k > 0) code.op('i32_or');
      }
    });
  });
}
