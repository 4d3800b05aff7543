// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import type { GatedSum } from '../plan/gated.ts';
import { isWide, limbsOf, pairsOf } from '../plan/values.ts';
import { I32, I64, V128 } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { SUM_PAIRS } from './kernels.ts';
import { pushAs } from './narrow.ts';
import { loadBytes, placeAt, storePair } from './wide-memory.ts';
import { pushMask, pushPair } from './wide-pair.ts';

const SIGN = 1n << 63n;

/** A sum from its first pair of limbs to its last. */
export interface RunningSum {
  /** Locals of the pairs of the present group that have not been asked for, as real numbers. */
  readonly results: number[];
  /** A local whose high lane has the carry out of the pair before, as a number below or at zero. */
  readonly carry: number;
  /** The same for both lanes of the pair in hand. */
  readonly fresh: number;
  /** All ones where gated addends count. */
  readonly open: number | null;
}

interface Addend {
  readonly expr: Expr;
  readonly gated: boolean;
}

/**
 * Pushes a pair of a sum or difference, with as many operands as there are sums without another use below it.
 *
 * Carries (borrows) are lanes of all ones. Each limb is added by itself; where the sum comes out below the operand, the next limb gets one
 * more. That this makes a carry again, because the next sum is all ones (a difference: zero), is rare, so it is only noticed, and
 * a loop over the finished limbs sets it right. A chain through all limbs costs three times as much. The pairs of a group stay in locals until that has
 * been seen to, so whatever is made of them needs no second pass through memory.
 *
 * WebAssembly compares lanes as signed numbers only, so additions work on numbers with their sign bit turned over, which they let pass.
 */
export function pushSumPair(e: Emitter, expr: OpExpr, pair: number, gate: GatedSum | null = null): void {
  const { code } = e;
  const sum = pair === 0 ? startSum(e, expr, gate) : e.sums.get(expr)!;
  const end = Math.min(pair + SUM_PAIRS, pairsOf(expr.width));
  if (sum.results.length === 0) computeGroup(e, expr, sum, addendsOf(e, expr, gate), pair, end);
  const result = sum.results.shift()!;
  code.get(result);
  e.give(V128, result);
  if (pair < pairsOf(expr.width) - 1) return;
  if (expr.width % 128 > 0) {
    pushMask(e, expr.width, pair);
    code.vector('v128_and');
  }
  e.sums.delete(expr);
  e.give(V128, sum.carry);
  e.give(V128, sum.fresh);
  if (sum.open !== null) e.give(V128, sum.open);
}

function startSum(e: Emitter, expr: OpExpr, gate: GatedSum | null): RunningSum {
  const { code } = e;
  const sum = { results: [], carry: e.take(V128), fresh: e.take(V128), open: gate && e.take(V128) };
  if (gate) {
    if (gate.when) code.i64(0n);
    pushAs(e, gate.condition, I64);
    if (!gate.when) code.i64(1n);
    code.op('i64_sub');
    code.vector('i64x2_splat');
    code.set(sum.open!);
  }
  e.sums.set(expr, sum);
  return sum;
}

/** What is added to the first operand (or all subtracted from it): sums that lie nowhere are taken apart where that leaves one direction. */
function addendsOf(e: Emitter, expr: OpExpr, gate: GatedSum | null = null): Addend[] {
  return expr.args.flatMap((arg, i): Addend[] => {
    const gated = gate?.operand === i;
    const same = i === 0 ? expr.op : 'add';
    if (arg.kind !== 'op' || arg.op !== same || !isWide(arg) || e.def(arg)) return [{ expr: arg, gated }];
    return addendsOf(e, arg).map((addend) => ({ ...addend, gated }));
  });
}

/** Pairs `first` to `end` (exclusive). */
function computeGroup(
  e: Emitter,
  expr: OpExpr,
  sum: RunningSum,
  addends: readonly Addend[],
  first: number,
  end: number,
): void {
  const { code } = e;
  const pairs = pairsOf(expr.width);
  const limbs = limbsOf(expr.width);
  const isSum = expr.op === 'add';
  const compare = isSum ? 'i64x2_gt_s' : 'i64x2_lt_s';
  // Nothing goes into the lowest limb, and what the highest hands on is lost.
  const noticing = pairs > 1 && limbs - 1 > 2 * first;
  e.scratch(I32, (wrapped) => {
    for (let pair = first; pair < end; pair++) {
      const result = e.take(V128);
      e.scratch(V128, (own) => {
        addUp(e, sum, isSum, addends, pair, own);
        code.get(own);
        if (pair === 0) code.v128(0n, 0n);
        else code.get(sum.carry);
        code.get(sum.fresh);
        code.highLow();
        code.vector(isSum ? 'i64x2_sub' : 'i64x2_add');
        code.set(result);
        if (noticing) {
          // Two bits a pair, the first pair's the highest.
          code.get(own);
          code.get(result);
          code.vector(compare);
          code.vector('i64x2_bitmask');
          if (pair === pairs - 1) {
            code.i32(limbs % 2 === 0 ? 1 : 0);
            code.op('i32_and');
          }
          if (pair > first) {
            code.get(wrapped);
            code.i32(2);
            code.op('i32_shl');
            code.op('i32_add');
          }
          code.set(wrapped);
        }
      });
      code.get(sum.fresh);
      code.set(sum.carry);
      code.get(result);
      flip(e);
      code.set(result);
      sum.results.push(result);
    }
    if (noticing) setRight(e, expr, sum, wrapped, end < pairs);
  });
}

/** A pair of the operands into `own`, its sign bits turned over if these are sums, and the carries that leave each lane into `fresh`. */
function addUp(
  e: Emitter,
  sum: RunningSum,
  isSum: boolean,
  addends: readonly Addend[],
  pair: number,
  own: number,
): void {
  const { code } = e;
  const pushAddend = ({ expr, gated }: Addend): void => {
    pushPair(e, expr, pair);
    if (!gated) return;
    code.get(sum.open!);
    code.vector('v128_and');
  };
  const [first, ...others] = addends;
  pushAddend(first!);
  flip(e);
  code.set(own);
  e.scratch(V128, (before) =>
    others.forEach((addend, i) => {
      code.get(own);
      code.tee(before);
      pushAddend(addend);
      code.vector(isSum ? 'i64x2_add' : 'i64x2_sub');
      code.set(own);
      code.get(before);
      code.get(own);
      code.vector(isSum ? 'i64x2_gt_s' : 'i64x2_lt_s');
      if (i > 0) {
        code.get(sum.fresh);
        code.vector('i64x2_add');
      }
      code.set(sum.fresh);
    }),
  );
}

/** Lets the carries go on that limbs of this group have made of a carry, which happens hardly ever. */
function setRight(e: Emitter, expr: OpExpr, { results, carry }: RunningSum, wrapped: number, more: boolean): void {
  const { code, context } = e;
  const room = placeAt(context.scratch, 128 * results.length);
  code.get(wrapped);
  code.if();
  results.forEach((local, i) => storePair(e, room, i, () => code.get(local)));
  code.i32(room.offset);
  code.i32(results.length);
  code.get(wrapped);
  code.call(context.kernels.ripple(expr.op as 'add' | 'sub'));
  if (more) {
    code.vector('i64x2_splat');
    code.get(carry);
    code.vector('i64x2_add');
    code.set(carry);
  } else {
    code.op('drop');
  }
  results.forEach((local, i) => {
    loadBytes(e, room, 16 * i);
    code.set(local);
  });
  code.op('end');
}

function flip(e: Emitter): void {
  e.code.v128(SIGN, SIGN);
  e.code.vector('v128_xor');
}
