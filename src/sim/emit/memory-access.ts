// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr } from '../../ir/expr.ts';
import type { MemoryLoad, MemoryWrite } from '../flat/flat.ts';
import type { MemorySlot } from '../memory-map.ts';
import { isWide, limbsOf } from '../plan/values.ts';
import { I32, I64, type MemoryOpcode } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { convert, push, pushAs } from './narrow.ts';
import { pushClamped } from './shift.ts';
import { pushLimb } from './wide.ts';

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
    for (let k = 0; k < limbsOf(width); k++) {
      e.code.i32(0);
      e.code.get(from);
      e.code.memory('i64_load', slot.address + 8 * k);
      e.code.memory('i64_store', to + 8 * k);
    }
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
    const word = memory.memory.width;
    const isNumber = !isWide(data);
    const [type, stem] = word <= 32 ? ([I32, 'i32'] as const) : ([I64, 'i64'] as const);
    const limbs = isNumber ? 1 : limbsOf(word);
    for (let k = 0; k < limbs; k++) {
      const pushPart = (value: Expr): void => (isNumber ? pushAs(e, value, type) : pushLimb(e, value, k));
      const at = slot.address + 8 * k;
      code.get(to);
      pushPart(data);
      if (bits) {
        // old ^ ((old ^ new) & mask)
        code.get(to);
        code.memory(isNumber ? loads[slot.stride]! : 'i64_load', at);
        code.op(`${stem}_xor`);
        pushPart(bits);
        code.op(`${stem}_and`);
        code.get(to);
        code.memory(isNumber ? loads[slot.stride]! : 'i64_load', at);
        code.op(`${stem}_xor`);
      }
      code.memory(isNumber ? stores[slot.stride]! : 'i64_store', at);
    }
    e.nesting--;
    code.op('end');
    code.op('end');
  });
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
