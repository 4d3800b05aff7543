// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../ir/expr.ts';
import { isWide, limbsOf, loadOf } from '../plan/values.ts';
import { I64, NONE } from '../wasm/opcodes.ts';
import { branch } from './choose.ts';
import { constantAddress } from './constants.ts';
import type { Emitter } from './emitter.ts';
import { copyWord, limbMask } from './memory-access.ts';
import { pushClamped } from './shift.ts';
import { divide, divideSigned } from './wide-divide.ts';
import { computeLimb, pushLimb, pushWideExtract } from './wide.ts';

/** Computes a wide value into memory. The destination overlaps no operand. */
export function computeWide(e: Emitter, expr: Expr, to: number): void {
  if (expr.kind !== 'op') {
    const word = loadOf(e.context.flat, expr);
    if (word) {
      copyWord(e, word, expr.width, to);
      return;
    }
    storeComputed(e, expr, to);
    return;
  }
  if (e.placement.arms.has(expr)) {
    branch(e, expr, NONE, (value) => storeLimbs(e, value, to));
    return;
  }
  switch (expr.op) {
    case 'add':
    case 'sub': {
      addSub(e, expr, to);
      return;
    }
    case 'mulU':
    case 'mulS': {
      multiply(e, expr, to);
      return;
    }
    case 'divU':
    case 'modU': {
      divide(e, expr, to);
      return;
    }
    case 'divS':
    case 'modS': {
      divideSigned(e, expr, to);
      return;
    }
    case 'shl':
    case 'shrU':
    case 'shrS': {
      shift(e, expr, to);
      return;
    }
    case 'not':
    case 'and':
    case 'or':
    case 'xor':
    case 'mux':
    case 'select':
    case 'concat': {
      storeComputed(e, expr, to);
      return;
    }
    case 'eq':
    case 'ne':
    case 'ltU':
    case 'leU':
    case 'ltS':
    case 'leS':
    case 'andR':
    case 'orR':
    case 'xorR':
      throw new Error(`${expr.op} is one bit wide`);
    default:
      assertNever(expr.op);
  }
}

/** Stores a value whose limbs can be had one by one. */
export function storeLimbs(e: Emitter, expr: Expr, to: number): void {
  store(e, expr.width, to, (k) => pushLimb(e, expr, k));
}

/** As `storeLimbs`, for the place where the value itself is defined. */
function storeComputed(e: Emitter, expr: Expr, to: number): void {
  store(e, expr.width, to, (k) => computeLimb(e, expr, k));
}

function store(e: Emitter, width: number, to: number, push: (k: number) => void): void {
  for (let k = 0; k < limbsOf(width); k++) {
    e.code.i32(0);
    push(k);
    e.code.memory('i64_store', to + 8 * k);
  }
}

/** Clears the bits above the width in the last limb. */
export function maskTop(e: Emitter, width: number, to: number): void {
  if (width % 64 === 0) return;
  const k = limbsOf(width) - 1;
  e.code.i32(0);
  e.code.i32(0);
  e.code.memory('i64_load', to + 8 * k);
  e.code.i64(limbMask(width, k));
  e.code.op('i64_and');
  e.code.memory('i64_store', to + 8 * k);
}

