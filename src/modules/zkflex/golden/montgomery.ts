// SPDX-License-Identifier: Apache-2.0
import { inverseMod, mulMod } from './field.ts';

/** What a Montgomery multiplication needs to know: R = 2^n and p' = -p^-1 mod R. */
export interface Montgomery {
  readonly n: bigint;
  readonly p: bigint;
  readonly inverse: bigint;
}

/** Throws when p is even or not below 2^n. */
export function montgomery(p: bigint, bits: number): Montgomery {
  if (p % 2n === 0n) throw new Error(`a Montgomery modulus is odd, not ${p}`);
  const n = BigInt(bits);
  const R = 1n << n;
  if (p >= R) throw new Error(`the modulus has more than ${bits} bits`);
  return { n, p, inverse: R - inverseMod(p, R) };
}

/** The full Montgomery product a b R^-1 mod p of paper 3.5, step by step. */
export function montgomeryProduct(a: bigint, b: bigint, { n, p, inverse }: Montgomery): bigint {
  const low = (1n << n) - 1n;
  const T = a * b;
  const m = ((T & low) * inverse) & low;
  const U = m * p;
  const carry = (T & low) !== 0n ? 1n : 0n;
  const t = (T >> n) + (U >> n) + carry;
  return t >= p ? t - p : t;
}

export const toMontgomery = (x: bigint, { n, p }: Montgomery): bigint => mulMod(x, 1n << n, p);

export const fromMontgomery = (x: bigint, { n, p }: Montgomery): bigint => mulMod(x, inverseMod(1n << n, p), p);
