// SPDX-License-Identifier: Apache-2.0
import { F1Field } from 'ffjavascript';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../sim/index.ts';
import { fields } from '../../../src/modules/zkflex/fields.ts';
import { squareRoot } from '../../../src/modules/zkflex/golden/curve.ts';
import { inverseMod, mulMod } from '../../../src/modules/zkflex/golden/field.ts';
import { montgomery, montgomeryProduct, toMontgomery } from '../../../src/modules/zkflex/golden/montgomery.ts';
import { dft } from '../../../src/modules/zkflex/golden/ntt.ts';

describe('golden arithmetic against ffjavascript', () => {
  test.each(Object.values(fields))('$name', async ({ prime: p, bits, twoAdicity }) => {
    const field = new F1Field(p);
    expect(field.s).toBe(twoAdicity);
    const random = new Random(2);
    const some = (): bigint =>
      Array.from({ length: 26 }, () => BigInt(random.word())).reduce((all, word) => (all << 32n) | word, 0n) % p;
    const m = montgomery(p, 64 * Math.ceil(bits / 64));
    for (const [a, b] of [[p - 1n, p - 1n], [1n, p - 1n], ...Array.from({ length: 20 }, () => [some(), some()])]) {
      const product = field.mul(a!, b!);
      expect(mulMod(a!, b!, p)).toBe(product);
      expect(montgomeryProduct(toMontgomery(a!, m), toMontgomery(b!, m), m)).toBe(toMontgomery(product, m));
      expect(inverseMod(a!, p)).toBe(field.inv(a!));
      const square = mulMod(a!, a!, p);
      expect([a!, p - a!]).toContain(squareRoot(square, p));
    }
    const log2n = Math.min(4, twoAdicity);
    const x = Array.from({ length: 2 ** log2n }, some);
    expect(await field.fft(x)).toEqual(dft(x, field.w[log2n]!, p));
    expect(await field.ifft(dft(x, field.w[log2n]!, p))).toEqual(x);
  });
});
