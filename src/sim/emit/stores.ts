// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr } from '../../ir/expr.ts';
import type { RegDecl } from '../../ir/module.ts';
import { wordsOf } from '../layout.ts';
import { isWide } from '../plan/values.ts';
import { I32, I64 } from '../wasm/opcodes.ts';
import { type Emitter, OUT } from './emitter.ts';
import { push, pushAs } from './narrow.ts';
import { pushWideExtract } from './wide-limb.ts';
import { copyPlace, placeAt, temporary } from './wide-memory.ts';
import { clobbers, storeWide } from './wide-store.ts';

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
  const place = placeAt(at, value.width);
  if (!clobbers(e, value, reg)) {
    storeWide(e, value, place);
    return;
  }
  const copy = temporary(e, value.width);
  storeWide(e, value, copy);
  copyPlace(e, copy, place);
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
  storeWide(e, value, { base: OUT, offset, bytes: 4 * wordsOf(value.width) });
}

export function emitPoke(e: Emitter, address: number, value: Expr): void {
  if (!isWide(value)) {
    storeNumber(e, value, null, address);
    return;
  }
  storeWide(e, value, placeAt(address, value.width));
}
