// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { fields, tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { inverseMod, mulMod, powMod } from '../../../../src/modules/zkflex/golden/field.ts';
import * as golden from '../../../../src/modules/zkflex/golden/ntt.ts';
import { absence, absent, proofVectors } from './proof-vectors.ts';

const values = (count: number, p: bigint): bigint[] =>
  Array.from({ length: count }, (_, i) => powMod(BigInt(3 * i + 2), 77n, p));

test('both orders of loops are the definition, in every field', () => {
  for (const { prime: p, twoAdicity } of [...Object.values(fields), ...Object.values(tinyFields)]) {
    for (let log2n = 0; log2n <= Math.min(5, twoAdicity); log2n++) {
      const w = golden.rootOfUnity(p, log2n);
      const x = values(2 ** log2n, p);
      const spectrum = golden.dft(x, w, p);
      expect(golden.bitReversed(golden.dif(x, w, p))).toEqual(spectrum);
      expect(golden.dit(golden.bitReversed(x), w, p)).toEqual(spectrum);
      const back = golden.dif(spectrum, inverseMod(w, p), p).map((v) => mulMod(v, inverseMod(BigInt(x.length), p), p));
      expect(golden.bitReversed(back)).toEqual(x);
    }
  }
});

test('a root of unity has its order, and there is none beyond the two-adicity', () => {
  for (const { prime: p, twoAdicity } of Object.values(fields)) {
    const w = golden.rootOfUnity(p, twoAdicity);
    expect(powMod(w, 1n << BigInt(twoAdicity), p)).toBe(1n);
    expect(powMod(w, 1n << BigInt(twoAdicity - 1), p)).toBe(p - 1n);
    expect(() => golden.rootOfUnity(p, twoAdicity + 1)).toThrow('no root of unity');
  }
});

test('the chain evaluates on the coset', () => {
  const { prime: p } = fields.bn254Fr;
  const n = 16;
  const w = golden.rootOfUnity(p, 4);
  const inc = golden.rootOfUnity(p, 5);
  const coefficients = values(n, p);
  const evaluations = golden.dft(coefficients, w, p);
  const at = (x: bigint): bigint => coefficients.reduceRight((sum, c) => (sum * x + c) % p, 0n);
  const points = golden.powersOf(n, inc, w, p);
  expect(golden.cosetChain(evaluations, w, inc, p)).toEqual(points.map(at));
});

describe.skipIf(absent)(`transforms of a real proof${absence}`, () => {
  test.each(['A', 'B', 'C'] as const)('%s: inverse transform, coset shift, transform', (name) => {
    const { prime: p } = fields.bn254Fr;
    const { w, shift, evaluations, coefficients, shifted, onCoset } = proofVectors(name);
    const n = evaluations.length;
    const scale = inverseMod(BigInt(n), p);
    const inverse = golden.bitReversed(golden.dif(evaluations, inverseMod(w, p), p)).map((x) => mulMod(x, scale, p));
    expect(inverse).toEqual(coefficients);
    expect(golden.powersOf(n, 1n, shift, p).map((power, i) => mulMod(inverse[i]!, power, p))).toEqual(shifted);
    expect(golden.dit(golden.bitReversed(shifted), w, p)).toEqual(onCoset);
    expect(golden.cosetChain(evaluations, w, shift, p)).toEqual(onCoset);
  });
});
