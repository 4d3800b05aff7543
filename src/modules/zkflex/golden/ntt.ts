// SPDX-License-Identifier: Apache-2.0
import { addMod, inverseMod, mulMod, powMod, subMod } from './field.ts';

/** Number-theoretic transforms as paper 3.6 defines them, on plain residues. n is a power of two, w a root of unity of order n. */

/** X[i] = sum of x[j] w^(ij): the definition. */
export function dft(x: readonly bigint[], w: bigint, p: bigint): bigint[] {
  return x.map((_, i) =>
    x.reduce((sum, value, j) => addMod(sum, mulMod(value, powMod(w, BigInt(i * j), p), p), p), 0n),
  );
}

/** The low `bits` bits of i in reverse order. */
export function reversed(i: number, bits: number): number {
  let result = 0;
  for (let b = 0; b < bits; b++) result = 2 * result + ((i >> b) & 1);
  return result;
}

export const bitReversed = <T>(x: readonly T[]): T[] => x.map((_, i) => x[reversed(i, Math.log2(x.length))]!);

/** w^0 .. w^(n/2 - 1). */
export function twiddleTable(n: number, w: bigint, p: bigint): bigint[] {
  return powersOf(n >> 1, 1n, w, p);
}

/** first inc^i for i < count. */
export function powersOf(count: number, first: bigint, inc: bigint, p: bigint): bigint[] {
  const powers: bigint[] = [];
  for (let i = 0, power = first % p; i < count; i++, power = mulMod(power, inc, p)) powers.push(power);
  return powers;
}

/** Natural order to bit-reversed order. */
export function dif(input: readonly bigint[], w: bigint, p: bigint): bigint[] {
  const x = [...input];
  const n = x.length;
  const L = Math.log2(n);
  const tw = twiddleTable(n, w, p);
  for (let s = 0; s < L; s++) {
    const h = n >> (s + 1);
    for (let j = 0; j < n; j += 2 * h) {
      for (let k = 0; k < h; k++) {
        const u = x[j + k]!;
        const v = x[j + k + h]!;
        x[j + k] = addMod(u, v, p);
        x[j + k + h] = mulMod(subMod(u, v, p), tw[k << s]!, p);
      }
    }
  }
  return x;
}

/** Bit-reversed order to natural order. */
export function dit(input: readonly bigint[], w: bigint, p: bigint): bigint[] {
  const x = [...input];
  const n = x.length;
  const L = Math.log2(n);
  const tw = twiddleTable(n, w, p);
  for (let s = L - 1; s >= 0; s--) {
    const h = n >> (s + 1);
    for (let j = 0; j < n; j += 2 * h) {
      for (let k = 0; k < h; k++) {
        const u = x[j + k]!;
        const t = mulMod(x[j + k + h]!, tw[k << s]!, p);
        x[j + k] = addMod(u, t, p);
        x[j + k + h] = subMod(u, t, p);
      }
    }
  }
  return x;
}

/** ifft, element i times inc^i, fft: all in natural order and without a reordering pass. */
export function cosetChain(x: readonly bigint[], w: bigint, inc: bigint, p: bigint): bigint[] {
  const n = x.length;
  const L = Math.log2(n);
  const spectrum = dif(x, inverseMod(w, p), p);
  const scale = powersOf(n, inverseMod(BigInt(n), p), inc, p);
  const scaled = spectrum.map((value, i) => mulMod(value, scale[reversed(i, L)]!, p));
  return dit(scaled, w, p);
}

/** A root of unity of order 2^log2n, from the smallest number that has no square root. Throws when the field has none. */
export function rootOfUnity(p: bigint, log2n: number): bigint {
  const order = 1n << BigInt(log2n);
  if ((p - 1n) % order !== 0n) throw new Error(`no root of unity of order 2^${log2n} modulo ${p}`);
  for (let g = 2n; ; g++) {
    if (powMod(g, (p - 1n) / 2n, p) !== 1n) return powMod(g, (p - 1n) / order, p);
  }
}
