// SPDX-License-Identifier: Apache-2.0
import { add, addMixed, type Affine, double, infinity, multiple, negate, toAffine, type Xyzz } from './curve.ts';
import type { Curve } from './curves.ts';

/** sum of scalar[i] * base[i], one multiplication at a time. */
export function directMsm(curve: Curve, bases: readonly Affine[], scalars: readonly bigint[]): Affine {
  const sum = bases.reduce<Xyzz>((total, base, i) => add(curve, total, multiple(curve, scalars[i]!, base)), infinity);
  return toAffine(curve, sum);
}

/** Windows that scalars of `bits` bits need: the last one takes the carry. */
export const windowCount = (bits: number, c: number): number => Math.ceil((bits + 1) / c);

/** Digits -2^(c-1) < d <= 2^(c-1) of a scalar, least significant first (paper 3.7). */
export function signedDigits(scalar: bigint, c: number, windows: number): number[] {
  const half = 2 ** (c - 1);
  let carry = 0;
  return Array.from({ length: windows }, (_, w) => {
    const d = Number((scalar >> BigInt(c * w)) & ((1n << BigInt(c)) - 1n)) + carry;
    carry = d > half ? 1 : 0;
    return carry === 1 ? d - 2 * half : d;
  });
}

/** The weighted sum of a window: sum of k * bucket[k - 1]. */
export function windowSum(curve: Curve, buckets: readonly Xyzz[]): Xyzz {
  let S = infinity;
  let T = infinity;
  for (const bucket of [...buckets].reverse()) {
    S = add(curve, S, bucket);
    T = add(curve, T, S);
  }
  return T;
}

/** MSM by buckets, with windows of c bits over scalars of `bits` bits. */
export function bucketMsm(
  curve: Curve,
  bases: readonly Affine[],
  scalars: readonly bigint[],
  c: number,
  bits = curve.order.toString(2).length,
): Affine {
  const windows = windowCount(bits, c);
  const buckets = Array.from({ length: windows }, () => Array.from({ length: 2 ** (c - 1) }, () => infinity));
  bases.forEach((base, i) =>
    signedDigits(scalars[i]!, c, windows).forEach((d, w) => {
      if (d === 0) return;
      const at = Math.abs(d) - 1;
      buckets[w]![at] = addMixed(curve, buckets[w]![at]!, d > 0 ? base : negate(curve, base));
    }),
  );
  let result = infinity;
  for (const window of [...buckets].reverse()) {
    for (let i = 0; i < c; i++) result = double(curve, result);
    result = add(curve, result, windowSum(curve, window));
  }
  return toAffine(curve, result);
}
