// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { isWide, limbsOf } from '../plan/values.ts';
import { I64 } from '../wasm/opcodes.ts';
import { pushRun, runsOf } from './concat.ts';
import type { Emitter } from './emitter.ts';
import { pushAs } from './narrow.ts';

/**
 * Pushes bits 64k .. 64k+63 of a value as i64; bits beyond its width are zero. Wide values lie in memory or are constants: `place` gives
 * a definition to every other one that is read by limbs.
 */
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
  if (expr.kind === 'const') {
    code.i64((expr.value >> BigInt(64 * k)) & mask(64));
    return;
  }
  const place = e.place(expr);
  if (!place) throw new Error(`a ${expr.kind} of ${expr.width} bits has no place`);
  e.base(place);
  code.memory(place.bytes - 8 * k >= 8 ? 'i64_load' : 'i64_load32_u', place.offset + 8 * k);
}

/** A limb of a concat: the parts that fall into it, shifted to their places. */
export function pushConcatLimb(e: Emitter, expr: OpExpr, k: number): void {
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
    code.i64((expr.value >> BigInt(lo)) & mask(width));
    return;
  }
  if (isWide(expr) && expr.kind === 'slice' && !e.def(expr)) {
    pushWideExtract(e, expr.arg, expr.lo + lo, width);
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
  code.i64(mask(width));
  code.op('i64_and');
}
