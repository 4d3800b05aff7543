// SPDX-License-Identifier: Apache-2.0
import { requantiseSigned } from './scale.ts';

/** Fraction bits of a normalised value. */
export const normFraction = 12;

/** Bits to which the root of the variance is normalised before it is inverted. */
const rootBits = 27;

export interface RowStatistics {
  /** S1 = sum of x. */
  readonly sum: number;
  /** V = D * sum(x^2) - S1^2 + epsilon, at least 1. */
  readonly variance: bigint;
  /** floor(2^43 / qn): qn is floor(sqrt(V)) shifted up to 27 bits. 17 bits. */
  readonly inverse: number;
  /** Places that floor(sqrt(V)) was shifted up, 0 .. 26. */
  readonly shift: number;
}

/**
 * Statistics of a row of D 16-bit values, without a division by D: (x - mean) / deviation = (D x - S1) / sqrt(D S2 - S1^2). `epsilon` is
 * D^2 times the epsilon of the network in units of the codes.
 */
export function rowStatistics(x: ArrayLike<number>, epsilon: number): RowStatistics {
  let sum = 0;
  let squares = 0n;
  for (let i = 0; i < x.length; i++) {
    sum += x[i]!;
    squares += BigInt(x[i]! * x[i]!);
  }
  const spread = BigInt(x.length) * squares - BigInt(sum) ** 2n + BigInt(epsilon);
  const variance = spread > 1n ? spread : 1n;
  const root = integerRoot(variance);
  let shift = 0;
  while (root * 2 ** shift < 2 ** (rootBits - 1)) shift++;
  return { sum, variance, inverse: Math.floor(2 ** 43 / (root * 2 ** shift)), shift };
}

/** The normalised value with 12 fraction bits: (D x - S1) * inverse >> (31 - shift), rounding down. */
export function normalise(x: number, length: number, { sum, inverse, shift }: RowStatistics): number {
  return Math.floor(((length * x - sum) * inverse) / 2 ** (31 - shift));
}

/**
 * LayerNorm with the scale and shift of the layer: y_c = clamp((n_c * gain_c + offset_c + 2^(S-1)) >> S) to 8 bits, n_c normalised.
 * gain signed 16 bits, offset signed 32 bits, both per channel.
 */
export function layerNorm(
  x: ArrayLike<number>,
  epsilon: number,
  gain: ArrayLike<number>,
  offset: ArrayLike<number>,
  shift: number,
): Int8Array {
  const statistics = rowStatistics(x, epsilon);
  return Int8Array.from({ length: x.length }, (_, c) =>
    requantiseSigned(normalise(x[c]!, x.length, statistics), gain[c]!, offset[c]!, shift),
  );
}

/** floor(sqrt(v)). */
function integerRoot(v: bigint): number {
  let root = BigInt(Math.floor(Math.sqrt(Number(v))));
  while (root * root > v) root--;
  while ((root + 1n) * (root + 1n) <= v) root++;
  return Number(root);
}
