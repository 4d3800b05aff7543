// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../../dsl/index.ts';

/**
 * Three rows become two of equal sum, modulo 2^w, without a carry chain. Bit 0 of the row of carries is free: `carryIn` goes there.
 */
export function carrySave(
  a: Signal,
  b: Signal,
  c: Signal,
  carryIn: Signal = a.constant(0n, 1),
): { readonly sum: Signal; readonly carries: Signal } {
  const different = a.xor(b);
  const majority = a.and(b).or(c.and(different));
  return { sum: different.xor(c), carries: majority.trunc(a.width - 1).concat(carryIn) };
}

/** a - b where `subtract`, else a + b, modulo 2^w: one adder. */
export function addSubtract(a: Signal, b: Signal, subtract: Signal): Signal {
  const inverted = b.xor(subtract.replicate(b.width));
  return a.concat(a.constant(1n, 1)).addWrap(inverted.concat(subtract)).slice(a.width, 1);
}
