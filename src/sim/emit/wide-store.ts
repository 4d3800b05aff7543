// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../ir/expr.ts';
import type { RegDecl } from '../../ir/module.ts';
import { isPairwise } from '../plan/place.ts';
import { isWide, limbsOf, loadOf, pairsOf, regOf } from '../plan/values.ts';
import { I64, NONE } from '../wasm/opcodes.ts';
import { branch } from './choose.ts';
import { constantAddress } from './constants.ts';
import type { Emitter, Place } from './emitter.ts';
import { copyWord } from './memory-access.ts';
import { pushAs } from './narrow.ts';
import { divide, divideSigned } from './wide-divide.ts';
import { copyPlace, maskTop, placeAt, storePair, temporary } from './wide-memory.ts';
import { computePair, pushPair } from './wide-pair.ts';
import { storeShift } from './wide-shift.ts';

/** Computes a wide value into memory, whether or not it has a definition: this may be it. */
export function computeWide(e: Emitter, expr: Expr, to: Place): void {
  if (expr.kind !== 'op') {
    const word = loadOf(e.context.flat, expr);
    if (word) {
      copyWord(e, word, expr.width, to.offset);
      return;
    }
    storePairs(e, expr.width, to, (pair) => computePair(e, expr, pair));
    return;
  }
  if (e.placement.arms.has(expr)) {
    branch(e, expr, NONE, (value) => storeWide(e, value, to));
    return;
  }
  switch (expr.op) {
    case 'mulU':
    case 'mulS': {
      multiply(e, expr, to.offset);
      return;
    }
    case 'divU':
    case 'modU': {
      divide(e, expr, to.offset);
      return;
    }
    case 'divS':
    case 'modS': {
      divideSigned(e, expr, to.offset);
      return;
    }
    case 'shl':
    case 'shrU':
    case 'shrS': {
      storeShift(e, expr, to);
      return;
    }
    case 'add':
    case 'sub':
    case 'not':
    case 'and':
    case 'or':
    case 'xor':
    case 'mux':
    case 'select':
    case 'concat': {
      storePairs(e, expr.width, to, (pair) => computePair(e, expr, pair));
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

/** Puts a wide value into a place that overlaps no operand which is read after the first pair has been stored: see `clobbers`. */
export function storeWide(e: Emitter, expr: Expr, to: Place): void {
  const from = e.place(expr);
  if (from) copyPlace(e, from, to);
  else if (to.base === null && to.bytes % 8 === 0) computeWide(e, expr, to);
  else storePairs(e, expr.width, to, (pair) => pushPair(e, expr, pair));
}

function storePairs(e: Emitter, width: number, to: Place, push: (pair: number) => void): void {
  for (let pair = 0; pair < pairsOf(width); pair++) storePair(e, to, pair, () => push(pair));
}

/**
 * Does a value that is computed straight into a register read some of the register's limbs after others have been overwritten? Operators
 * that take each pair from the same pair of their operands do not, and shifts go through the pairs in the right direction.
 */
export function clobbers(e: Emitter, expr: Expr, reg: RegDecl): boolean {
  if (e.def(expr) || expr.kind === 'ref' || expr.kind === 'const') return false;
  if (expr.kind === 'op' && isShift(expr)) return false;
  if (expr.kind === 'op' && (isPairwise(expr) || e.placement.arms.has(expr)) && expr.op !== 'concat') {
    return expr.args.some((arg) => clobbers(e, arg, reg));
  }
  return reads(e, expr, reg);
}

function isShift({ op }: OpExpr): boolean {
  return op === 'shl' || op === 'shrU' || op === 'shrS';
}

/** Does an expression, as far as it is computed on the spot, read the register? */
function reads(e: Emitter, expr: Expr, reg: RegDecl): boolean {
  if (e.def(expr)) return false;
  if (expr.kind === 'ref') return regOf(expr) === reg;
  if (expr.kind === 'slice') return reads(e, expr.arg, reg);
  return expr.kind === 'op' && expr.args.some((arg) => reads(e, arg, reg));
}

/** Address of a value in whole limbs, copied into memory when it does not lie there already. */
export function addressOf(e: Emitter, expr: Expr): number {
  if (expr.kind === 'const') {
    return constantAddress(e.context, [expr.value], 8 * limbsOf(expr.width));
  }
  const place = isWide(expr) ? e.place(expr) : null;
  if (place?.base === null && place.bytes % 8 === 0) return place.offset;
  const copy = temporary(e, 64 * limbsOf(expr.width));
  storeOperand(e, expr, copy);
  return copy.offset;
}

/** An operand of any width in whole limbs. */
function storeOperand(e: Emitter, expr: Expr, to: Place): void {
  if (isWide(expr)) {
    storeWide(e, expr, to);
    return;
  }
  e.code.i32(0);
  pushAs(e, expr, I64);
  e.code.memory('i64_store', to.offset);
}

/** A sign-extended copy in `limbs` limbs. */
export function signedCopy(e: Emitter, expr: Expr, limbs: number): number {
  const { code } = e;
  const copy = e.context.map.arena.alloc(8 * limbs);
  const own = limbsOf(expr.width);
  storeOperand(e, expr, placeAt(copy, 64 * own));
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
