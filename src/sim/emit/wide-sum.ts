// SPDX-License-Identifier: Apache-2.0
import type { OpExpr } from '../../ir/expr.ts';
import type { GatedSum } from '../plan/gated.ts';
import { limbsOf, pairsOf } from '../plan/values.ts';
import { I64, V128 } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { pushAs } from './narrow.ts';
import { maskTop, placeAt, storePair } from './wide-memory.ts';
import { pushMask, pushPair } from './wide-pair.ts';

const SIGN = 1n << 63n;
/** Pairs after which the carries that went on are seen to. */
const GROUP = 8;

/**
 * Stores a sum or difference of wide values; the destination may be one of the operands.
 *
 * Carries (borrows) are lanes of all ones. Each limb is added by itself; where the sum comes out below the operand, the next limb gets one
 * more. That this makes a carry again, because the next sum is all ones (a difference: zero), is rare, so it is only noticed, and
 * a loop over the finished limbs sets it right. A chain through all limbs costs three times as much.
 *
 * WebAssembly compares lanes as signed numbers only, so additions work on numbers with their sign bit turned over, which they let pass.
 */
export function storeSum(e: Emitter, expr: OpExpr, to: number, gate: GatedSum | null = null): void {
  const pairs = pairsOf(expr.width);
  e.scratch(V128, (carry) =>
    e.scratch(V128, (open) => {
      if (gate) {
        // All ones where the operand counts.
        if (gate.when) e.code.i64(0n);
        pushAs(e, gate.condition, I64);
        if (!gate.when) e.code.i64(1n);
        e.code.op('i64_sub');
        e.code.vector('i64x2_splat');
        e.code.set(open);
      }
      const sum: Sum = {
        expr,
        to,
        carry,
        pushOperand(i, pair) {
          pushPair(e, expr.args[i]!, pair);
          if (gate?.operand !== i) return;
          e.code.get(open);
          e.code.vector('v128_and');
        },
      };
      for (let first = 0; first < pairs; first += GROUP) storeGroup(e, sum, first, Math.min(first + GROUP, pairs));
    }),
  );
}

interface Sum {
  readonly expr: OpExpr;
  readonly to: number;
  /** A local whose high lane has the carry out of the pair before. */
  readonly carry: number;
  readonly pushOperand: (i: 0 | 1, pair: number) => void;
}

/** Pairs `first` to `end` (exclusive). */
function storeGroup(e: Emitter, sum: Sum, first: number, end: number): void {
  const { code } = e;
  const { expr, to, carry } = sum;
  const wrapped: number[] = [];
  for (let pair = first; pair < end; pair++) {
    if (pairsOf(expr.width) > 1) wrapped.push(e.take(V128));
    storeSumPair(e, sum, pair, wrapped.at(-1) ?? null);
  }
  if (wrapped.length === 0) return;
  wrapped.forEach((local, i) => {
    code.get(local);
    if (i > 0) code.vector('v128_or');
  });
  code.vector('v128_any_true');
  code.if();
  const last = end === pairsOf(expr.width);
  code.i32(to + 16 * first);
  code.i32(Math.min(limbsOf(expr.width), 2 * end) - 2 * first);
  wrapped.forEach((local, i) => {
    code.get(local);
    code.vector('i64x2_bitmask');
    if (i === 0) return;
    code.i32(2 * i);
    code.op('i32_shl');
    code.op('i32_or');
  });
  code.call(e.context.kernels.ripple(expr.op === 'add' ? 'add' : 'sub'));
  if (last) {
    code.op('drop');
    maskTop(e, expr.width, to);
  } else {
    code.vector('i64x2_splat');
    code.get(carry);
    code.vector('v128_or');
    code.set(carry);
  }
  code.op('end');
  for (const local of wrapped) e.give(V128, local);
}

/** `wrapped` receives the lanes in which the carry from below has made a carry again. */
function storeSumPair(e: Emitter, { expr, to, carry, pushOperand }: Sum, pair: number, wrapped: number | null): void {
  const { code } = e;
  const isSum = expr.op === 'add';
  const last = pair === pairsOf(expr.width) - 1;
  const flip = (): void => {
    code.v128(SIGN, SIGN);
    code.vector('v128_xor');
  };
  e.scratch(V128, (own) =>
    e.scratch(V128, (sum) =>
      e.scratch(V128, (result) => {
        pushOperand(0, pair);
        flip();
        code.tee(own);
        pushOperand(1, pair);
        code.vector(isSum ? 'i64x2_add' : 'i64x2_sub');
        code.tee(sum);
        // The carry from below into each lane; as a number it is -1.
        if (pair === 0) code.v128(0n, 0n);
        else code.get(carry);
        code.get(own);
        code.get(sum);
        code.vector(isSum ? 'i64x2_gt_s' : 'i64x2_lt_s');
        if (!last) code.tee(carry);
        code.highLow();
        code.vector(isSum ? 'i64x2_sub' : 'i64x2_add');
        code.set(result);
        if (wrapped !== null) {
          code.get(sum);
          code.get(result);
          code.vector(isSum ? 'i64x2_gt_s' : 'i64x2_lt_s');
          if (last) {
            // What the highest limb hands on is lost.
            code.v128(-1n, 0n);
            code.vector('v128_and');
          }
          code.set(wrapped);
        }
        storePair(e, placeAt(to, expr.width), pair, () => {
          code.get(result);
          flip();
          if (!last || expr.width % 128 === 0) return;
          pushMask(e, expr.width, pair);
          code.vector('v128_and');
        });
      }),
    ),
  );
}
