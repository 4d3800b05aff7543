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
  if (marked === undefined) {
    gemmDense(x, w, out);
    return;
  }
  const { outputs, inputs, codes } = w;
  for (let e = 0, row = 0; e < out.length; row += inputs) {
    for (let o = 0; o < outputs; o++, e++) if (marked[e] === 1) out[e] = dotAt(x, row, codes, o * inputs, inputs);
  }
}

function gemmDense(x: Int8Array, w: WeightMatrix, out: Int32Array): void {
  for (let e = 0, row = 0; e < out.length; row += w.inputs, e += w.outputs)
    rowProducts(x, row, w, 0, w.outputs, out, e);
}

/** Outputs first .. last - 1 of the row of x that starts at `row`, to out[at ..]. Four at a time, so that an input is read once for all. */
export function rowProducts(
  x: Int8Array,
  row: number,
  { inputs, codes }: WeightMatrix,
  first: number,
  last: number,
  out: Int32Array,
  at: number,
): void {
  let e = at;
  let o = first;
  for (; o + 3 < last; o += 4) {
    const w0 = o * inputs;
    const w1 = w0 + inputs;
    const w2 = w1 + inputs;
    const w3 = w2 + inputs;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < inputs; i++) {
      const v = x[row + i]!;
      s0 = (s0 + Math.imul(v, codes[w0 + i]!)) | 0;
      s1 = (s1 + Math.imul(v, codes[w1 + i]!)) | 0;
      s2 = (s2 + Math.imul(v, codes[w2 + i]!)) | 0;
      s3 = (s3 + Math.imul(v, codes[w3 + i]!)) | 0;
    }
    out[e++] = s0;
    out[e++] = s1;
    out[e++] = s2;
    out[e++] = s3;
  }
  for (; o < last; o++) out[e++] = dotAt(x, row, codes, o * inputs, inputs);
}

/** As `gemm`, for rows that are mostly zeros: multiplies only what is not zero. */
export function gemmSparse(x: Int8Array, { outputs, inputs, codes }: WeightMatrix, out: Int32Array): void {
  const places = new Int32Array(inputs);
  for (let e = 0, row = 0; e < out.length; row += inputs) {
    let count = 0;
    for (let i = 0; i < inputs; i++) if (x[row + i] !== 0) places[count++] = i;
    for (let o = 0, w = 0; o < outputs; o++, e++, w += inputs) {
      let sum = 0;
      for (let n = 0; n < count; n++) {
        const i = places[n]!;
        sum = (sum + Math.imul(x[row + i]!, codes[w + i]!)) | 0;
      }
      out[e] = sum;
    }
  }
}
