// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { simulate } from '../../../../sim/index.ts';
import { block, input, output, UInt } from '../../../../src/dsl/index.ts';
import { toom3Interpolate } from '../../../../src/modules/zkflex/mul/toom3-interpolate.ts';
import { toom3Product } from '../../../formal/zkflex/arith-harness.ts';
import { randomBits } from '../tcore/tcore.operands.ts';

/** Toom-3 without registers: beside the proof for limbs of 2 bits, for exhaustive simulation. */
const toom3 = block('toom3', z.strictObject({ limb: z.int() }), (m, { limb }) => {
  const io = m.ports({ a: input(UInt(3 * limb)), b: input(UInt(3 * limb)), product: output(UInt(6 * limb)) });
  io.product.assign(toom3Product(m, limb, io.a, io.b));
  return io;
});

describe('Toom-3', () => {
  it('is the product for all limbs of 3 bits', { timeout: 300_000 }, async () => {
    await simulate(toom3({ limb: 3 }), { engine: 'embedded' }, async (dut) => {
      for (let a = 0; a < 512; a++) {
        dut.in.a.value = a;
        for (let b = 0; b < 512; b++) {
          dut.in.b.value = b;
          if (dut.out.product.value !== a * b) expect([a, b, dut.out.product.value]).toEqual([a, b, a * b]);
        }
      }
      await dut.cycle();
    });
  });
});

describe('Toom-3 interpolation at full width', () => {
  it('maps the values of any polynomial to its value at 2^L', async () => {
    const L = 128;
    await simulate(toom3Interpolate({ limb: L, registers: 'none' }), { engine: 'embedded' }, async (dut) => {
      const most = [1n, 2n, 3n, 2n, 1n].map((terms) => terms * ((1n << 256n) - (1n << 129n)));
      const checked = { negative: 0, positive: 0 };
      for (let i = 0; i < 2000; i++) {
        // Each coefficient alone, then mixtures of ends and random values: what a linear map cannot hide from.
        const r = most.map((limit, k) => {
          if (i < 5) return i === k ? limit : 0n;
          return dut.random.pick([0n, 1n, limit, randomBits(dut.random, 300) % limit]);
        });
        const at = (x: bigint): bigint => r.reduceRight((value, each) => value * x + each, 0n);
        const whole = at(1n << BigInt(L));
        const minus = at(-1n);
        const size = minus < 0n ? -minus : minus;
        // No products have such coefficients.
        if (whole >> BigInt(6 * L) !== 0n || size >> BigInt(2 * L + 2) !== 0n) continue;
        checked[minus < 0n ? 'negative' : 'positive']++;
        dut.in.valid.value = 0;
        dut.in.w0.value = r[0]!;
        dut.in.w1.value = at(1n);
        dut.in.wm.value = size;
        dut.in.w2.value = at(2n);
        dut.in.winf.value = r[4]!;
        dut.in.add.value = minus < 0n;
        expect(dut.out.product.value).toBe(whole);
      }
      expect(Math.min(checked.negative, checked.positive)).toBeGreaterThan(300);
      await dut.cycle();
    });
  });
});
