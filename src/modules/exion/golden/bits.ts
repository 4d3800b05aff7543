// SPDX-License-Identifier: Apache-2.0

/** Bitmaps of the golden models are bigints: any width, and `a & ~b` reads as in the paper. Bit 0 is lane (or row) 0. */
export function popcount(x: bigint): number {
  let count = 0;
  for (let word of words(x)) for (; word !== 0; word &= word - 1) count++;
  return count;
}

/** Numbers of the set bits, lowest first. */
export function setBits(x: bigint): number[] {
  const bits: number[] = [];
  words(x).forEach((first, index) => {
    for (let word = first; word !== 0; word &= word - 1) bits.push(32 * index + 31 - Math.clz32(word & -word));
  });
  return bits;
}

/** The bitmap as an array of 0 and 1, bit 0 first. */
export function bitArray(x: bigint, width: number): (0 | 1)[] {
  const array = new Array<0 | 1>(width).fill(0);
  for (const bit of setBits(x)) array[bit] = 1;
  return array;
}

/** A bitmap with bit i set where `is(i)`. */
export function bitmap(width: number, is: (bit: number) => boolean): bigint {
  let bits = 0n;
  for (let i = 0; i < width; i++) if (is(i)) bits |= 1n << BigInt(i);
  return bits;
}

/** The bitmap as 32-bit words, lowest first. Counting in numbers is several times faster than in bigints. */
function words(x: bigint): number[] {
  if (x <= 0xffff_ffffn) return [Number(x) | 0];
  return [...words(x & 0xffff_ffffn), ...words(x >> 32n)];
}
