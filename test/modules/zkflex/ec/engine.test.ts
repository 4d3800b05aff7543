// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { type Affine, contains, multiple, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { type Curve, tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { type Case, type Given, randomCase, scaled, Setting } from './engine.cases.ts';
import { runCases } from './engine.run.ts';

const tiny = { limb: 8, pipeline: 'shallow' } as const;

function everyPoint(curve: Curve): Affine[] {
  const numbers = Array.from({ length: Number(curve.field.prime) }, (_, i) => BigInt(i));
  const finite = numbers.flatMap((x) => numbers.map((y) => ({ x, y }))).filter((p) => contains(curve, p));
  return [null, ...finite];
}

test('every sum and doubling of all points of a curve over 13 elements, in all forms', async () => {
  const curve = tinyCurves.thirteen;
  const forms = everyPoint(curve).flatMap((at): Given[] => [{ form: 'affine', at }, scaled(curve, at, 5n)]);
  const cases = forms.flatMap((a) => [...forms.map((b): Case => ({ double: false, a, b })), { double: true, a, b: a }]);
  await runCases(tiny, new Setting(curve, 8, 0), cases);
});

const settings = [
  [tinyCurves.mode0, 0],
  [tinyCurves.second, 0],
  [tinyCurves.mode1, 1],
  [tinyCurves.mode2, 2],
] as const;

for (const [curve, mode] of settings) {
  for (const stall of [0, 0.5]) {
    test(`random sums on ${curve.name} in mode ${mode}, stalls ${stall}`, async () => {
      const random = new Random(mode + 1);
      const base = somePoint(curve, 3n);
      const orderTwo = { x: 0n, y: 0n };
      const points = [1n, 2n, 3n, 77n, 1000n].map((k) => toAffine(curve, multiple(curve, k, base)));
      const all = contains(curve, orderTwo) ? [...points, orderTwo] : points;
      const cases = Array.from({ length: 300 }, () => randomCase(curve, all, random));
      await runCases(tiny, new Setting(curve, 8, mode), cases, { stall });
    });
  }
}
