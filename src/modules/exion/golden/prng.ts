// SPDX-License-Identifier: Apache-2.0

/** A seeded source of numbers in [0, 1); the same seed gives the same sequence everywhere. */
export type Random = () => number;

/** Xorshift128, its state filled by splitmix32 so that neighbouring seeds give unrelated sequences. */
export function random(seed: number): Random {
  let mix = seed | 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [x, y, z, w] = [splitmix(), splitmix(), splitmix(), splitmix() | 1];
  return () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
}

/**
 * Beta(mean, 1 - mean) by Jöhnk's method. With alpha + beta = 1 the density has a pole at both ends: most draws lie near
 * 0 or 1, which is what clustered masks look like.
 */
export function clusteredRate(rand: Random, mean: number): number {
  if (mean <= 0 || mean >= 1) return mean;
  for (;;) {
    const x = rand() ** (1 / mean);
    const y = rand() ** (1 / (1 - mean));
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

/** `count` distinct numbers of 0..n-1, ascending. */
export function choose(rand: Random, n: number, count: number): number[] {
  const pool = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < Math.min(count, n); i++) {
    const j = i + Math.floor(rand() * (n - i));
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool.slice(0, count).sort((a, b) => a - b);
}
