// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr } from '../../ir/expr.ts';
import type { MemoryLoad, MemoryWrite } from '../flat/flat.ts';
import type { MemorySlot } from '../memory-map.ts';
import { isWide, pairsOf } from '../plan/values.ts';
import { I32, I64, type MemoryOpcode } from '../wasm/opcodes.ts';
import type { Emitter, Place } from './emitter.ts';
import { convert, push, pushAs } from './narrow.ts';
import { pushClamped } from './shift.ts';
import { copyPlace, loadBytes, placeAt, storePair } from './wide-memory.ts';
import { pushPair } from './wide-pair.ts';

/** Pushes the byte offset of a word from the start of its memory; beyond the depth it is the guard word. */
function pushOffset(e: Emitter, slot: MemorySlot, address: Expr): void {
  pushClamped(e, address, slot.depth);
  if (slot.stride === 1) return;
  e.code.i32(slot.stride);
  e.code.op('i32_mul');
}

const loads: Record<number, MemoryOpcode> = { 1: 'i32_load8_u', 2: 'i32_load16_u', 4: 'i32_load', 8: 'i64_load' };
const stores: Record<number, MemoryOpcode> = { 1: 'i32_store8', 2: 'i32_store16', 4: 'i32_store', 8: 'i64_store' };

/** Pushes a memory word of at most 64 bits. */
export function pushWord(e: Emitter, { memory, address }: MemoryLoad, _width: number): void {
  const slot = e.context.map.memories.get(memory)!;
  pushOffset(e, slot, address);
  e.code.memory(loads[slot.stride]!, slot.address);
}

/** Copies a wide memory word. */
export function copyWord(e: Emitter, { memory, address }: MemoryLoad, width: number, to: number): void {
  const slot = e.context.map.memories.get(memory)!;
  e.scratch(I32, (from) => {
    pushOffset(e, slot, address);
    e.code.set(from);
    copyPlace(e, { base: from, offset: slot.address, bytes: slot.stride }, placeAt(to, width));
  });
}

export function emitWrite(e: Emitter, { memory, enable, address, data, mask: bits }: MemoryWrite): void {
  const slot = e.context.map.memories.get(memory)!;
  const { code } = e;
  e.scratch(I32, (to) => {
    push(e, enable);
    code.if();
    e.nesting++;
    pushClamped(e, address, slot.depth);
    code.tee(to);
    code.i32(slot.depth);
    code.op('i32_lt_u');
    code.if();
    code.get(to);
    code.i32(slot.stride);
    code.op('i32_mul');
    code.set(to);
    if (isWide(data)) writeWide(e, { base: to, offset: slot.address, bytes: slot.stride }, data, bits);
    else writeNumber(e, to, slot, data, bits);
    e.nesting--;
    code.op('end');
    code.op('end');
  });
}

function writeNumber(e: Emitter, to: number, slot: MemorySlot, data: Expr, bits: Expr | null): void {
  const { code } = e;
  const [type, stem] = data.width <= 32 ? ([I32, 'i32'] as const) : ([I64, 'i64'] as const);
  code.get(to);
  pushAs(e, data, type);
  if (bits) {
    // old ^ ((old ^ new) & mask)
    code.get(to);
    code.memory(loads[slot.stride]!, slot.address);
    code.op(`${stem}_xor`);
    pushAs(e, bits, type);
    code.op(`${stem}_and`);
    code.get(to);
    code.memory(loads[slot.stride]!, slot.address);
    code.op(`${stem}_xor`);
  }
  code.memory(stores[slot.stride]!, slot.address);
}

function writeWide(e: Emitter, word: Place, data: Expr, bits: Expr | null): void {
  for (let pair = 0; pair < pairsOf(data.width); pair++) {
    storePair(e, word, pair, () => {
      pushPair(e, data, pair);
      if (!bits) return;
      loadBytes(e, word, 16 * pair);
      pushPair(e, bits, pair);
      e.code.vector('v128_bitselect');
    });
  }
}

/** Pushes random bits, up to 64 of them. */
export function pushRandom(e: Emitter, width: number): void {
  e.code.call(e.context.kernels.random());
  if (width <= 32) e.code.op('i32_wrap_i64');
  convert(e, width, 'any', 'zero');
}

/** Bits of a limb that belong to a value of the given width. */
export function limbMask(width: number, limb: number): bigint {
  return mask(Math.min(64, width - 64 * limb));
}
