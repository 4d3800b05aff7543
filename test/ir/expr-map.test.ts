// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Expr } from '../../src/ir/expr.ts';
import { ExprMap } from '../../src/ir/expr-map.ts';
import { ExprPool } from '../../src/ir/pool.ts';

test('a map of expressions keeps the order of insertion, and null is a value', () => {
  const pool = new ExprPool();
  const [a, b, c] = [1n, 2n, 3n].map((value) => pool.constant(value, 8)) as [Expr, Expr, Expr];
  const map = new ExprMap<string | null>(pool.size).set(c, null).set(a, 'a').set(c, 'c').set(b, null);
  expect(map.keys()).toEqual([c, a, b]);
  expect([a, b, c].map((expr) => map.get(expr))).toEqual(['a', null, 'c']);
  expect(map.has(b)).toBe(true);
});

test('what is not set is missing, also an expression made after the map', () => {
  const pool = new ExprPool();
  const a = pool.constant(1n, 8);
  const map = new ExprMap<number>(pool.size);
  const late = pool.constant(2n, 8);
  expect([map.has(a), map.get(late)]).toEqual([false, undefined]);
  const all = new ExprMap<number>(0).addAll(map.set(late, 7));
  expect([all.get(late), all.has(a), all.keys()]).toEqual([7, false, [late]]);
});
