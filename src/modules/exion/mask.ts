// SPDX-License-Identifier: Apache-2.0
import { type Mask, isMarked, maskOf } from './golden/bitmask.ts';
import { choose, clusteredRate, random } from './golden/prng.ts';

export * from './golden/bitmask.ts';
export * from './golden/threshold.ts';

/** Every generator is a function of its arguments and the seed alone. `density` is the mean share of marked elements. */

/** Every element marked with the same probability, independently. */
export function iidMask(seed: number, rows: number, columns: number, density: number): Mask {
  const rand = random(seed);
  return maskOf(rows, columns, () => rand() < density);
}

/** Every column has its own rate, from Beta(density, 1 - density): some columns nearly full, most nearly empty. */
export function columnClusteredMask(seed: number, rows: number, columns: number, density: number): Mask {
  const rand = random(seed);
  const rates = Array.from({ length: columns }, () => clusteredRate(rand, density));
  return maskOf(rows, columns, (_, n) => rand() < rates[n]!);
}

/** Every row has its own rate, from Beta(density, 1 - density). */
export function rowClusteredMask(seed: number, rows: number, columns: number, density: number): Mask {
  const rand = random(seed);
  const rates = Array.from({ length: rows }, () => clusteredRate(rand, density));
  return maskOf(rows, columns, (r) => rand() < rates[r]!);
}

/** Few tokens: `live` rows, chosen by the seed, carry independent elements of that density; all other rows are dead. */
export function fewRowsMask(seed: number, rows: number, columns: number, live: number, density: number): Mask {
  const rand = random(seed);
  const alive = new Set(choose(rand, rows, live));
  return maskOf(rows, columns, (r) => rand() < density && alive.has(r));
}

/**
 * An attention mask: every row (query) marks exactly `k` columns (keys), or all when k >= columns. `hot` keys are liked
 * by every query, which is how attention looks: a hot key is left out only by queries that already have k hot ones.
 */
export function topKMask(seed: number, rows: number, columns: number, k: number, hot: number): Mask {
  const rand = random(seed);
  const hotKeys = new Set(choose(rand, columns, hot));
  const chosen = Array.from({ length: rows }, () => {
    const score = Array.from({ length: columns }, (_, n) => rand() + (hotKeys.has(n) ? 1 : 0));
    const order = score.map((_, n) => n).sort((a, b) => score[b]! - score[a]! || a - b);
    return new Set(order.slice(0, k));
  });
  return maskOf(rows, columns, (r, n) => chosen[r]!.has(n));
}

/** The marked and unmarked elements exchanged. */
export function invertMask(mask: Mask): Mask {
  return maskOf(mask.rows, mask.columns, (r, n) => !isMarked(mask, r, n));
}
