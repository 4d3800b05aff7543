// SPDX-License-Identifier: Apache-2.0
import { divideByThree } from './divide.ts';

/** Toom-2 and Toom-3 of paper 3.2 and 3.3, line by line. Every intermediate is checked to be non-negative and within its width. */

/** A number of at most `bits` bits, or an error that names it. */
export function within(name: string, value: bigint, bits: number): bigint {
  if (value < 0n || value >> BigInt(bits) !== 0n) throw new RangeError(`${name} = ${value} is not within ${bits} bits`);
  return value;
}

/** Product of two numbers whose lower limb has L bits. */
export function toom2(a: bigint, b: bigint, L: number): bigint {
  const shift = BigInt(L);
  const low = (1n << shift) - 1n;
  const [a1, a0, b1, b0] = [a >> shift, a & low, b >> shift, b & low];
  const sa = a1 < a0;
  const da = sa ? a0 - a1 : a1 - a0;
  const sb = b1 < b0;
  const db = sb ? b0 - b1 : b1 - b0;
  const lo = a0 * b0;
  const hi = a1 * b1;
  const d = da * db;
  const mid = sa !== sb ? lo + hi + d : lo + hi - d;
  if (mid < 0n) throw new RangeError(`mid = ${mid} is negative`);
  return (hi << (2n * shift)) + (mid << shift) + lo;
}

export interface Evaluated {
  readonly e0: bigint;
  readonly e1: bigint;
  /** |a(-1)| and its sign. */
  readonly em: bigint;
  readonly s: boolean;
  readonly e2: bigint;
  readonly einf: bigint;
}

/** a = a2 2^2L + a1 2^L + a0 at 0, 1, -1, 2 and infinity. */
export function evaluate3(a: bigint, L: number): Evaluated {
  const shift = BigInt(L);
  const low = (1n << shift) - 1n;
  const [a0, a1, a2] = [a & low, (a >> shift) & low, within('a2', a >> (2n * shift), L)];
  const e1 = within('e1', a0 + a1 + a2, L + 2);
  const s = a0 + a2 < a1;
  const em = within('em', s ? a1 - a0 - a2 : a0 + a2 - a1, L + 1);
  const e2 = within('e2', a0 + 2n * a1 + 4n * a2, L + 3);
  return { e0: a0, e1, em, s, e2, einf: a2 };
}

/** Half of an even number. */
function half(name: string, value: bigint): bigint {
  if (value % 2n !== 0n) throw new RangeError(`${name} = ${value} is odd`);
  return value / 2n;
}

export interface Products {
  readonly w0: bigint;
  readonly w1: bigint;
  readonly wm: bigint;
  readonly s: boolean;
  readonly w2: bigint;
  readonly winf: bigint;
}

/** The product from those at the five points. */
export function interpolate3({ w0, w1, wm, s, w2, winf }: Products, L: number): bigint {
  const two = 2 * L;
  const D = within('D', s ? w2 + wm : w2 - wm, two + 6);
  const q3 = within('q3', divideByThree(D, two + 6), two + 4);
  const u1 = within('u1', half('w1 +- wm', s ? w1 + wm : w1 - wm), two + 2);
  const u2 = within('u2', w1 - w0, two + 3);
  const r3 = within('r3', half('q3 - u2', q3 - u2) - 2n * winf, two + 1);
  const r2 = within('r2', u2 - u1 - winf, two + 2);
  const r1 = within('r1', u1 - r3, two + 1);
  const shift = BigInt(L);
  return w0 + (r1 << shift) + (r2 << (2n * shift)) + (r3 << (3n * shift)) + (winf << (4n * shift));
}

/** Product of two numbers of three limbs. */
export function toom3(a: bigint, b: bigint, L: number): bigint {
  const [x, y] = [evaluate3(a, L), evaluate3(b, L)];
  const two = 2 * L;
  const products = {
    w0: within('w0', x.e0 * y.e0, two),
    w1: within('w1', x.e1 * y.e1, two + 4),
    wm: within('wm', x.em * y.em, two + 2),
    s: x.s !== y.s,
    w2: within('w2', x.e2 * y.e2, two + 6),
    winf: within('winf', x.einf * y.einf, two),
  };
  return interpolate3(products, L);
}
