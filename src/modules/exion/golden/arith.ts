// SPDX-License-Identifier: Apache-2.0

/**
 * Integer arithmetic of EXION (paper 3.0), exact in doubles: every intermediate value stays below 2^53, and dividing by a power of
 * two then taking the floor is the arithmetic shift of the hardware.
 */

/** Largest code of `bits` signed bits; the range is symmetric, so the least is its negative. */
export function limitOf(bits: number): number {
  return 2 ** (bits - 1) - 1;
}

export function clamp(value: number, bits: number): number {
  const limit = limitOf(bits);
  return value > limit ? limit : value < -limit ? -limit : value;
}

/** Powers of two for shifts: `**` costs more than all the rest of a requantisation. */
const powers = Float64Array.from({ length: 64 }, (_, shift) => 2 ** shift);

/** value >> shift, rounding down; shift 0 .. 63. */
export function shiftDown(value: number, shift: number): number {
  return Math.floor(value / powers[shift]!);
}

/** rq(a) = clamp((a * M + 2^(S-1)) >> S): |a| < 2^33, M unsigned 16 bits, S >= 1. */
export function requantise(a: number, multiplier: number, shift: number, bits = 8): number {
  return clamp(shiftDown(a * multiplier + 2 ** (shift - 1), shift), bits);
}

/**
 * Scaled sum of two values with 16-bit result, for residuals and for the update of the image:
 * clamp((x * keep + a * gain + 2^(S-1)) >> S): x signed 16 bits, keep unsigned 32 bits, |a| < 2^33, gain signed 16 bits.
 */
export function axpy(x: number, keep: number, a: number, gain: number, shift: number): number {
  return clamp(shiftDown(x * keep + a * gain + 2 ** (shift - 1), shift), 16);
}

/** Dot product of int8 vectors into a 32-bit accumulator; wrapping is an error of the caller (K is bounded). */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  if (Math.abs(sum) > 2 ** 31 - 1) throw new RangeError(`dot product ${sum} does not fit in 32 bits`);
  return sum;
}
