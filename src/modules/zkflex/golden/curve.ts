// SPDX-License-Identifier: Apache-2.0
import { addMod, inverseMod, mulMod, powMod, reduce, subMod } from './field.ts';
import type { Curve } from './curves.ts';

/** Affine coordinates; null is infinity. */
export type Affine = { readonly x: bigint; readonly y: bigint } | null;

/** x = x / zz, y = y / zzz, zz^3 = zzz^2; infinity has zz = 0. */
export interface Xyzz {
  readonly x: bigint;
  readonly y: bigint;
  readonly zz: bigint;
  readonly zzz: bigint;
}

export const infinity: Xyzz = { x: 1n, y: 1n, zz: 0n, zzz: 0n };

/** The field operations of a curve under short names. */
function operations({ field: { prime } }: Curve) {
  return {
    mul: (a: bigint, b: bigint) => mulMod(a, b, prime),
    add: (a: bigint, b: bigint) => addMod(a, b, prime),
    sub: (a: bigint, b: bigint) => subMod(a, b, prime),
  };
}

export const fromAffine = (p: Affine): Xyzz => (p === null ? infinity : { ...p, zz: 1n, zzz: 1n });

export function toAffine(curve: Curve, { x, y, zz, zzz }: Xyzz): Affine {
  if (zz === 0n) return null;
  const { prime } = curve.field;
  return { x: mulMod(x, inverseMod(zz, prime), prime), y: mulMod(y, inverseMod(zzz, prime), prime) };
}

/** X3, Y3 and what ZZ3, ZZZ3 are multiplied with, from the differences and the first point over a common denominator (paper 3.7). */
function sum(curve: Curve, H: bigint, R: bigint, U1: bigint, S1: bigint) {
  const { mul, sub } = operations(curve);
  const HH = mul(H, H);
  const HHH = mul(H, HH);
  const V = mul(U1, HH);
  const x = sub(sub(mul(R, R), HHH), 2n * V);
  const y = sub(mul(R, sub(V, x)), mul(S1, HHH));
  return { x, y, HH, HHH };
}

/** XYZZ + XYZZ, 14 products. */
export function add(curve: Curve, A: Xyzz, B: Xyzz): Xyzz {
  const { mul, sub } = operations(curve);
  if (A.zz === 0n) return B;
  if (B.zz === 0n) return A;
  const U1 = mul(A.x, B.zz);
  const U2 = mul(B.x, A.zz);
  const S1 = mul(A.y, B.zzz);
  const S2 = mul(B.y, A.zzz);
  const H = sub(U2, U1);
  const R = sub(S2, S1);
  if (H === 0n) return R === 0n ? double(curve, A) : infinity;
  const { x, y, HH, HHH } = sum(curve, H, R, U1, S1);
  return { x, y, zz: mul(mul(A.zz, B.zz), HH), zzz: mul(mul(A.zzz, B.zzz), HHH) };
}

/** XYZZ + affine, 10 products. */
export function addMixed(curve: Curve, A: Xyzz, B: Affine): Xyzz {
  const { mul, sub } = operations(curve);
  if (B === null) return A;
  if (A.zz === 0n) return fromAffine(B);
  const U2 = mul(B.x, A.zz);
  const S2 = mul(B.y, A.zzz);
  const H = sub(U2, A.x);
  const R = sub(S2, A.y);
  if (H === 0n) return R === 0n ? double(curve, A) : infinity;
  const { x, y, HH, HHH } = sum(curve, H, R, A.x, A.y);
  return { x, y, zz: mul(A.zz, HH), zzz: mul(A.zzz, HHH) };
}

/** Affine + affine, 6 products. */
export function addAffine(curve: Curve, A: Affine, B: Affine): Xyzz {
  const { sub } = operations(curve);
  if (A === null || B === null) return fromAffine(A ?? B);
  const H = sub(B.x, A.x);
  const R = sub(B.y, A.y);
  if (H === 0n) return R === 0n ? double(curve, fromAffine(A)) : infinity;
  const { x, y, HH, HHH } = sum(curve, H, R, A.x, A.y);
  return { x, y, zz: HH, zzz: HHH };
}

/** 2A, 9 products and those of a ZZ^2. */
export function double(curve: Curve, A: Xyzz): Xyzz {
  const { mul, add: plus, sub } = operations(curve);
  const U = plus(A.y, A.y);
  if (A.zz === 0n || U === 0n) return infinity;
  const V = mul(U, U);
  const W = mul(U, V);
  const S = mul(A.x, V);
  const M = plus(3n * mul(A.x, A.x), mul(curve.a, mul(A.zz, A.zz)));
  const x = sub(mul(M, M), 2n * S);
  const y = sub(mul(M, sub(S, x)), mul(W, A.y));
  return { x, y, zz: mul(V, A.zz), zzz: mul(W, A.zzz) };
}

