// SPDX-License-Identifier: Apache-2.0

/** Arithmetic in [0, p), as schoolbook defines it. */

/** The residue in [0, p). */
export function reduce(x: bigint, p: bigint): bigint {
  const r = x % p;
  return r < 0n ? r + p : r;
}

export const addMod = (a: bigint, b: bigint, p: bigint): bigint => reduce(a + b, p);
export const subMod = (a: bigint, b: bigint, p: bigint): bigint => reduce(a - b, p);
export const mulMod = (a: bigint, b: bigint, p: bigint): bigint => reduce(a * b, p);

export function powMod(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n % p;
  let square = reduce(base, p);
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

/** a^-1 mod m by Euclid. Throws when there is none. */
export function inverseMod(a: bigint, m: bigint): bigint {
  let [r, next] = [m, reduce(a, m)];
  let [t, nextT] = [0n, 1n];
  while (next !== 0n) {
    const q = r / next;
    [r, next] = [next, r - q * next];
    [t, nextT] = [nextT, t - q * nextT];
  }
  if (r !== 1n) throw new Error(`${a} has no inverse modulo ${m}`);
  return reduce(t, m);
}
