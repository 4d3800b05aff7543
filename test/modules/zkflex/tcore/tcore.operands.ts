// SPDX-License-Identifier: Apache-2.0
import type { Random } from '../../../../sim/index.ts';
import { type Montgomery, montgomery } from '../../../../src/modules/zkflex/golden/montgomery.ts';
import type { Operation } from '../../../../src/modules/zkflex/golden/tcore.ts';
import type { TCoreBench } from './tcore.bench.ts';

/** Limbs of an operand in each mode. */
export const limbsOf = [2, 3, 6];

/** Whole number of `bits` random bits. */
export const randomBits = (random: Random, bits: number): bigint => BigInt(random.bits(bits));

/** A number whose limbs are all at an end of their range. */
export function extremeLimbs(random: Random, limb: number, limbs: number): bigint {
  const top = 1n << BigInt(limb);
  const ends = [0n, 1n, top >> 1n, top - 1n];
  return Array.from({ length: limbs }, () => random.pick(ends)).reduce((x, each) => x * top + each, 0n);
}

/** An odd modulus above 1: of all lengths, often with its top bits set. */
export function oddModulus(random: Random, bits: number): bigint {
  const length = random.bool(0.7) ? bits : random.between(2, bits);
  return randomBits(random, length) | 1n | (1n << BigInt(length - 1));
}

/** Operands of paper 8: a quarter each uniform, extreme limbs, near p, near multiples of R; all below p. */
export function randomOperand(random: Random, { n, p }: Montgomery, limb: number): bigint {
  const R = 1n << n;
  const near = BigInt(random.between(-3, 3));
  const modulo = (x: bigint): bigint => ((x % p) + p) % p;
  switch (random.below(4)) {
    case 0:
      return modulo(randomBits(random, Number(n)));
    case 1:
      return modulo(extremeLimbs(random, limb, Number(n) / limb));
    case 2:
      return modulo(near);
    default:
      return modulo(R * BigInt(random.below(8)) + near);
  }
}

/** Corner operands of paper 7. */
export function cornerOperands({ n, p }: Montgomery, limb: number): bigint[] {
  const R = 1n << n;
  const top = 1n << BigInt(limb);
  const limbs = Number(n) / limb;
  const ofLimbs = (each: (i: number) => bigint): bigint =>
    Array.from({ length: limbs }, (_, i) => each(i)).reduceRight((x, limb) => x * top + limb, 0n);
  const wanted = [
    0n,
    1n,
    p - 1n,
    R % p,
    (R * R) % p,
    ofLimbs(() => top - 1n) % p,
    // a1 == a0 for two limbs; a0 + a2 == a1 in both halves for six.
    ofLimbs(() => 3n) % p,
    ofLimbs((i) => [2n, 5n, 3n][i % 3]!) % p,
    R >> 1n,
    R - p,
  ];
  return wanted.map((x) => x % p);
}

/** Corners with one another, then random operands. */
export function operationsOf(random: Random, field: Montgomery, limb: number, count: number): Operation[] {
  const corners = cornerOperands(field, limb);
  const pairs = corners.flatMap((a) => corners.map((b) => [a, b] as const));
  const operand = (): bigint => randomOperand(random, field, limb);
  const drawn = Array.from({ length: count }, () => [operand(), operand()] as const);
  return [...pairs, ...drawn].map(([a, b], i) => ({ a, b, tag: i % 65536 }));
}

/** Loads a modulus and returns its constants. */
export async function configureField(bench: TCoreBench, p: bigint, mode: number, limb: number): Promise<Montgomery> {
  const field = montgomery(p, limbsOf[mode]! * limb);
  await bench.step({ load: { mode, modulus: p, inverse: field.inverse, product: false } });
  return field;
}
