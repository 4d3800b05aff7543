// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { montgomery, toMontgomery } from '../../../../src/modules/zkflex/golden/montgomery.ts';
import { modularLatency, productLatency, tcorePresets } from '../../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../../src/modules/zkflex/tcore/tcore.ts';
import { TCoreBench } from './tcore.bench.ts';
import { configureField, limbsOf, oddModulus, randomBits } from './tcore.operands.ts';

const LP = productLatency(tcorePresets.tiny);
const lanesOf = [5, 3, 1];
const primes = [tinyFields.mode0.prime, tinyFields.mode1.prime, tinyFields.mode2.prime];

async function withBench(
  test: (bench: TCoreBench, random: () => bigint, seeded: { bool(p: number): boolean }) => Promise<void>,
) {
  await simulate(tcore(tcorePresets.tiny), { engine: 'embedded' }, async (dut) => {
    const bench = new TCoreBench(dut, 8, LP);
    await bench.reset();
    await test(bench, () => randomBits(dut.random, 48), dut.random);
  });
}

const configuration = (mode: number, p = primes[mode]!) => ({
  mode,
  modulus: p,
  inverse: montgomery(p, limbsOf[mode]! * 8).inverse,
  product: false,
});

describe('TCore, configuration', () => {
  it('takes nothing before it is configured', async () => {
    await withBench(async (bench) => {
      const requests = Array.from({ length: 5 }, () => ({ a: 1n, b: 1n, tag: 1 }));
      for (let i = 0; i < 10; i++) {
        const { ready, busy } = await bench.step({ requests });
        expect([...ready, busy]).toEqual([false, false, false, false, false, false]);
      }
    });
  });

  it('refuses a load while busy, an even modulus and mode 3, and keeps the first reason until it is cleared', async () => {
    await withBench(async (bench) => {
      await bench.step({ load: configuration(0) });
      const even = { ...configuration(1), modulus: 12288n };
      const none = { ...configuration(1), mode: 3 };
      const errors: number[] = [];
      for (const load of [even, none, even]) {
        await bench.step({ load });
        errors.push((await bench.step()).error);
      }
      await bench.step({ clear: true });
      for (const load of [none, even]) {
        await bench.step({ load });
        errors.push((await bench.step()).error);
      }
      // A clear and a new error in the same cycle: the new one is kept.
      await bench.step({ clear: true, load: even });
      errors.push((await bench.step({ clear: true })).error);
      expect(errors).toEqual([2, 2, 2, 3, 3, 2]);

      // The refused ones changed nothing: mode 0 works; and so it does after a load in the middle of its work.
      const request = { a: 1234n, b: 4321n, tag: 7 };
      let entered = 0;
      for (let i = 0; i < 3; i++) {
        if ((await bench.step({ requests: [entered === 0 ? request : null, null, null, null, null] })).ready[0])
          entered++;
      }
      expect(entered).toBe(1);
      await bench.step({ load: configuration(2) });
      expect((await bench.step()).error).toBe(1);
      await bench.run([request], 0);
    });
  });

  it('can be configured anew in the cycle in which it has become idle, and gives no operand the old modulus', async () => {
    await withBench(async (bench) => {
      for (const mode of [0, 1, 2, 0, 2, 1, 0]) {
        await bench.step({ load: configuration(mode) });
        await bench.run([{ a: 11n, b: 13n, tag: mode }], mode);
      }
      // A lane is not ready in the cycle of a load.
      const requests = [{ a: 5n, b: 6n, tag: 1 }, null, null, null, null];
      for (let i = 0; i < 3; i++) {
        const { ready } = await bench.step({ load: configuration(1), requests });
        expect(ready[0]).toBe(false);
      }
      await bench.run([{ a: 5n, b: 6n, tag: 1 }], 1);
    });
  });

  it('forgets what is in flight and its modulus at a reset', async () => {
    await withBench(async (bench) => {
      await bench.step({ load: configuration(0) });
      const requests = Array.from({ length: 5 }, (_, i) => ({ a: BigInt(i), b: 77n, tag: i }));
      for (let i = 0; i < 7; i++) await bench.step({ requests });
      await bench.reset();
      for (let i = 0; i < 3 * LP + 10; i++) {
        const { results, busy, ready } = await bench.step({ requests });
        expect(results.every((result) => result === null)).toBe(true);
        expect([busy, ready[0]]).toEqual([false, false]);
      }
      await bench.step({ load: configuration(2) });
      await bench.run([{ a: 3n, b: 4n, tag: 9 }], 2);
    });
  });
});

