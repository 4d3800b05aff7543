// SPDX-License-Identifier: Apache-2.0

/** A prime field. */
export interface Field {
  readonly name: string;
  readonly prime: bigint;
  /** Bits of the prime. */
  readonly bits: number;
  /** The largest k such that 2^k divides prime - 1: transforms have at most 2^k points. */
  readonly twoAdicity: number;
}

function field(name: string, twoAdicity: number, hex: string): Field {
  const prime = BigInt(`0x${hex}`);
  return { name, prime, bits: prime.toString(2).length, twoAdicity };
}

/** The fields of paper 3.1. */
export const fields = {
  bn254Fr: field('BN254 Fr', 28, '30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001'),
  bn254Fq: field('BN254 Fq', 1, '30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47'),
  bls12381Fr: field('BLS12-381 Fr', 32, '73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001'),
  bls12381Fq: field(
    'BLS12-381 Fq',
    1,
    '1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab',
  ),
  mnt4753Fr: field(
    'MNT4-753 Fr',
    30,
    '1c4c62d92c41110229022eee2cdadb7f997505b8fafed5eb7e8f96c97d87307fdb925e8a0ed8d99d124d9a15af79db26' +
      'c5c28c859a99b3eebca9429212636b9dff97634993aa4d6c381bc3f0057974ea099170fa13a4fd90776e240000001',
  ),
  mnt4753Fq: field(
    'MNT4-753 Fq',
    15,
    '1c4c62d92c41110229022eee2cdadb7f997505b8fafed5eb7e8f96c97d87307fdb925e8a0ed8d99d124d9a15af79db11' +
      '7e776f218059db80f0da5cb537e38685acce9767254a4638810719ac425f0e39d54522cdd119f5e9063de245e8001',
  ),
  goldilocks: field('Goldilocks', 32, 'ffffffff00000001'),
} as const;

/** Small primes for the small core, one a mode (limb 8: 16, 24, 48 bits). */
export const tinyFields = {
  mode0: field('12289', 12, (12289).toString(16)),
  mode1: field('7340033', 20, (7340033).toString(16)),
  mode2: field('998244353', 23, (998244353).toString(16)),
} as const;
