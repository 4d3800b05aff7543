// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fields, tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { inverseMod, mulMod, powMod } from '../../../../src/modules/zkflex/golden/field.ts';
import * as golden from '../../../../src/modules/zkflex/golden/ntt.ts';

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

const folder = fileURLToPath(new URL('../../../../../shared/traces/groth16-bn254-merkle/', import.meta.url));
const absent = !existsSync(folder);
const { prime: p } = fields.bn254Fr;

describe.skipIf(absent)(`transforms of a real proof${absent ? ' (skipped: ../shared/traces is absent)' : ''}`, () => {
  const load = (name: string): bigint[] => {
    const bytes = readFileSync(folder + name);
    return Array.from({ length: bytes.length / 32 }, (_, i) =>
      BigInt(
        `0x${Buffer.from(bytes.subarray(32 * i, 32 * i + 32))
          .reverse()
          .toString('hex')}`,
      ),
    );
  };

  test.each(['A', 'B', 'C'])('%s: inverse transform, coset shift, transform', (name) => {
    const manifest = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as Record<string, string>;
    const w = BigInt(manifest['root_of_unity']!);
    const inc = BigInt(manifest['coset_shift']!);
    const given = load(`intt_${name}_in.bin`);
    const n = given.length;
    const scale = inverseMod(BigInt(n), p);
    const inverse = golden.bitReversed(golden.dif(given, inverseMod(w, p), p)).map((x) => mulMod(x, scale, p));
    expect(inverse).toEqual(load(`intt_${name}_out.bin`));
    const shifted = golden.powersOf(n, 1n, inc, p).map((power, i) => mulMod(inverse[i]!, power, p));
    expect(shifted).toEqual(load(`ntt_coset_${name}_in.bin`));
    const onCoset = load(`ntt_coset_${name}_out.bin`);
    expect(golden.dit(golden.bitReversed(shifted), w, p)).toEqual(onCoset);
    expect(golden.cosetChain(given, w, inc, p)).toEqual(onCoset);
  });
});