describe('TCore, rates', () => {
  it.each([
    [0, 5 / 3],
    [1, 1],
    [2, 1 / 3],
  ])('mode %i takes %f modular products a cycle, all leaves busy', async (mode, rate) => {
    await withBench(async (bench, random) => {
      const { p } = await configureField(bench, primes[mode]!, mode, 8);
      const operations = Array.from({ length: 3000 }, (_, tag) => ({ a: random() % p, b: random() % p, tag }));
      const { cycles, slots } = await bench.run(operations, mode);
      const working = cycles - modularLatency(tcorePresets.tiny);
      expect(operations.length / working).toBeGreaterThan(0.99 * rate);
      expect(slots / working).toBeGreaterThanOrEqual(0.99);
    });
  });

  it.each([0, 1, 2])(
    'mode %i, product-only: a product of every lane in every cycle, LP + 1 cycles later',
    async (mode) => {
      await withBench(async (bench, random, seeded) => {
        const n = BigInt(limbsOf[mode]! * 8);
        await bench.step({ load: { mode, modulus: 0n, inverse: 0n, product: true } });
        const operand = (): bigint => (seeded.bool(0.1) ? (1n << n) - 1n : BigInt.asUintN(Number(n), random()));
        const operations = Array.from({ length: 500 }, (_, tag) => ({ a: operand(), b: operand(), tag }));
        const { cycles } = await bench.run(operations, mode);
        // The load may come in the middle of a round of three.
        expect(cycles).toBeLessThanOrEqual(Math.ceil(500 / [5, 3, 1][mode]!) + LP + 3);
        await bench.run(operations.slice(0, 50), mode, 0.5);
      });
    },
  );
});

describe('TCore, corners', () => {
  it('subtracts when t is exactly p, and carries nothing when T mod R is 0', async () => {
    await simulate(tcore(tcorePresets.tiny), { engine: 'embedded' }, async (dut) => {
      const bench = new TCoreBench(dut, 8, LP);
      await bench.reset();
      for (const mode of [0, 1, 2]) {
        const n = limbsOf[mode]! * 8;
        // a b = 0 modulo p with a, b not 0 needs a composite p: then t is p or 0, and it is p where T is not 0.
        const [x, y] = [oddModulus(dut.random, n / 2) | 5n, oddModulus(dut.random, n / 2) | 3n];
        const field = montgomery(x * y, n);
        await bench.step({ load: { mode, modulus: field.p, inverse: field.inverse, product: false } });
        const R = 1n << BigInt(n);
        // T mod R = 0: factors whose powers of 2 make R.
        const half = 1n << BigInt(n / 2);
        const pairs = [
          [x, y],
          [y, x],
          [half % field.p, half % field.p],
          [half >> 1n, (2n * half) % field.p],
          [0n, toMontgomery(1n, field)],
        ] as const;
        expect(pairs.some(([a, b]) => a * b !== 0n && (a * b) % R === 0n)).toBe(true);
        await bench.run(
          pairs.map(([a, b], tag) => ({ a, b, tag })),
          mode,
        );
      }
    });
  });

  it.each([0, 1, 2])(
    'mode %i says until it is cleared that an operand was not below the modulus, and works on',
    async (mode) => {
      await withBench(async (bench, random) => {
        const { p } = await configureField(bench, primes[mode]!, mode, 8);
        const top = (1n << BigInt(limbsOf[mode]! * 8)) - 1n;
        const good = Array.from({ length: 9 }, (_, tag) => ({ a: random() % p, b: random() % p, tag }));
        const misfits = [
          { a: p, b: 0n },
          { a: 0n, b: p },
          { a: p - 1n, b: top },
          { a: top, b: top },
        ];
        for (const misfit of misfits) {
          for (let lane = 0; lane < lanesOf[mode]!; lane++) {
            await bench.run(good, mode);
            const requests = Array.from({ length: 5 }, (_, i) => (i === lane ? { ...misfit, tag: 1 } : null));
            while (!(await bench.step({ requests })).ready[lane]);
            const after = [];
            for (let i = 0; i < 4; i++) after.push((await bench.step()).unreduced);
            expect(after).toEqual([false, false, false, true]);
            await bench.run(good, mode, 0.3);
            expect((await bench.step()).unreduced).toBe(true);
            await bench.step({ clear: true });
            expect((await bench.step()).unreduced).toBe(false);
          }
        }
      });
    },
  );

  it('keeps a misfit that is noticed in the cycle of a clear, and looks at none without reduction', async () => {
    await withBench(async (bench) => {
      const { p } = await configureField(bench, primes[0]!, 0, 8);
      const requests = [{ a: p, b: p, tag: 1 }, null, null, null, null];
      while (!(await bench.step({ requests })).ready[0]);
      for (let i = 0; i < 4; i++) await bench.step({ clear: true });
      expect((await bench.step({ clear: true })).unreduced).toBe(false);
      for (let i = 0; i < 3 * LP + 3; i++) await bench.step();
      while (!(await bench.step({ requests })).ready[0]);
      for (let i = 0; i < 3; i++) await bench.step({ clear: i === 2 });
      expect((await bench.step()).unreduced).toBe(true);
      for (let i = 0; i < 3 * LP + 3; i++) await bench.step();
      await bench.step({ clear: true, load: { ...configuration(0), product: true } });
      await bench.run([{ a: p, b: 65535n, tag: 3 }], 0);
      expect((await bench.step()).unreduced).toBe(false);
    });
  });
});
