// SPDX-License-Identifier: Apache-2.0

/** Bits of an unsigned number 0 .. most: 0 when it is always 0. */
export function bitsFor(most: number | bigint): number {
  const value = BigInt(most);
  return value <= 0n ? 0 : value.toString(2).length;
}

/** Bits of a number that tells `count` things apart: 0 for one thing or none. */
export function clog2(count: number): number {
  return bitsFor(count - 1);
}
