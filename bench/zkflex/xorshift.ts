// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../src/dsl/index.ts';

/** What the registers of random words begin with. */
export const SEED = 0x12345678;

/** The word after a random word of 32 bits. */
export function xorshift(random: Signal): Signal {
  const a = random.xor(random.shl(13));
  const b = a.xor(a.shr(17));
  return b.xor(b.shl(5));
}

/** The same on numbers. */
export function xorshiftOf(random: number): number {
  random ^= random << 13;
  random ^= random >>> 17;
  return (random ^ (random << 5)) >>> 0;
}
