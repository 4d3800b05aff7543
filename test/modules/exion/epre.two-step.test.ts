// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, input, output, sbits, type Signal, SInt } from '../../../src/dsl/index.ts';
import { inputCode, logProduct, productBits, weightCode } from '../../../src/modules/exion/epre/two-step.ts';
import { twoStep } from '../../../src/modules/exion/golden/eager.ts';
import { evaluate } from '../lib/comb-bench.ts';

const bytes = Array.from({ length: 256 }, (_, i) => i - 128);

describe('two-step leading-one detection', () => {
  test.each([
    [0, 0],
    [1, 1],
    [-1, -1],
    [2, 2],
    [64, 64],
    [-64, -64],
    [-128, -128],
    [7, 6],
    [-7, -6],
    [100, 96],
    [127, 96],
    [-127, -96],
    [81, 80],
    [65, 65],
  ])('ts(%i) = %i', (value, expected) => {
    expect(twoStep(value)).toBe(expected);
  });

  test('codes of all bytes', () => {
    for (const value of bytes) {
      const kept = twoStep(value);
      const { sign, ...ones } = inputCode(sbits(value, 8));
      expect(Number(ones.kept.value)).toBe(Math.abs(kept));
      expect(BigInt.asIntN(9, ones.negated.value)).toBe(BigInt(-Math.abs(kept)));
      expect(sign.value).toBe(value < 0 ? 1n : 0n);

      const { any, first, two, second, ...code } = weightCode(sbits(value, 8));
      const magnitude = Number(any.value) * 2 ** Number(first.value) + Number(two.value) * 2 ** Number(second.value);
      expect(magnitude).toBe(Math.abs(kept));
      expect(code.sign.value).toBe(sign.value);
      expect(first.value > second.value || two.value === 0n).toBe(true);
    }
  });

  test('products of all pairs, as hardware', async () => {
    const product = block('two_step_product', z.strictObject({}), (m) => {
      const io = m.ports({ x: input(SInt(8)), w: input(SInt(8)), out: output(SInt(productBits)) });
      io.out.assign(logProduct<Signal>(inputCode<Signal>(io.x), weightCode<Signal>(io.w)).asSInt());
      return io;
    });
    const pairs = bytes.flatMap((x) => bytes.map((w) => [x, w] as const));
    const outputs = await evaluate(
      product({}),
      pairs.map(([x, w]) => ({ x: BigInt(x), w: BigInt(w) })),
    );
    const wrong = pairs.filter(([x, w], i) => outputs[i]!['out'] !== BigInt(twoStep(x) * twoStep(w)));
    expect(wrong).toEqual([]);
    expect(outputs).toHaveLength(65536);
  });
});
