// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { modularAdd, modularAddLatency } from '../../../../src/modules/zkflex/arith/modular-add.ts';
import { fields } from '../../../../src/modules/zkflex/fields.ts';
import { addMod, subMod } from '../../../../src/modules/zkflex/golden/field.ts';

async function checkAll(width: number, p: bigint, pairs: (random: (below: bigint) => bigint) => [bigint, bigint][]) {
  await simulate(modularAdd({ width }), {}, async (dut) => {
    const random = (below: bigint): bigint => BigInt(dut.random.bits(width + 8)) % below;
    const as = <T>(value: bigint): T => (width <= 32 ? Number(value) : value) as T;
    const expected: unknown[] = [];
    const found: unknown[] = [];
    dut.in.p.value = as(p);
    const cases = pairs(random);
    for (let t = 0; t < cases.length + modularAddLatency; t++) {
      const [a, b] = cases[Math.min(t, cases.length - 1)]!;
      dut.in.a.value = as(a);
      dut.in.b.value = as(b);
      if (t < cases.length) expected.push([as(addMod(a, b, p)), as(subMod(a, b, p))]);
      if (t >= modularAddLatency) found.push([dut.out.sum.value, dut.out.difference.value]);
      await dut.cycle();
    }
    expect(found).toEqual(expected);
  });
}

test('every pair of small fields', async () => {
  for (const [width, p] of [
    [1, 1n],
    [2, 3n],
    [4, 13n],
    [5, 31n],
  ] as const) {
    const all = Array.from({ length: Number(p) }, (_, i) => BigInt(i));
    await checkAll(width, p, () => all.flatMap((a) => all.map((b): [bigint, bigint] => [a, b])));
  }
});

test('a full word of ones, and the fields of the paper', async () => {
  for (const [width, p] of [
    [64, 2n ** 64n - 1n],
    [126, 2n ** 126n - 3n],
    ...Object.values(fields).map(({ bits, prime }) => [Math.ceil(bits / 128) * 128, prime] as const),
  ] as const) {
    const edges = [0n, 1n, p >> 1n, (p >> 1n) + 1n, p - 2n, p - 1n];
    await checkAll(width, p, (random) => [
      ...edges.flatMap((a) => edges.map((b): [bigint, bigint] => [a, b])),
      ...Array.from({ length: 100 }, (): [bigint, bigint] => [random(p), random(p)]),
    ]);
  }
});
