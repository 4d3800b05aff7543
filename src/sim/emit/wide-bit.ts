// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { limbsOf, pairsOf } from '../plan/values.ts';
import { I32, I64, V128 } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { pushLimb } from './wide-limb.ts';
import { pushMask, pushPair } from './wide-pair.ts';

/** More pairs than this are worth a branch. */
const MANY_PAIRS = 2;

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

/** Whether some bit is set in some pair. Values of many pairs that have one usually have it in the lowest, and the others are not looked at. */
function pushAny(e: Emitter, { width }: Expr, pushOne: (pair: number) => void): void {
  const { code } = e;
  const pairs = pairsOf(width);
  const early = pairs > MANY_PAIRS;
  for (let pair = 0; pair < pairs; pair++) {
    pushOne(pair);
    if (pair > (early ? 1 : 0)) code.vector('v128_or');
    if (!early || pair > 0) continue;
    code.vector('v128_any_true');
    code.if(I32);
    code.i32(1);
    code.op('else');
    e.nesting++;
  }
  code.vector('v128_any_true');
  if (!early) return;
  e.nesting--;
  code.op('end');
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

/** a < b: the highest limbs that differ decide, and usually those are the first to be looked at. */
function pushLess(e: Emitter, a: Expr, b: Expr, signed: boolean): void {
  const { code } = e;
  const top = limbsOf(a.width) - 1;
  const gap = 64 * (top + 1) - a.width;
  e.scratch(I64, (x) =>
    e.scratch(I64, (y) => {
      code.block();
      for (let k = top; k >= 0; k--) {
        for (const [value, local] of [
          [a, x],
          [b, y],
        ] as const) {
          pushLimb(e, value, k);
          if (signed && k === top) {
            // Turned over, the sign orders numbers without a sign.
            code.i64(BigInt(gap));
            code.op('i64_shl');
            code.i64(1n << 63n);
            code.op('i64_xor');
          }
          code.set(local);
        }
        if (k === 0) continue;
        code.get(x);
        code.get(y);
        code.op('i64_ne');
        code.brIf(0);
      }
      code.op('end');
      code.get(x);
      code.get(y);
      code.op('i64_lt_u');
    }),
  );
}
