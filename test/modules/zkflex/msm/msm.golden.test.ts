// SPDX-License-Identifier: Apache-2.0
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { type Affine, multiple, negate, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { curves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { bucketMsm, directMsm, signedDigits, windowCount } from '../../../../src/modules/zkflex/golden/msm.ts';

test.each([1, 2, 3, 4, 8, 13])('digits of %i bits are small and make up the scalar', (c) => {
  const random = new Random(c);
  const order = curves.bn254.order;
  const scalars = [
    0n,
    1n,
    order - 1n,
    (1n << 254n) - 1n,
    ...Array.from({ length: 50 }, () => BigInt(random.bits(253))),
  ];
  for (const scalar of scalars) {
    const digits = signedDigits(scalar, c, windowCount(254, c));
    expect(digits.reduce((sum, d, w) => sum + (BigInt(d) << BigInt(c * w)), 0n)).toBe(scalar);
    expect(Math.max(...digits)).toBeLessThanOrEqual(2 ** (c - 1));
    expect(Math.min(...digits)).toBeGreaterThan(-(2 ** (c - 1)));
  }
});

describe('sums agree', () => {
  for (const [curve, peer] of [
    [curves.bn254, bn254.G1.Point],
    [curves.bls12381, bls12_381.G1.Point],
  ] as const) {
    test(`of ${curve.name}, with @noble/curves and with themselves`, () => {
      const random = new Random(5);
      const multiples = Array.from({ length: 12 }, () => 1n + BigInt(random.word()));
      const scalars = [...multiples.map(() => BigInt(random.bits(253))), curve.order - 1n, 0n, 1n, 1n];
      const some = multiples.map((k) => peer.BASE.multiply(k));
      const points = [...some, some[0]!, some[1]!, some[2]!, some[2]!.negate()];
      const bases = points.map((P): Affine => P.toAffine());
      const wanted = points.reduce(
        (sum, P, i) => (scalars[i] === 0n ? sum : sum.add(P.multiply(scalars[i]!))),
        peer.ZERO,
      );
      expect(directMsm(curve, [...bases, null], [...scalars, 5n])).toEqual(wanted.toAffine());
      for (const c of [4, 7]) {
        expect(bucketMsm(curve, [...bases, null], [...scalars, 5n], c)).toEqual(wanted.toAffine());
      }
    });
  }

  test('of MNT4-753 G1 with themselves', () => {
    const curve = curves.mnt4753;
    const P = somePoint(curve);
    const bases = [P, toAffine(curve, multiple(curve, 3n, P)), negate(curve, P), null];
    const scalars = [curve.order - 1n, curve.order >> 3n, 12345n, 7n];
    expect(bucketMsm(curve, bases, scalars, 6)).toEqual(directMsm(curve, bases, scalars));
  });
});
