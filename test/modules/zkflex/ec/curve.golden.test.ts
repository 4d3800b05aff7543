// SPDX-License-Identifier: Apache-2.0
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, test } from 'vitest';
import {
  add,
  addAffine,
  addJacobian,
  addMixed,
  type Affine,
  affineSum,
  contains,
  double,
  fromAffine,
  infinity,
  jacobianToAffine,
  multiple,
  negate,
  somePoint,
  toAffine,
  type Xyzz,
} from '../../../../src/modules/zkflex/golden/curve.ts';
import { type Curve, curves, tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { inverseMod, mulMod, powMod } from '../../../../src/modules/zkflex/golden/field.ts';

/** The same point with another denominator. */
function scaled(curve: Curve, { x, y, zz, zzz }: Xyzz, by: bigint): Xyzz {
  const { prime } = curve.field;
  const [square, cube] = [powMod(by, 2n, prime), powMod(by, 3n, prime)];
  const times = (a: bigint, b: bigint) => mulMod(a, b, prime);
  return { x: times(x, square), y: times(y, cube), zz: times(zz, square), zzz: times(zzz, cube) };
}

function everyPoint(curve: Curve): Affine[] {
  const { prime } = curve.field;
  const numbers = Array.from({ length: Number(prime) }, (_, i) => BigInt(i));
  const finite = numbers.flatMap((x) => numbers.map((y) => ({ x, y }))).filter((p) => contains(curve, p));
  return [null, ...finite];
}

test('all sums of all points of the curve over 13 elements, in all forms', () => {
  const curve = tinyCurves.thirteen;
  const points = everyPoint(curve);
  expect(points).toHaveLength(Number(curve.order));
  for (const A of points) {
    for (const B of points) {
      const sum = affineSum(curve, A, B);
      const [a, b] = [scaled(curve, fromAffine(A), 3n), scaled(curve, fromAffine(B), 5n)];
      expect(toAffine(curve, add(curve, a, b))).toEqual(sum);
      expect(toAffine(curve, addMixed(curve, a, B))).toEqual(sum);
      expect(toAffine(curve, addAffine(curve, A, B))).toEqual(sum);
      if (A === B) expect(toAffine(curve, double(curve, a))).toEqual(sum);
      if (A !== null && B !== null && A.x !== B.x) {
        const { x, y } = scaled(curve, fromAffine(A), 3n);
        expect(jacobianToAffine(curve, addJacobian(curve, { x, y, z: 3n }, B))).toEqual(sum);
      }
    }
  }
});

test.each(Object.values({ ...curves, ...tinyCurves }))('$name: the order times a point is infinity', (curve) => {
  const { cofactor = 1n }: Curve = curve;
  const P = toAffine(curve, multiple(curve, cofactor, somePoint(curve)));
  expect(P).not.toBeNull();
  expect(contains(curve, P)).toBe(true);
  expect(toAffine(curve, multiple(curve, curve.order, P))).toBeNull();
  expect(toAffine(curve, multiple(curve, curve.order - 1n, P))).toEqual(negate(curve, P));
});

test('Jacobian infinity', () => {
  expect(jacobianToAffine(curves.bn254, { x: 1n, y: 1n, z: 0n })).toBeNull();
  expect(toAffine(curves.bn254, infinity)).toBeNull();
});

describe('against @noble/curves', () => {
  for (const [curve, peer] of [
    [curves.bn254, bn254.G1.Point],
    [curves.bls12381, bls12_381.G1.Point],
  ] as const) {
    test(curve.name, () => {
      const { x, y } = peer.BASE.toAffine();
      const base = { x, y };
      expect(contains(curve, base)).toBe(true);
      for (const k of [1n, 2n, 3n, 0xfedcba9876543210n, curve.order - 2n, curve.order >> 1n]) {
        const expected = peer.BASE.multiply(k).toAffine();
        const P = multiple(curve, k, base);
        expect(toAffine(curve, P)).toEqual(expected);
        const both = peer.BASE.multiply(k).add(peer.BASE);
        expect(toAffine(curve, addMixed(curve, P, base))).toEqual(both.is0() ? null : both.toAffine());
        const twice = toAffine(curve, add(curve, P, scaled(curve, P, inverseMod(7n, curve.field.prime))));
        expect(twice).toEqual(peer.BASE.multiply(k).double().toAffine());
      }
    });
  }
});
