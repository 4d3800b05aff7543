// SPDX-License-Identifier: Apache-2.0
import type { AxpyParams, NormParams, RequantiseParams } from '../dit/quantised.types.ts';
import { layerNorm } from './layer-norm.ts';

/**
 * Operations RQ, AXPY and LN on whole tensors, row-major, an entry of the parameters a column. The same numbers as `arith.ts`, with the
 * powers of two taken out of the loops.
 */

/** clamp8((a * gain + half) >> shift), with half = 2^(shift - 1) and scale = 2^-shift: exact, all products stay below 2^53. */
export function scaled8(a: number, gain: number, half: number, scale: number): number {
  const y = Math.floor((a * gain + half) * scale);
  return y > 127 ? 127 : y < -127 ? -127 : y;
}

/** RQ. With `marked`, unmarked elements become 0, whatever `a` holds there (MASK_IN); `table` is applied before. */
export function requantiseColumns(
  a: Int32Array | Int16Array,
  { offset, gain, shift }: RequantiseParams,
  out: Int8Array,
  { table, marked }: { table?: Int8Array; marked?: Uint8Array } = {},
): void {
  const columns = gain.length;
  const half = 2 ** (shift - 1);
  const scale = 2 ** -shift;
  for (let e = 0, c = 0; e < out.length; e++, c = c + 1 === columns ? 0 : c + 1) {
    if (marked !== undefined && marked[e] === 0) {
      out[e] = 0;
      continue;
    }
    const y = scaled8(a[e]! + offset[c]!, gain[c]!, half, scale);
    out[e] = table === undefined ? y : table[y & 255]!;
  }
}

/** AXPY, in place allowed; `part` is added to `a` first (ADD). */
export function axpyColumns(
  b: Int16Array,
  a: Int32Array,
  { offset, gain, keep, shift }: AxpyParams,
  out: Int16Array,
  part?: Int32Array,
): void {
  const columns = gain.length;
  const half = 2 ** (shift - 1);
  const scale = 2 ** -shift;
  for (let e = 0, c = 0; e < out.length; e++, c = c + 1 === columns ? 0 : c + 1) {
    const sum = part === undefined ? a[e]! : a[e]! + part[e]!;
    const y = Math.floor((b[e]! * keep + (sum + offset[c]!) * gain[c]! + half) * scale);
    out[e] = y > 32767 ? 32767 : y < -32767 ? -32767 : y;
  }
}

/** LN of every row. */
export function normColumns(x: Int16Array, p: NormParams, out: Int8Array): void {
  const columns = p.gain.length;
  for (let row = 0; row < x.length; row += columns) {
    out.set(layerNorm(x.subarray(row, row + columns), p.epsilon, p.gain, p.offset, p.shift), row);
  }
}
