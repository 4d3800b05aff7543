// SPDX-License-Identifier: Apache-2.0
import type { Proof } from '../proofs.ts';
import { divideHarness, toom2Harness, toom3Harness } from './arith-harness.ts';

const divisors = [3, 5, 9, 15] as const;

/** The arithmetic of ZK-Flex as a whole, at sizes that SAT can do (paper 8); at full width it is proved step by step (`toom-proofs.ts`). */
export const arithProofs: readonly Proof[] = [
  ...divisors.map((divisor): Proof => ({
    name: `zkflex-divide-${divisor}`,
    claim: `Division by ${divisor} of 16 bits: ${divisor} quotient + remainder = x, remainder < ${divisor}.`,
    harness: () => divideHarness(16, divisor),
    method: { kind: 'sat' },
    bug: { from: /assign quotient = \{/, to: 'assign quotient = 1 ^ {' },
    quick: divisor === 3,
  })),
  {
    name: 'zkflex-divide-3-66',
    claim: 'Division by 3 of 66 bits likewise.',
    harness: () => divideHarness(66, 3),
    method: { kind: 'sat' },
    bug: { from: /assign quotient = \{/, to: 'assign quotient = 1 ^ {' },
    quick: false,
  },
  ...(
    [
      [2, 2],
      [3, 2],
      [3, 3],
    ] as const
  ).map(([split, upper]): Proof => ({
    name: `zkflex-toom2-${split}-${upper}`,
    claim: `Subtractive Toom-2 of ${split} and ${upper} bits is the product; its middle is never negative.`,
    harness: () => toom2Harness(split, upper),
    method: { kind: 'sat' },
    bug: { from: /assign difference = /, to: 'assign difference = 1 ^ ' },
    quick: upper === 2 && split === 3,
  })),
  {
    name: 'zkflex-toom3-2',
    claim:
      'Toom-3 of three limbs of 2 bits is the product; D is a multiple of 3, no intermediate is negative or too wide.',
    harness: () => toom3Harness(2),
    method: { kind: 'sat' },
    bug: { from: /assign minus = /, to: 'assign minus = 1 ^ ' },
    quick: false,
  },
];
