// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr } from '../../ir/expr.ts';
import type { RegDecl } from '../../ir/module.ts';
import { isWide, limbsOf, regOf } from '../plan/values.ts';
import { I32, I64 } from '../wasm/opcodes.ts';
import { type Emitter, OUT } from './emitter.ts';
import { push, pushAs } from './narrow.ts';
import { storeLimbs } from './wide-store.ts';
import { pushLimb, pushWideExtract } from './wide.ts';

/** A reset of more bytes than this copies an image instead of storing constants. */
const COPY_BYTES = 64;

export function emitStore(e: Emitter, reg: RegDecl, lo: number, value: Expr): void {
  const at = e.context.map.regs.get(reg)!;
  if (value.width !== reg.width) {
    storePart(e, reg, lo, value, at);
    return;
  }
  if (!isWide(value)) {
    storeNumber(e, value, null, at);
    return;
  }
  if (!readsInline(e, value, reg)) {
    storeLimbs(e, value, at);
    return;
  }
  // Limbs of the old value are still needed while the first ones are written.
  const locals = Array.from({ length: limbsOf(value.width) }, () => e.code.local(I64));
  locals.forEach((local, k) => {
    pushLimb(e, value, k);
    e.code.set(local);
  });
  locals.forEach((local, k) => {
    e.code.i32(0);
    e.code.get(local);
    e.code.memory('i64_store', at + 8 * k);
  });
}

/** Does a wide expression, as far as it is computed on the spot, read the register? */
function readsInline(e: Emitter, expr: Expr, reg: RegDecl): boolean {
  if (e.def(expr)) return false;
  if (expr.kind === 'ref') return regOf(expr) === reg;
  if (expr.kind === 'slice') return readsInline(e, expr.arg, reg);
  return expr.kind === 'op' && expr.args.some((arg) => readsInline(e, arg, reg));
}

function storeNumber(e: Emitter, value: Expr, base: number | null, at: number): void {
  e.base({ base });
  push(e, value);
  e.code.memory(value.width <= 32 ? 'i32_store' : 'i64_store', at);
}

/** Some bits of a register; the others keep what they have, which may come from an earlier assignment. */
function storePart(e: Emitter, reg: RegDecl, lo: number, value: Expr, at: number): void {
  const type = reg.width <= 32 ? I32 : I64;
  const stem = type === I32 ? 'i32' : 'i64';
  const size = type === I32 ? 32 : 64;
  const end = lo + value.width;
  for (let k = Math.floor(lo / size); k * size < end; k++) {
    const from = Math.max(lo, k * size);
    const width = Math.min(end, (k + 1) * size) - from;
    const shift = from - k * size;
    const { code } = e;
    code.i32(0);
    code.i32(0);
    code.memory(`${stem}_load`, at + 8 * k);
    const keep = ~(mask(width) << BigInt(shift));
    if (type === I32) code.i32(Number(BigInt.asIntN(32, keep)));
    else code.i64(keep);
    code.op(`${stem}_and`);
    if (reg.width <= 64) pushAs(e, value, type);
    else pushWideExtract(e, value, from - lo, width);
    if (shift > 0) {
      if (type === I32) code.i32(shift);
      else code.i64(BigInt(shift));
      code.op(`${stem}_shl`);
    }
    code.op(`${stem}_or`);
    code.memory(`${stem}_store`, at + 8 * k);
  }
}

export function emitReset(e: Emitter, domain: number, regs: readonly RegDecl[]): void {
  const { code, context } = e;
  const { start, bytes, image } = context.map.resets[domain]!;
  if (bytes > COPY_BYTES) {
    for (const number of [start, image, bytes]) code.i32(number);
    code.copy();
    return;
  }
  for (const reg of regs) emitStore(e, reg, 0, context.flat.pool.constant(reg.reset!, reg.width));
}

export function emitOutput(e: Emitter, value: Expr, offset: number): void {
  if (!isWide(value)) {
    storeNumber(e, value, OUT, offset);
    return;
  }
  for (let k = 0; k < limbsOf(value.width); k++) {
    e.code.get(OUT);
    pushLimb(e, value, k);
    e.code.memory(value.width - 64 * k > 32 ? 'i64_store' : 'i64_store32', offset + 8 * k);
  }
}

export function emitPoke(e: Emitter, address: number, value: Expr): void {
  if (!isWide(value)) {
    storeNumber(e, value, null, address);
    return;
  }
  storeLimbs(e, value, address);
}
