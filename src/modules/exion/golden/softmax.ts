// SPDX-License-Identifier: Apache-2.0
import { shiftDown } from './arith.ts';

/** EXP[f] = round(2^15 * 2^(-f/256)), paper 3.5. */
export const expTable: readonly number[] = Array.from({ length: 256 }, (_, f) => Math.round(2 ** (15 - f / 256)));

/** e = EXP[t & 255] >> (t >> 8) with t = min(((m - S) * Ms) >> Ss, 4095). */
export function exponential(below: number, multiplier: number, shift: number): number {
  const t = Math.min(shiftDown(below * multiplier, shift), 4095);
  return expTable[t & 255]! >> (t >> 8);
}

/**
 * Softmax of a row over the kept set (paper 3.5): p = (e * r + 2^29) >> 30, r = floor(127 * 2^30 / Z); scale 1/127. Elements that are not kept
 * are 0. A row that keeps nothing (a dead row) is 0.
 */
export function softmaxRow(
  scores: ArrayLike<number>,
  kept: ArrayLike<number>,
  multiplier: number,
  shift: number,
): Int8Array {
  let most = -Infinity;
  for (let j = 0; j < scores.length; j++) if (kept[j] && scores[j]! > most) most = scores[j]!;
  const e = new Int32Array(scores.length);
  let sum = 0;
  for (let j = 0; j < e.length; j++) if (kept[j]) sum += e[j] = exponential(most - scores[j]!, multiplier, shift);
  const p = new Int8Array(e.length);
  if (sum === 0) return p;
  const reciprocal = Math.floor((127 * 2 ** 30) / sum);
  for (let j = 0; j < e.length; j++) p[j] = shiftDown(e[j]! * reciprocal + 2 ** 29, 30);
  return p;
}
