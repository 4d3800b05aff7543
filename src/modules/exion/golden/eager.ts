// SPDX-License-Identifier: Apache-2.0
import { shiftDown } from './arith.ts';

/** ts(v), paper 3.2: the two highest set bits of the magnitude, with the sign. */
export function twoStep(v: number): number {
  const magnitude = Math.abs(v);
  if (magnitude === 0) return 0;
  const first = 2 ** (31 - Math.clz32(magnitude));
  const rest = magnitude - first;
  const kept = first + (rest === 0 ? 0 : 2 ** (31 - Math.clz32(rest)));
  return v < 0 ? -kept : kept;
}

/** Dot product of the truncated vectors. */
export function twoStepDot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += twoStep(a[i]!) * twoStep(b[i]!);
  return sum;
}

export interface KeptRow {
  /** One key dominates: the row takes its value alone. */
  readonly dominant: boolean;
  /** 1 for each kept key: k of them (all if there are fewer), or the dominant one. */
  readonly kept: Uint8Array;
}

export interface KeepRule {
  /** SHS: places that predicted scores are shifted down before they are clamped to 16 bits. */
  readonly shift: number;
  /** thetaD: lead of the best over the second best, in shifted units, from which it dominates. 0 .. 65536. */
  readonly dominance: number;
  /** Keys kept a row, at least 1. */
  readonly k: number;
}

/** Which keys of a row to keep, from its predicted scores (paper 3.2). Ties go to the lower index. */
export function keepRow(scores: ArrayLike<number>, { shift, dominance, k }: KeepRule): KeptRow {
  const c = new Int16Array(scores.length);
  for (let j = 0; j < c.length; j++) c[j] = Math.max(-32768, Math.min(32767, shiftDown(scores[j]!, shift)));
  const kept = new Uint8Array(c.length);
  let best = 0;
  for (let j = 1; j < c.length; j++) if (c[j]! > c[best]!) best = j;
  let second = -Infinity;
  for (let j = 0; j < c.length; j++) if (j !== best && c[j]! > second) second = c[j]!;
  // A single key dominates by nature.
  const dominant = c[best]! - second >= dominance;
  if (dominant) kept[best] = 1;
  else {
    // Everything above the k-th largest, then of those equal to it the first ones.
    const least = k < c.length ? c.slice().sort()[c.length - k]! : -Infinity;
    let left = k;
    for (let j = 0; j < c.length; j++) if (c[j]! > least) left -= kept[j] = 1;
    for (let j = 0; j < c.length && left > 0; j++) if (c[j] === least) left -= kept[j] = 1;
  }
  return { dominant, kept };
}