export function negate({ field: { prime } }: Curve, p: Affine): Affine {
  return p === null ? null : { x: p.x, y: reduce(-p.y, prime) };
}

/** Is the point on the curve? */
export function contains(curve: Curve, p: Affine): boolean {
  const { prime } = curve.field;
  return p === null || reduce(p.y ** 2n - (p.x ** 3n + curve.a * p.x + curve.b), prime) === 0n;
}

/** The sum by the chord-and-tangent rule with divisions: the definition, for checking the formulas. */
export function affineSum(curve: Curve, A: Affine, B: Affine): Affine {
  const { prime } = curve.field;
  if (A === null || B === null) return A ?? B;
  const isVertical = A.x === B.x;
  if (isVertical && reduce(A.y + B.y, prime) === 0n) return null;
  const rise = isVertical ? 3n * A.x ** 2n + curve.a : B.y - A.y;
  const slope = mulMod(rise, inverseMod(isVertical ? 2n * A.y : B.x - A.x, prime), prime);
  const x = reduce(slope ** 2n - A.x - B.x, prime);
  return { x, y: reduce(slope * (A.x - x) - A.y, prime) };
}

/** k A by doubling and adding, k >= 0. */
export function multiple(curve: Curve, k: bigint, A: Affine): Xyzz {
  let result = infinity;
  for (let bit = BigInt(k.toString(2).length) - 1n; bit >= 0n; bit--) {
    result = double(curve, result);
    if ((k >> bit) & 1n) result = addMixed(curve, result, A);
  }
  return result;
}

/** x / z^2, y / z^3; z = 0 is infinity. snarkjs returns these. */
export interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

export function jacobianToAffine(curve: Curve, { x, y, z }: Jacobian): Affine {
  const { prime } = curve.field;
  return toAffine(curve, { x, y, zz: powMod(z, 2n, prime), zzz: powMod(z, 3n, prime) });
}

/** Jacobian + affine, 7 products and 4 squares; the points differ and neither is infinity (paper 3.7). */
export function addJacobian(curve: Curve, A: Jacobian, B: NonNullable<Affine>): Jacobian {
  const { mul, sub } = operations(curve);
  const ZZ = mul(A.z, A.z);
  const U = mul(B.x, ZZ);
  const S = mul(mul(B.y, A.z), ZZ);
  const H = sub(U, A.x);
  const HH = mul(H, H);
  const I = mul(4n, HH);
  const J = mul(H, I);
  const r = mul(2n, S - A.y);
  const V = mul(A.x, I);
  const x = sub(sub(mul(r, r), J), 2n * V);
  const y = sub(mul(r, V - x), 2n * mul(A.y, J));
  return { x, y, z: sub(sub(mul(A.z + H, A.z + H), ZZ), HH) };
}

/** A point with the x of least value from `from` on, and the smaller y: any curve has one soon. */
export function somePoint(curve: Curve, from = 1n): NonNullable<Affine> {
  const { prime } = curve.field;
  for (let x = reduce(from, prime); x < prime; x++) {
    const y = squareRoot(reduce(x ** 3n + curve.a * x + curve.b, prime), prime);
    if (y !== null) return { x, y: y <= prime - y ? y : prime - y };
  }
  throw new Error(`${curve.name} has no point with x from ${from} on`);
}

/** Tonelli and Shanks; null when there is none. */
export function squareRoot(a: bigint, p: bigint): bigint | null {
  if (a === 0n) return 0n;
  if (powMod(a, (p - 1n) / 2n, p) !== 1n) return null;
  let odd = p - 1n;
  let s = 0;
  for (; odd % 2n === 0n; s++) odd /= 2n;
  let nonResidue = 2n;
  while (powMod(nonResidue, (p - 1n) / 2n, p) === 1n) nonResidue++;
  let [root, t, c] = [powMod(a, (odd + 1n) / 2n, p), powMod(a, odd, p), powMod(nonResidue, odd, p)];
  while (t !== 1n) {
    let least = 0;
    for (let square = t; square !== 1n; least++) square = mulMod(square, square, p);
    const b = powMod(c, 1n << BigInt(s - least - 1), p);
    [s, c] = [least, mulMod(b, b, p)];
    [root, t] = [mulMod(root, b, p), mulMod(t, c, p)];
  }
  return root;
}
