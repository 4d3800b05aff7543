// SPDX-License-Identifier: Apache-2.0
import type { Montgomery } from './montgomery.ts';

/** Modular products by other ways than the full Montgomery product, for comparison (paper 3.5). */

/** CIOS with words of w bits: a b R^-1 mod p, one word of b after the other. */
export function wordSerialProduct(a: bigint, b: bigint, { n, p, inverse }: Montgomery, w: bigint): bigint {
  const low = (1n << w) - 1n;
  const p0 = inverse & low;
  let t = 0n;
  for (let i = 0n; i < n / w; i++) {
    t += a * ((b >> (w * i)) & low);
    const q = ((t & low) * p0) & low;
    t = (t + q * p) >> w;
  }
  return t >= p ? t - p : t;
}

/** floor(2^2k / p), k the bits of p. */
export function barrettConstant(p: bigint): { readonly k: bigint; readonly mu: bigint } {
  const k = BigInt(p.toString(2).length);
  return { k, mu: (1n << (2n * k)) / p };
}

/** Barrett: a b mod p. */
export function barrettProduct(a: bigint, b: bigint, p: bigint): bigint {
  const { k, mu } = barrettConstant(p);
  const T = a * b;
  const q = ((T >> (k - 1n)) * mu) >> (k + 1n);
  let r = T - q * p;
  for (let i = 0; i < 2 && r >= p; i++) r -= p;
  if (r < 0n || r >= p) throw new RangeError(`Barrett leaves ${r} for ${a} * ${b} modulo ${p}`);
  return r;
}
