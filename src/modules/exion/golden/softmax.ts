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
  const e = Array.from({ length: scores.length }, (_, j) =>
    kept[j] ? exponential(most - scores[j]!, multiplier, shift) : 0,
  );
  const sum = e.reduce((all, each) => all + each, 0);
  if (sum === 0) return new Int8Array(scores.length);
  const reciprocal = Math.floor((127 * 2 ** 30) / sum);
  return Int8Array.from(e, (each) => shiftDown(each * reciprocal + 2 ** 29, 30));
}
