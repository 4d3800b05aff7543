// SPDX-License-Identifier: Apache-2.0

/** clamp((a * M + 2^(S-1)) >> S) to +-(2^(width-1) - 1), S >= 1, exact. */
export function requantiseGolden(a: bigint, multiplier: bigint, shift: number, width: number): bigint {
  const rounded = (a * multiplier + (1n << BigInt(shift - 1))) >> BigInt(shift);
  const limit = (1n << BigInt(width - 1)) - 1n;
  return rounded > limit ? limit : rounded < -limit ? -limit : rounded;
}
