// SPDX-License-Identifier: Apache-2.0
import type { ConstExpr, Expr, OpExpr } from '../../ir/expr.ts';
import { isTable } from '../plan/cost.ts';
import { isWide, limbsOf } from '../plan/values.ts';
import { I64 } from '../wasm/opcodes.ts';
import { pushRun, runsOf } from './concat.ts';
import { constantAddress } from './constants.ts';
import type { Emitter, Place } from './emitter.ts';
import { limbMask } from './memory-access.ts';
import { push, pushAs } from './narrow.ts';
import { pushClamped } from './shift.ts';

/** Pushes bits 64k .. 64k+63 of a value as i64; bits beyond its width are zero. */
export function pushLimb(e: Emitter, expr: Expr, k: number): void {
  const { code } = e;
  if (k >= limbsOf(expr.width)) {
    code.i64(0n);
    return;
  }
  if (!isWide(expr)) {
    pushAs(e, expr, I64);
    return;
  }
  const place = e.place(expr);
  if (place) loadLimb(e, place, k);
  else computeLimb(e, expr, k);
}

/** A limb of a wide value that does not lie in memory, or is just being put there. */
export function computeLimb(e: Emitter, expr: Expr, k: number): void {
  const { code } = e;
  switch (expr.kind) {
    case 'const':
      code.i64((expr.value >> BigInt(64 * k)) & 0xffff_ffff_ffff_ffffn);
      return;
    case 'slice': {
      pushWideExtract(e, expr.arg, expr.lo + 64 * k, Math.min(64, expr.width - 64 * k));
      return;
    }
    case 'ref': {
      const source = e.source(expr);
      if (source) {
        loadLimb(e, source, k);
        return;
      }
      // Random bits are the only reference that lies nowhere.
      code.call(e.context.kernels.random());
      code.i64(limbMask(expr.width, k));
      code.op('i64_and');
      return;
    }
    case 'op': {
      pushOpLimb(e, expr, k);
      return;
    }
  }
}

function pushOpLimb(e: Emitter, expr: OpExpr, k: number): void {
  const { code } = e;
  const [a, b, c] = expr.args as readonly [Expr, Expr, Expr];
  switch (expr.op) {
    case 'and':
    case 'or':
    case 'xor':
      pushLimb(e, a, k);
      pushLimb(e, b, k);
      {
        code.op(`i64_${expr.op}`);
        return;
      }
    case 'not':
      pushLimb(e, a, k);
      code.i64(limbMask(expr.width, k));
      {
        code.op('i64_xor');
        return;
      }
    case 'mux':
      pushLimb(e, b, k);
      pushLimb(e, c, k);
      push(e, a);
      {
        code.op('select');
        return;
      }
    case 'concat': {
      pushConcatLimb(e, expr, k);
      return;
    }
    default:
      if (isTable(expr)) {
        pushTableLimb(e, expr, k);
        return;
      }
      throw new Error(`${expr.op} of ${expr.width} bits has no definition`);
  }
}

export function loadLimb(e: Emitter, place: Place, k: number): void {
  e.base(place);
  e.code.memory(place.bytes - 8 * k >= 8 ? 'i64_load' : 'i64_load32_u', place.offset + 8 * k);
}

function pushTableLimb(e: Emitter, expr: OpExpr, k: number): void {
  const [index, ...entries] = expr.args;
  // One table a limb: no more memory than one for the words, and the address needs only a shift.
  const values = entries.map((entry) => ((entry as ConstExpr).value >> BigInt(64 * k)) & 0xffff_ffff_ffff_ffffn);
  pushClamped(e, index!, entries.length - 1);
  e.code.i32(3);
  e.code.op('i32_shl');
  e.code.memory('i64_load', constantAddress(e.context, values, 8));
}

function pushConcatLimb(e: Emitter, expr: OpExpr, k: number): void {
  const [from, to] = [64 * k, Math.min(64 * (k + 1), expr.width)];
  let base = expr.width;
  let first = true;
  for (const { part, count } of runsOf(expr.args)) {
    base -= part.width * count;
    const lo = Math.max(from, base);
    const width = Math.min(to, base + part.width * count) - lo;
    if (width <= 0 || (part.kind === 'const' && part.value === 0n)) continue;
    if (count > 1) pushRun(e, part, width, I64, 'zero');
    else pushWideExtract(e, part, lo - base, width);
    if (lo > from) {
      e.code.i64(BigInt(lo - from));
      e.code.op('i64_shl');
    }
    if (!first) e.code.op('i64_or');
    first = false;
  }
  if (first) e.code.i64(0n);
}

/** Pushes at most 64 bits of any value as i64. */
export function pushWideExtract(e: Emitter, expr: Expr, lo: number, width: number): void {
  const { code } = e;
  const [limb, shift] = [Math.floor(lo / 64), lo % 64];
  if (expr.kind === 'const') {
    code.i64((expr.value >> BigInt(lo)) & ((1n << BigInt(width)) - 1n));
    return;
  }
  pushLimb(e, expr, limb);
  if (shift > 0) {
    code.i64(BigInt(shift));
    code.op('i64_shr_u');
  }
  if (shift + width > 64) {
    pushLimb(e, expr, limb + 1);
    code.i64(BigInt(64 - shift));
    code.op('i64_shl');
    code.op('i64_or');
  }
  const clean = lo + width === expr.width || (shift === 0 && width === 64);
  if (clean) return;
  code.i64((1n << BigInt(width)) - 1n);
  code.op('i64_and');
}

/** Comparisons and reductions over wide operands: an i32 that is 0 or 1. */
export function pushWideBit(e: Emitter, expr: OpExpr): void {
  const { code } = e;
  const [a, b] = expr.args as readonly [Expr, Expr];
  const limbs = limbsOf(a.width);
  switch (expr.op) {
    case 'eq':
    case 'ne':
      fold(limbs, 'i64_or', code, (k) => {
        pushLimb(e, a, k);
        pushLimb(e, b, k);
        code.op('i64_xor');
      });
      code.op('i64_eqz');
      if (expr.op === 'ne') code.op('i32_eqz');
      return;
    case 'ltU':
    case 'ltS': {
      pushLess(e, a, b, expr.op === 'ltS');
      return;
    }
    case 'leU':
    case 'leS':
      pushLess(e, b, a, expr.op === 'leS');
      {
        code.op('i32_eqz');
        return;
      }
    case 'andR':
      fold(limbs, 'i32_and', code, (k) => {
        pushLimb(e, a, k);
        code.i64(limbMask(a.width, k));
        code.op('i64_eq');
      });
      return;
    case 'orR':
      fold(limbs, 'i64_or', code, (k) => pushLimb(e, a, k));
      code.i64(0n);
      {
        code.op('i64_ne');
        return;
      }
    case 'xorR':
      fold(limbs, 'i64_xor', code, (k) => pushLimb(e, a, k));
      code.op('i64_popcnt');
      code.op('i32_wrap_i64');
      code.i32(1);
      {
        code.op('i32_and');
        return;
      }
    default:
      throw new Error(`${expr.op} gives no bit`);
  }
}

function fold(
  limbs: number,
  op: 'i64_or' | 'i64_xor' | 'i32_and',
  code: Emitter['code'],
  limb: (k: number) => void,
): void {
  for (let k = 0; k < limbs; k++) {
    limb(k);
    if (k > 0) code.op(op);
  }
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
