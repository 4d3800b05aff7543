// SPDX-License-Identifier: Apache-2.0
import type { WeightMatrix } from '../dit/quantised.types.ts';

/** Dot product of `length` int8 values from `aStart` and `bStart` on, in 32 bits. Flat and unrolled: the models live here. */
export function dotAt(a: Int8Array, aStart: number, b: Int8Array, bStart: number, length: number): number {
  let sum = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    sum =
      (sum +
        Math.imul(a[aStart + i]!, b[bStart + i]!) +
        Math.imul(a[aStart + i + 1]!, b[bStart + i + 1]!) +
        Math.imul(a[aStart + i + 2]!, b[bStart + i + 2]!) +
        Math.imul(a[aStart + i + 3]!, b[bStart + i + 3]!)) |
      0;
  }
  for (; i < length; i++) sum = (sum + Math.imul(a[aStart + i]!, b[bStart + i]!)) | 0;
  return sum;
}

/**
 * out[t][o] = x[t] . W[o], int32, for all rows of `out`; with `marked` (same shape as `out`) for marked elements alone, the rest of
 * `out` stays as it was.
 */
export function gemm(x: Int8Array, w: WeightMatrix, out: Int32Array, marked?: Uint8Array): void {
  const { outputs, inputs, codes } = w;
  for (let e = 0, row = 0; e < out.length; row += inputs) {
    for (let o = 0; o < outputs; o++, e++) {
      if (marked === undefined || marked[e] === 1) out[e] = dotAt(x, row, codes, o * inputs, inputs);
    }
  }
}
