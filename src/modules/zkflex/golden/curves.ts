// SPDX-License-Identifier: Apache-2.0
import { type Field, fields, tinyFields } from '../fields.ts';

/** A short Weierstrass curve y^2 = x^3 + a x + b. */
export interface Curve {
  readonly name: string;
  readonly field: Pick<Field, 'prime' | 'bits'>;
  readonly a: bigint;
  readonly b: bigint;
  /** Order of the group that is used; scalars are below it. */
  readonly order: bigint;
  /** Points of the curve for each of the group; 1 unless said. */
  readonly cofactor?: bigint;
}

const mnt4b = BigInt(
  '28798803903456388891410036793299405764940372360099938340752576406393880372126970068421383312482853541572780087' +
    '363938442377933706865252053507077543420534380486492786626556269083255657125025963825610840222568694137138741554679540',
);

/** The curves of paper 3.1, groups G1. */
export const curves = {
  bn254: { name: 'BN254 G1', field: fields.bn254Fq, a: 0n, b: 3n, order: fields.bn254Fr.prime },
  bls12381: {
    name: 'BLS12-381 G1',
    field: fields.bls12381Fq,
    a: 0n,
    b: 4n,
    order: fields.bls12381Fr.prime,
    cofactor: 0x396c8c005555e1568c00aaab0000aaabn,
  },
  mnt4753: { name: 'MNT4-753 G1', field: fields.mnt4753Fq, a: 2n, b: mnt4b, order: fields.mnt4753Fr.prime },
} as const satisfies Record<string, Curve>;

/**
 * Small curves: one whose pairs of points can all be tried, and one or two for each field of the small core. All but `second` have a
 * point of order two (y = 0).
 */
export const tinyCurves = {
  thirteen: { name: 'y^2 = x^3 + 2x over F_13', field: { prime: 13n, bits: 4 }, a: 2n, b: 0n, order: 10n },
  mode0: { name: 'y^2 = x^3 + 7 over F_12289', field: tinyFields.mode0, a: 0n, b: 7n, order: 12288n },
  second: { name: 'y^2 = x^3 + 3x + 5 over F_12289', field: tinyFields.mode0, a: 3n, b: 5n, order: 12257n },
  mode1: { name: 'y^2 = x^3 + 2x + 3 over F_7340033', field: tinyFields.mode1, a: 2n, b: 3n, order: 7344734n },
  mode2: { name: 'y^2 = x^3 + 2x + 3 over F_998244353', field: tinyFields.mode2, a: 2n, b: 3n, order: 998249514n },
} as const satisfies Record<string, Curve>;
