// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { ConstExpr, Expr, OpExpr } from '../../ir/expr.ts';
import { isTable } from '../plan/cost.ts';
import { isWide, limbsOf } from '../plan/values.ts';
import { storedBytes } from '../memory-map.ts';
import { I32, I64, V128 } from '../wasm/opcodes.ts';
import { constantAddress } from './constants.ts';
import type { Emitter, Place } from './emitter.ts';
import { limbMask } from './memory-access.ts';
import { push, pushAs } from './narrow.ts';
import { pushClamped } from './shift.ts';
import { pushConcatLimb, pushWideExtract } from './wide-limb.ts';
import { loadBytes, placeAt, pushAddress } from './wide-memory.ts';
import { pushSumPair } from './wide-sum.ts';

/**
 * Pushes bits 128 * pair .. 128 * pair + 127 of a wide value as a vector; bits beyond its width are zero. A value that is computed on the
 * spot must be asked for all its pairs, once each and upwards: choices keep what they have found from pair to pair.
 */
export function pushPair(e: Emitter, expr: Expr, pair: number): void {
  const place = e.place(expr);
  if (place) loadBytes(e, place, 16 * pair);
  else computePair(e, expr, pair);
}

/** A pair of a value that does not lie in memory, or is just being put there. */
export function computePair(e: Emitter, expr: Expr, pair: number): void {
  const { code } = e;
  switch (expr.kind) {
    case 'const': {
      const bits = expr.value >> BigInt(128 * pair);
      code.v128(bits & mask(64), (bits >> 64n) & mask(64));
      return;
    }
    case 'slice': {
      pushExtractPair(e, expr.arg, expr.lo + 128 * pair, Math.min(128, expr.width - 128 * pair));
      return;
    }
    case 'ref': {
      const source = e.source(expr);
      if (source) {
        loadBytes(e, source, 16 * pair);
        return;
      }
      // Random bits are the only reference that lies nowhere.
      pushLimbs(e, expr.width, pair, (k) => {
        code.call(e.context.kernels.random());
        code.i64(limbMask(expr.width, k));
        code.op('i64_and');
      });
      return;
    }
    case 'op': {
      pushOpPair(e, expr, pair);
      return;
    }
  }
}

function pushOpPair(e: Emitter, expr: OpExpr, pair: number): void {
  const { code } = e;
  const [a, b] = expr.args as readonly [Expr, Expr];
  switch (expr.op) {
    case 'and':
    case 'or':
    case 'xor':
      pushPair(e, a, pair);
      pushPair(e, b, pair);
      code.vector(`v128_${expr.op}`);
      return;
    case 'not':
      pushPair(e, a, pair);
      pushMask(e, expr.width, pair);
      code.vector('v128_xor');
      return;
    case 'add':
    case 'sub':
      pushSumPair(e, expr, pair);
      return;
    case 'mux': {
      const gated = e.placement.gated.get(expr);
      if (gated) pushSumPair(e, gated.sum, pair, gated);
      else pushMuxPair(e, expr, pair);
      return;
    }
    case 'concat':
      pushConcatPair(e, expr, pair);
      return;
    default:
      if (!isTable(expr)) throw new Error(`${expr.op} of ${expr.width} bits has no definition`);
      pushTablePair(e, expr, pair);
  }
}

/** Pushes ones where a value of this width has bits. */
export function pushMask(e: Emitter, width: number, pair: number): void {
  const rest = width - 128 * pair;
  e.code.v128(mask(Math.min(64, rest)), mask(Math.min(64, Math.max(0, rest - 64))));
}

/** A pair from its limbs. */
function pushLimbs(e: Emitter, width: number, pair: number, limb: (k: number) => void): void {
  const { code } = e;
  if (2 * pair + 1 >= limbsOf(width)) {
    code.v128(0n, 0n);
    limb(2 * pair);
    code.setLane(0);
    return;
  }
  limb(2 * pair);
  code.vector('i64x2_splat');
  limb(2 * pair + 1);
  code.setLane(1);
}

