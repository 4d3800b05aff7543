// SPDX-License-Identifier: Apache-2.0

/** Arithmetic on `bigint` bit patterns of a given width. A pattern is always in 0 .. 2^width - 1. */

const masks: bigint[] = [];

/** 2^width - 1. */
export function mask(width: number): bigint {
  return (masks[width] ??= (1n << BigInt(width)) - 1n);
}

/** The low `width` bits of any integer, as a pattern. */
export function wrap(value: bigint, width: number): bigint {
  return value & mask(width);
}

/** A pattern read as two's complement. */
export function toSigned(pattern: bigint, width: number): bigint {
  return width > 0 && pattern >> BigInt(width - 1) === 1n ? pattern - (1n << BigInt(width)) : pattern;
}

/** Bits needed to hold the unsigned numbers 0 .. value. Zero needs none. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Bits needed to tell `count` things apart: ceil(log2 count), 0 for one thing. */
export function clog2(count: number): number {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`clog2 needs a positive integer, not ${count}.`);
  return bitLength(BigInt(count - 1));
}

/** Number of ones in a pattern. */
export function countOnes(pattern: bigint): number {
  let ones = 0;
  for (let rest = pattern; rest !== 0n; rest &= rest - 1n) ones++;
  return ones;
}

/** Does the unsigned or two's complement number `value` fit in `width` bits? */
export function fits(value: bigint, width: number, signed: boolean): boolean {
  if (!signed) return value >= 0n && value <= mask(width);
  if (width === 0) return value === 0n;
  const half = 1n << BigInt(width - 1);
  return value >= -half && value < half;
}
