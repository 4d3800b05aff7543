// SPDX-License-Identifier: Apache-2.0
import { signedDigits, windowCount } from '../../../src/modules/zkflex/golden/msm.ts';
import { loadProof } from '../../workloads/groth16-data.ts';
import type { PortItem } from '../../workloads/llb-ports.ts';

/** One window of c = 8: buckets 1 .. 128. */
const windowBits = 8;
export const bucketCount = 2 ** (windowBits - 1) + 1;

/** xorshift32: numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed * 7919;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const numbered = (keys: readonly number[]): PortItem[] => keys.map((key, i) => ({ key, point: BigInt(i + 1) }));

/** Digits of uniform scalars, zeros left out. */
export function uniform(seed: number, count: number): PortItem[] {
  const random = randomFrom(seed);
  const half = 2 ** (windowBits - 1);
  const keys: number[] = [];
  while (keys.length < count) {
    const digit = Math.floor(random() * 2 * half);
    if (digit !== 0) keys.push(digit > half ? 2 * half - digit : digit);
  }
  return numbered(keys);
}

/** The same with a given number of buckets that get a point: the first seed from `seed` on that has it. */
export function uniformOver(seed: number, count: number, buckets: number): PortItem[] {
  for (let trial = seed; ; trial += 1) {
    const items = uniform(trial, count);
    if (new Set(items.map(({ key }) => key)).size === buckets) return items;
  }
}

/** A witness of zeros and ones: every item falls into bucket 1. */
export const ones = (count: number): PortItem[] => numbered(Array.from({ length: count }, () => 1));

/** The lowest window of the scalars of a recorded proof, zeros left out, by MSM; the verifier's sum of one scalar is no work. */
export function recordedWindows(data: string | null): ReadonlyMap<string, readonly PortItem[]> {
  const { msms, scalarPrime } = loadProof(data);
  const windows = windowCount(scalarPrime.toString(2).length, windowBits);
  return new Map(
    msms
      .filter(({ scalars }) => scalars.length > 1)
      .map(({ name, scalars }) => {
        const digits = scalars.map((scalar) => Math.abs(signedDigits(scalar, windowBits, windows)[0]!));
        return [name, numbered(digits.filter((digit) => digit !== 0))] as const;
      }),
  );
}

/** All windows of c = 12 over uniform scalars of 254 bits, point by point: 22 windows that share one memory. */
export function sharedWindows(seed: number, points: number) {
  const random = randomFrom(seed);
  const [c, bits] = [12, 254];
  const windows = windowCount(bits, c);
  const buckets = 2 ** (c - 1);
  const keys: number[] = [];
  for (let i = 0; i < points; i += 1) {
    let scalar = 0n;
    for (let at = 0; at < bits; at += 16) scalar = (scalar << 16n) | BigInt(Math.floor(random() * 65_536));
    signedDigits(scalar % (1n << BigInt(bits)), c, windows).forEach((digit, w) => {
      if (digit !== 0) keys.push(w * buckets + Math.abs(digit) - 1);
    });
  }
  return { items: numbered(keys), buckets: windows * buckets };
}