/** Limbs with a carry (or borrow) in a local. */
function addSub(e: Emitter, expr: OpExpr, to: number): void {
  const { code } = e;
  const [a, b] = expr.args as readonly [Expr, Expr];
  const limbs = limbsOf(expr.width);
  const op = expr.op === 'add' ? 'i64_add' : 'i64_sub';
  e.scratch(I64, (x) =>
    e.scratch(I64, (sum) =>
      e.scratch(I64, (carry) => {
        for (let k = 0; k < limbs; k++) {
          const last = k === limbs - 1;
          pushLimb(e, a, k);
          code.set(x);
          code.get(x);
          pushLimb(e, b, k);
          code.op(op);
          code.set(sum);
          // Carry out of x + y: the sum is below x. Borrow out of x - y: the difference is above x.
          const overflow = (result: number, before: number): void => {
            code.get(result);
            code.get(before);
            code.op(expr.op === 'add' ? 'i64_lt_u' : 'i64_gt_u');
            code.op('i64_extend_i32_u');
          };
          if (k > 0) {
            code.get(sum);
            code.get(carry);
            code.op(op);
            if (!last) {
              overflow(sum, x);
              code.set(x);
              code.tee(carry);
              code.get(sum);
              code.op(expr.op === 'add' ? 'i64_lt_u' : 'i64_gt_u');
              code.op('i64_extend_i32_u');
              code.get(x);
              code.op('i64_or');
              code.set(x);
              code.get(carry);
            }
            code.set(sum);
            if (!last) {
              code.get(x);
              code.set(carry);
            }
          } else if (!last) {
            overflow(sum, x);
            code.set(carry);
          }
          code.i32(0);
          code.get(sum);
          if (last && expr.width % 64 !== 0) {
            code.i64(limbMask(expr.width, k));
            code.op('i64_and');
          }
          code.memory('i64_store', to + 8 * k);
        }
      }),
    ),
  );
}

/** Address of a value in whole limbs, copied into memory when it does not lie there already. */
export function addressOf(e: Emitter, expr: Expr): number {
  if (expr.kind === 'const') {
    return constantAddress(e.context, [expr.value], 8 * limbsOf(expr.width));
  }
  const place = isWide(expr) ? e.place(expr) : null;
  if (place?.base === null && place.bytes % 8 === 0) return place.offset;
  const copy = e.context.map.arena.alloc(8 * limbsOf(expr.width));
  storeLimbs(e, expr, copy);
  return copy;
}

/** A sign-extended copy in `limbs` limbs. */
export function signedCopy(e: Emitter, expr: Expr, limbs: number): number {
  const { code } = e;
  const copy = e.context.map.arena.alloc(8 * limbs);
  const own = limbsOf(expr.width);
  storeLimbs(e, expr, copy);
  const gap = 64 * own - expr.width;
  if (gap > 0) {
    code.i32(0);
    code.i32(0);
    code.memory('i64_load', copy + 8 * (own - 1));
    for (const op of ['i64_shl', 'i64_shr_s'] as const) {
      code.i64(BigInt(gap));
      code.op(op);
    }
    code.memory('i64_store', copy + 8 * (own - 1));
  }
  for (let k = own; k < limbs; k++) {
    code.i32(0);
    code.i32(0);
    code.memory('i64_load', copy + 8 * (own - 1));
    code.i64(63n);
    code.op('i64_shr_s');
    code.memory('i64_store', copy + 8 * k);
  }
  return copy;
}

function multiply(e: Emitter, expr: OpExpr, to: number): void {
  const limbs = limbsOf(expr.width);
  const operands = expr.args.map((arg) => {
    if (expr.op === 'mulS') return { at: signedCopy(e, arg, limbs), limbs };
    return { at: addressOf(e, arg), limbs: limbsOf(arg.width) };
  });
  e.code.i32(to);
  e.code.i32(limbs);
  for (const { at, limbs: count } of operands) {
    e.code.i32(at);
    e.code.i32(count);
  }
  e.code.call(e.context.kernels.multiply());
  maskTop(e, expr.width, to);
}

function shift(e: Emitter, expr: OpExpr, to: number): void {
  const { code, context } = e;
  const [value, amount] = expr.args as readonly [Expr, Expr];
  const limbs = limbsOf(expr.width);
  const from = expr.op === 'shrS' ? signedCopy(e, value, limbs) : addressOf(e, value);
  code.i32(to);
  code.i32(from);
  code.i32(limbs);
  pushClamped(e, amount, expr.width);
  if (expr.op === 'shl') {
    code.call(context.kernels.shiftLeft());
  } else {
    if (expr.op === 'shrS') {
      code.i64(0n);
      pushWideExtract(e, value, expr.width - 1, 1);
      code.op('i64_sub');
    } else {
      code.i64(0n);
    }
    code.call(context.kernels.shiftRight());
  }
  if (expr.op !== 'shrU') maskTop(e, expr.width, to);
}