/** Where a value lies, constants included. */
function placeOf(e: Emitter, expr: Expr): Place | null {
  if (expr.kind !== 'const') return e.place(expr);
  return placeAt(constantAddress(e.context, [expr.value], storedBytes(expr.width)), expr.width);
}

/** A choice of two values in memory chooses an address; of others, a mask chooses bits. */
function pushMuxPair(e: Emitter, expr: OpExpr, pair: number): void {
  const { code } = e;
  const [condition, yes, no] = expr.args as readonly [Expr, Expr, Expr];
  const isAt = (arm: Expr): boolean => arm.kind === 'const' || e.place(arm)?.bytes === storedBytes(expr.width);
  if (isAt(yes) && isAt(no)) {
    const base = e.running(expr, I32, pair, (local) => {
      for (const arm of [yes, no]) pushAddress(e, placeOf(e, arm)!);
      push(e, condition);
      code.op('select');
      code.set(local);
    });
    loadBytes(e, { base, offset: 0, bytes: storedBytes(expr.width) }, 16 * pair);
    e.end(expr, I32, pair);
    return;
  }
  const chosen = e.running(expr, V128, pair, (local) => {
    code.i64(0n);
    pushAs(e, condition, I64);
    code.op('i64_sub');
    code.vector('i64x2_splat');
    code.set(local);
  });
  pushPair(e, yes, pair);
  pushPair(e, no, pair);
  code.get(chosen);
  code.vector('v128_bitselect');
  e.end(expr, V128, pair);
}

function pushTablePair(e: Emitter, expr: OpExpr, pair: number): void {
  const { code } = e;
  const [index, ...entries] = expr.args;
  const bytes = storedBytes(expr.width);
  const base = e.running(expr, I32, pair, (local) => {
    pushClamped(e, index!, entries.length - 1);
    code.i32(bytes);
    code.op('i32_mul');
    code.i32(constantAddress(e.context, entries.map((entry) => (entry as ConstExpr).value), bytes)); // prettier-ignore
    code.op('i32_add');
    code.set(local);
  });
  loadBytes(e, { base, offset: 0, bytes }, 16 * pair);
  e.end(expr, I32, pair);
}

function pushConcatPair(e: Emitter, expr: OpExpr, pair: number): void {
  const [from, to] = [128 * pair, Math.min(128 * (pair + 1), expr.width)];
  let base = expr.width;
  for (const part of expr.args) {
    base -= part.width;
    if (isWide(part) && base <= from && base + part.width >= to) {
      pushExtractPair(e, part, from - base, to - from);
      return;
    }
  }
  pushLimbs(e, expr.width, pair, (k) => pushConcatLimb(e, expr, k));
}

/** Pushes at most 128 bits of a wide value that lies in memory. */
function pushExtractPair(e: Emitter, expr: Expr, lo: number, width: number): void {
  const { code } = e;
  if (expr.kind === 'slice' && !e.def(expr)) {
    pushExtractPair(e, expr.arg, expr.lo + lo, width);
    return;
  }
  const place = e.place(expr);
  if (!place) {
    pushLimbs(e, width, 0, (k) => pushWideExtract(e, expr, lo + 64 * k, Math.min(64, width - 64 * k)));
    return;
  }
  const [limb, shift] = [Math.floor(lo / 64), lo % 64];
  loadBytes(e, place, 8 * limb);
  if (shift > 0) {
    code.i32(shift);
    code.vector('i64x2_shr_u');
    loadBytes(e, place, 8 * limb + 8);
    code.i32(64 - shift);
    code.vector('i64x2_shl');
    code.vector('v128_or');
  }
  if (lo + width === expr.width || (shift === 0 && width === 128)) return;
  pushMask(e, width, 0);
  code.vector('v128_and');
}
