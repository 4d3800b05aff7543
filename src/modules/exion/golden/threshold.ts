// SPDX-License-Identifier: Apache-2.0
import { type Mask, maskOf } from './bitmask.ts';

/** |h| of an int8 code. The most negative code is clamped at load (paper 3.0), so the result is 0..127. */
function magnitude(h: number): number {
  return Math.min(Math.abs(h), 127);
}

/**
 * The FFN-Reuse mask of paper 3.1: |H| > theta, strict. theta = 127 marks nothing, 0 marks every non-zero, -1 all.
 * `act` is row-major, one row per token.
 */
export function thresholdMask(act: Int8Array, rows: number, columns: number, theta: number): Mask {
  if (act.length !== rows * columns) {
    throw new Error(`${act.length} activations given: expected ${rows} rows x ${columns} columns`);
  }
  return maskOf(rows, columns, (r, n) => magnitude(act[r * columns + n]!) > theta);
}

/** The 128-bin histogram of |H| which the dense pass collects. */
export function magnitudeHistogram(act: Int8Array): number[] {
  const bins = new Array<number>(128).fill(0);
  for (const h of act) bins[magnitude(h)]!++;
  return bins;
}

/** Smallest theta >= 0 with at most `maxTail` magnitudes above it. Theta 127 has no tail, so there always is one. */
export function thetaForTail(histogram: readonly number[], maxTail: number): number {
  let theta = 127;
  let tail = 0;
  while (theta > 0 && tail + histogram[theta]! <= maxTail) tail += histogram[theta--]!;
  return theta;
}

/** Smallest theta whose tail count is <= (1-s)·T·F (paper 3.1), so that at least the share `sparsity` is reused. */
export function thetaForSparsity(act: Int8Array, sparsity: number): number {
  // (1 - 0.9) * 100 is 9.999... in floating point; the paper means 10.
  const maxTail = Math.floor((1 - sparsity) * act.length + 1e-6);
  return thetaForTail(magnitudeHistogram(act), maxTail);
}
