// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { continues, type GatedSum } from '../plan/sums.ts';
import { limbsOf, pairsOf } from '../plan/values.ts';
import { I64, V128 } from '../wasm/opcodes.ts';
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
  /** What goes into the present group, as a number at or above zero. */
  readonly entered: number;
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
 * more. That this makes a carry again, because the next sum is all ones (a difference: zero), is rare: the code branches off where it sees it, and a loop over
 * the limbs computes the group again. A chain through all limbs costs three times as much. The pairs of a group stay in locals,
 * so whatever is made of them needs no second pass through memory.
 *
 * WebAssembly compares lanes as signed numbers only, so all is computed on numbers with their sign bit turned over, which sums let pass.
 */
export function pushSumPair(e: Emitter, expr: OpExpr, pair: number, gate: GatedSum | null = null): void {
  const { code } = e;
  const sum = pair === 0 ? startSum(e, expr, gate) : e.sums.get(expr)!;
  const end = Math.min(pair + SUM_PAIRS, pairsOf(expr.width));
  if (sum.results.length === 0) computeGroup(e, { expr, sum, addends: addendsOf(e, expr, gate), first: pair, end });
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
  e.give(I64, sum.entered);
  if (sum.open !== null) e.give(V128, sum.open);
}

function startSum(e: Emitter, expr: OpExpr, gate: GatedSum | null): RunningSum {
  const { code } = e;
  const sum = {
    results: [],
    carry: e.take(V128),
    fresh: e.take(V128),
    entered: e.take(I64),
    open: gate && e.take(V128),
  };
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
    if (!continues(expr, i as 0 | 1) || e.def(arg)) return [{ expr: arg, gated }];
    return addendsOf(e, arg as OpExpr).map((addend) => ({ ...addend, gated }));
  });
}

/** Pairs `first` to `end` (exclusive) of a sum. */
interface Group {
  readonly expr: OpExpr;
  readonly sum: RunningSum;
  readonly addends: readonly Addend[];
  readonly first: number;
  readonly end: number;
}

function computeGroup(e: Emitter, group: Group): void {
  const { code } = e;
  const { expr, sum, first, end } = group;
  const limbs = limbsOf(expr.width);
  // Nothing goes into the lowest limb, and what the highest hands on is lost.
  const noticing = pairsOf(expr.width) > 1 && limbs - 1 > 2 * first;
  if (noticing) {
    if (first > 0) {
      code.i64(0n);
      code.get(sum.carry);
      code.getLane(1);
      code.op('i64_sub');
      code.set(sum.entered);
    }
    code.block();
    code.block();
  }
  for (let pair = first; pair < end; pair++) {
    const result = e.take(V128);
    sum.results.push(result);
    e.scratch(V128, (own) => {
      addUp(e, group, pair, own);
      code.get(own);
      if (pair === 0) code.v128(0n, 0n);
      else code.get(sum.carry);
      code.get(sum.fresh);
      code.highLow();
      code.vector(expr.op === 'add' ? 'i64x2_sub' : 'i64x2_add');
      code.set(result);
      if (limbs - 1 > 2 * pair && noticing) {
        pushOver(e, expr.op === 'add', own, result);
        if (limbs - 1 === 2 * pair + 1) {
          code.i32(1);
          code.op('i32_and');
        }
        code.brIf(0);
      }
    });
    code.get(sum.fresh);
    code.set(sum.carry);
    // What is set behind a branch may not be there for those who come after the group.
    if (pair === first) e.nesting++;
  }
  e.nesting--;
  for (const result of sum.results) {
    code.get(result);
    flip(e);
    code.set(result);
  }
  if (!noticing) return;
  code.br(1);
  code.op('end');
  e.nesting++;
  computeAgain(e, group);
  e.nesting--;
  code.op('end');
}

/** Pushes a bit for each lane that a carry has taken beyond its end, from all ones to zero (a borrow: the other way). */
function pushOver(e: Emitter, isSum: boolean, own: number, result: number): void {
  const { code } = e;
  code.get(isSum ? result : own);
  code.get(isSum ? own : result);
  code.vector('v128_andnot');
  code.vector('i64x2_bitmask');
}

/** A pair of the operands into `own`, their sign bits turned over, and the carries that leave each lane into `fresh`. */
function addUp(e: Emitter, { expr, sum, addends }: Group, pair: number, own: number): void {
  const { code } = e;
  const isSum = expr.op === 'add';
  const [first, ...others] = addends;
  pushAddend(e, sum, first!, pair);
  flip(e);
  code.set(own);
  e.scratch(V128, (before) =>
    others.forEach((addend, i) => {
      code.get(own);
      code.tee(before);
      pushAddend(e, sum, addend, pair);
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

function pushAddend(e: Emitter, sum: RunningSum, { expr, gated }: Addend, pair: number): void {
  pushPair(e, expr, pair);
  if (!gated) return;
  e.code.get(sum.open!);
  e.code.vector('v128_and');
}

/** The same group by a chain through all limbs, in memory. */
function computeAgain(e: Emitter, { expr, sum, addends, first, end }: Group): void {
  const { code, context } = e;
  const room = placeAt(context.scratch, 128 * (end - first));
  const copy = placeAt(context.scratch + 16 * SUM_PAIRS, 128 * (end - first));
  addends.forEach((addend, i) => {
    for (let pair = first; pair < end; pair++) {
      storePair(e, i === 0 ? room : copy, pair - first, () => pushAddend(e, sum, addend, pair));
    }
    if (i === 0) return;
    for (const parameter of [room.offset, copy.offset, end - first]) code.i32(parameter);
    if (i === 1 && first > 0) code.get(sum.entered);
    else code.i64(0n);
    code.call(context.kernels.accumulate(expr.op as 'add' | 'sub'));
    if (i > 1) code.op('i64_add');
  });
  code.set(sum.entered);
  code.i64(0n);
  code.get(sum.entered);
  code.op('i64_sub');
  code.vector('i64x2_splat');
  code.set(sum.carry);
  sum.results.forEach((result, i) => {
    loadBytes(e, room, 16 * i);
    code.set(result);
  });
}

function flip(e: Emitter): void {
  e.code.v128(SIGN, SIGN);
  e.code.vector('v128_xor');
}
