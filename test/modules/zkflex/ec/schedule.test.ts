// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { type ProgramName, programs } from '../../../../src/modules/zkflex/ec/programs.ts';
import { registers, schedule, type Operation } from '../../../../src/modules/zkflex/ec/schedule.ts';
import { add, addAffine, addMixed, double, somePoint, type Xyzz } from '../../../../src/modules/zkflex/golden/curve.ts';
import { type Curve, tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { addMod, mulMod, subMod } from '../../../../src/modules/zkflex/golden/field.ts';
import { scaled } from './engine.cases.ts';

/** Turns and products of each program: the products of paper 3.7, and turns without one only in affine sums and doublings. */
const sizes: Record<ProgramName, { turns: number; products: number }> = {
  affineSum: { turns: 7, products: 6 },
  mixedSum: { turns: 10, products: 10 },
  fullSum: { turns: 14, products: 14 },
  double: { turns: 9, products: 9 },
  doubleWithA: { turns: 11, products: 11 },
  doubleAffine: { turns: 8, products: 7 },
};

test.each(Object.entries(sizes))('%s', (name, { turns, products }) => {
  const made = schedule(programs[name as ProgramName]);
  expect(made.turns).toHaveLength(turns);
  expect(made.turns.filter(({ product }) => product !== null)).toHaveLength(products);
});

/** Runs a schedule on plain numbers. */
function run(curve: Curve, name: ProgramName, given: Partial<Record<keyof typeof registers, bigint>>): Xyzz {
  const { prime } = curve.field;
  const file = new Map<number, bigint>();
  for (const [register, value] of Object.entries(given)) file.set(registers[register as keyof typeof registers], value);
  const value = ({ operator, a, b }: Operation): bigint => {
    const [x, y] = [file.get(a)!, b === 'a' ? curve.a : file.get(b)!];
    return { '+': addMod, '-': subMod, '*': mulMod }[operator](x, y, prime);
  };
  for (const { first, second, product } of schedule(programs[name]).turns) {
    // In this order the second sum may read the first one, and the product both.
    for (const step of [first, second, product]) if (step !== null) file.set(step.result, value(step));
  }
  const [x, y, zz, zzz] = ['x3', 'y3', 'zz3', 'zzz3'].map((r) => file.get(registers[r as keyof typeof registers])!);
  return { x: x!, y: y!, zz: zz!, zzz: zzz! };
}

describe('schedules compute the formulas', () => {
  const curve = tinyCurves.second;
  const [P, Q] = [somePoint(curve, 5n), somePoint(curve, 900n)];
  const [A, B] = [scaled(curve, P, 17n).at as Xyzz, scaled(curve, Q, 4321n).at as Xyzz];
  const first = { x1: A.x, y1: A.y, zz1: A.zz, zzz1: A.zzz };

  test('sums', () => {
    const affine = { x1: P.x, y1: P.y, x2: Q.x, y2: Q.y };
    expect(run(curve, 'affineSum', affine)).toEqual(addAffine(curve, P, Q));
    expect(run(curve, 'mixedSum', { ...first, x2: Q.x, y2: Q.y })).toEqual(addMixed(curve, A, Q));
    const second = { x2: B.x, y2: B.y, zz2: B.zz, zzz2: B.zzz };
    expect(run(curve, 'fullSum', { ...first, ...second })).toEqual(add(curve, A, B));
  });

  test('doublings', () => {
    expect(run(curve, 'doubleWithA', first)).toEqual(double(curve, A));
    expect(run({ ...curve, a: 0n }, 'double', first)).toEqual(double({ ...curve, a: 0n }, A));
    expect(run(curve, 'doubleAffine', { x1: P.x, y1: P.y })).toEqual(double(curve, { ...P, zz: 1n, zzz: 1n }));
  });
});

test('the first point is whole until the special cases are known', () => {
  for (const program of Object.values(programs)) {
    const { turns, decides } = schedule(program);
    const written = turns.slice(0, decides + 1).flatMap(({ first, second, product }) => [first, second, product]);
    const first = [registers.x1, registers.y1, registers.zz1, registers.zzz1] as number[];
    expect(written.filter((step) => step !== null && first.includes(step.result))).toEqual([]);
  }
});

test('what is no operation is refused', () => {
  expect(() => schedule({ lines: ['x3 := x1'], special: 'flat', isAffine: true })).toThrow(
    "'x3 := x1' is not an operation",
  );
  expect(() => schedule({ lines: ['U = V + V', 'V = U + U'], special: 'flat', isAffine: true })).toThrow(
    'nothing can be done',
  );
});
