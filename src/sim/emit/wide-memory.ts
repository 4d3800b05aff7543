// SPDX-License-Identifier: Apache-2.0
import { allocStored, storedBytes } from '../memory-map.ts';
import { limbsOf } from '../plan/values.ts';
import { V128 } from '../wasm/opcodes.ts';
import type { Emitter, Place } from './emitter.ts';
import { limbMask } from './memory-access.ts';

/** From this many bytes on a call of the engine's copy is cheaper than a load and a store for every pair of limbs. */
const LONG_COPY = 512;

/** Whole limbs at an address. */
export function placeAt(offset: number, width: number): Place {
  return { base: null, offset, bytes: storedBytes(width) };
}

/** A place for the time of one operation. */
export function temporary(e: Emitter, width: number): Place {
  return placeAt(allocStored(e.context.map.arena, width), width);
}

/** Pushes 16 bytes of a place; those beyond its end are zero. */
export function loadBytes(e: Emitter, place: Place, at: number): void {
  const { code } = e;
  const offset = place.offset + at;
  const bytes = Math.min(16, place.bytes - at);
  if (bytes <= 0) {
    code.v128(0n, 0n);
    return;
  }
  e.base(place);
  if (bytes === 16) code.vectorMemory('v128_load', offset);
  else if (bytes === 4) code.vectorMemory('v128_load32_zero', offset);
  else code.vectorMemory('v128_load64_zero', offset);
  if (bytes !== 12) return;
  e.scratch(V128, (low) => {
    code.set(low);
    e.base(place);
    code.get(low);
    code.laneMemory('v128_load32_lane', offset + 8, 2);
  });
}

/** Stores a pair of limbs, or what of it lies within the place. */
export function storePair(e: Emitter, place: Place, pair: number, push: () => void): void {
  const { code } = e;
  const offset = place.offset + 16 * pair;
  const bytes = Math.min(16, place.bytes - 16 * pair);
  e.base(place);
  push();
  if (bytes === 16) code.vectorMemory('v128_store', offset);
  else if (bytes === 8) code.laneMemory('v128_store64_lane', offset, 0);
  else if (bytes === 4) code.laneMemory('v128_store32_lane', offset, 0);
  else {
    e.scratch(V128, (both) => {
      code.tee(both);
      code.laneMemory('v128_store64_lane', offset, 0);
      e.base(place);
      code.get(both);
      code.laneMemory('v128_store32_lane', offset + 8, 2);
    });
  }
}

/** Copies all bytes of a place; nothing when a register keeps its value. */
export function copyPlace(e: Emitter, from: Place, to: Place): void {
  if (from.base === to.base && from.offset === to.offset) return;
  if (to.bytes < LONG_COPY || from.bytes < to.bytes) {
    for (let pair = 0; 16 * pair < to.bytes; pair++) storePair(e, to, pair, () => loadBytes(e, from, 16 * pair));
    return;
  }
  pushAddress(e, to);
  pushAddress(e, from);
  e.code.i32(to.bytes);
  e.code.copy();
}

/** Pushes the address of a place. */
export function pushAddress(e: Emitter, { base, offset }: Place): void {
  if (base === null) {
    e.code.i32(offset);
    return;
  }
  e.code.get(base);
  e.code.i32(offset);
  e.code.op('i32_add');
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
