// SPDX-License-Identifier: Apache-2.0
import { equationsInSmt, sumInSmt } from '../equations.ts';
import { claim, type Law } from '../law.ts';
import {
  toom2CombineEquations,
  toom2EvaluateEquations,
  toom3EvaluateEquations,
  toom3InterpolateEquations,
} from './toom-equations.ts';

/**
 * Toom-Cook multiplication from the equations of its blocks, in two laws each.
 *
 * Values: the products of the evaluations are the values of the polynomial a(x) b(x), its coefficients c are sums of products of limbs, which limits them, and
 * a(2^L) b(2^L) = a b. Interpolation: from values of any such polynomial the block makes its value at 2^L. What the first law concludes is, word for word,
 * what the second is given; so the blocks give a b when their inputs are the products. Multipliers are not part of it.
 */

/** What the interpolation of Toom-3 is given. */
function valuesOfToom3(L: number): string[] {
  return [
    '(= w0 c0)',
    '(= w1 (+ c0 c1 c2 c3 c4))',
    '(= (ite (= add 1) (- wm) wm) (+ c0 (- c1) c2 (- c3) c4))',
    `(= w2 ${sumInSmt({ c0: 1, c1: 2, c2: 4, c3: 8, c4: 16 })})`,
    '(= winf c4)',
    ...[1n, 2n, 3n, 2n, 1n].map((terms, k) => `(<= 0 c${k} ${terms * (2n ** BigInt(L) - 1n) ** 2n})`),
    ...fits({ w0: 2 * L, w1: 2 * L + 4, wm: 2 * L + 2, w2: 2 * L + 6, winf: 2 * L }),
    `(< whole ${2n ** BigInt(6 * L)})`,
  ];
}

/** Nothing is lost at the ports. */
const fits = (bits: Readonly<Record<string, number>>): string[] =>
  Object.entries(bits).map(([port, width]) => `(< ${port} ${2n ** BigInt(width)})`);

/** The value at 2^L, as a definition. */
const whole = (names: readonly string[], L: number): string =>
  `(define-fun whole () Int ${sumInSmt(Object.fromEntries(names.map((name, k) => [name, 2n ** BigInt(k * L)])))})`;

const integers = (...names: string[]): string[] => names.map((name) => `(declare-const ${name} Int)`);

export function toom3Interpolation(L: number): Law {
  const names = ['c0', 'c1', 'c2', 'c3', 'c4'];
  const is = (net: string, sum: Readonly<Record<string, number>>): string => `(= ${net} ${sumInSmt(sum)})`;
  return {
    given: [
      equationsInSmt(toom3InterpolateEquations(L)),
      ...integers(...names),
      whole(names, L),
      ...valuesOfToom3(L).map(claim),
    ],
    example: ['(= add 1)', ...[1, 5, 3, 7, 2].map((c, k) => `(= c${k} ${c})`)],
    steps: [
      '(=> (= add 0) (and (>= w2 wm) (>= w1 wm)))',
      is('p_d', { c1: 3, c2: 3, c3: 9, c4: 15 }),
      '(= (ite (= add 1) (+ w1 wm) (- w1 wm)) (* 2 p_u1))',
      is('p_u1', { c1: 1, c3: 1 }),
      is('p_u2', { c1: 1, c2: 1, c3: 1, c4: 1 }),
      '(= p_remainder 0)',
      is('p_quotient', { c1: 1, c2: 1, c3: 3, c4: 5 }),
      '(= p_q p_quotient)',
      is('p_ofQuotient', { c1: 1, c2: 1, c3: 1, c4: 5 }),
      is('p_ofU2', { c1: 1, c3: 1, c4: 1 }),
      '(>= p_u2 p_ofU2)',
      is('p_r2', { c2: 1 }),
      '(>= p_q p_ofQuotient)',
      '(= (- p_q p_ofQuotient) (* 2 p_r3))',
      is('p_r3', { c3: 1 }),
      '(>= p_u1 p_r3)',
      is('p_r1', { c1: 1 }),
      '(= product whole)',
    ],
  };
}

/** The factors' evaluations have the names of their block with a_ and b_ in front. */
export function toom3Values(L: number): Law {
  const power = (k: number): bigint => 2n ** BigInt(k * L);
  const number = (x: string): string => sumInSmt({ [`${x}_x0`]: 1, [`${x}_x1`]: power(1), [`${x}_x2`]: power(2) });
  const evaluated = (x: string): string[] => [
    `(= ${x}_one (+ ${x}_x0 ${x}_x1 ${x}_x2))`,
    `(= (ite (= ${x}_negative 1) (- ${x}_minus) ${x}_minus) (+ ${x}_x0 (- ${x}_x1) ${x}_x2))`,
    `(= ${x}_two ${sumInSmt({ [`${x}_x0`]: 1, [`${x}_x1`]: 2, [`${x}_x2`]: 4 })})`,
  ];
  return {
    given: [
      equationsInSmt(toom3EvaluateEquations(L), 'a_'),
      equationsInSmt(toom3EvaluateEquations(L), 'b_'),
      product('w0', 'x0'),
      product('w1', 'one'),
      product('wm', 'minus'),
      product('w2', 'two'),
      product('winf', 'x2'),
      '(define-fun add () Int (ite (= a_negative b_negative) 0 1))',
      '(define-fun c0 () Int (* a_x0 b_x0))',
      '(define-fun c1 () Int (+ (* a_x0 b_x1) (* a_x1 b_x0)))',
      '(define-fun c2 () Int (+ (* a_x0 b_x2) (* a_x1 b_x1) (* a_x2 b_x0)))',
      '(define-fun c3 () Int (+ (* a_x1 b_x2) (* a_x2 b_x1)))',
      '(define-fun c4 () Int (* a_x2 b_x2))',
      whole(['c0', 'c1', 'c2', 'c3', 'c4'], L),
    ],
    example: ['a', 'b'].flatMap((x) => [`(= ${x}_x0 1)`, `(= ${x}_x1 3)`, `(= ${x}_x2 1)`]),
    steps: [...evaluated('a'), ...evaluated('b'), `(= whole (* ${number('a')} ${number('b')}))`, ...valuesOfToom3(L)],
  };
}

const product = (name: string, of: string): string => `(define-fun ${name} () Int (* a_${of} b_${of}))`;

/** What the interpolation of Toom-2 is given. */
function valuesOfToom2(split: number, upper: number): string[] {
  return [
    '(= lo c0)',
    '(= (ite (= add 1) (- d) d) (+ c0 (- c1) c2))',
    '(= hi c2)',
    '(<= 0 c1)',
    ...fits({ lo: 2 * split, hi: 2 * upper, d: 2 * split }),
    `(< whole ${2n ** BigInt(2 * (split + upper))})`,
  ];
}

export function toom2Interpolation(split: number, upper: number): Law {
  const power = (bits: number): bigint => 2n ** BigInt(bits);
  const rest = split + 2 * upper;
  const rows = '(+ p_all_sum p_all_carries)';
  const wraps = '(+ wraps_both wraps_carries wraps_all (ite (= add 1) wraps_signed_plus wraps_signed_minus))';
  // What the two remainders differ by is a multiple of 2^split, so nothing.
  const multiple = `(- (+ ${rows} wraps_low (* ${power(rest)} wraps_product) (* ${power(split)} hi)) p_outer)`;
  return {
    given: [
      equationsInSmt(toom2CombineEquations(split, upper)),
      ...integers('c0', 'c1', 'c2'),
      whole(['c0', 'c1', 'c2'], split),
      ...valuesOfToom2(split, upper).map(claim),
    ],
    example: ['(= add 1)', ...[1, 9, 2].map((c, k) => `(= c${k} ${c})`)],
    steps: [
      '(=> (= add 0) (>= (+ lo hi) d))',
      '(= c1 (ite (= add 1) (+ lo hi d) (- (+ lo hi) d)))',
      '(= wraps_outer 0)',
      `(= (+ p_outer c1) (+ ${rows} (* ${power(rest)} ${wraps})))`,
      `(= (- dropped_outer dropped_product) (* ${power(split)} ${multiple}))`,
      `(= ${multiple} 0)`,
      '(= dropped_product dropped_outer)',
      '(= product whole)',
    ],
  };
}

export function toom2Values(split: number, upper: number): Law {
  const number = (x: string): string => sumInSmt({ [`${x}_low`]: 1, [`${x}_high`]: 2n ** BigInt(split) });
  const evaluated = (x: string): string =>
    `(= (ite (= ${x}_negative 1) (- ${x}_difference) ${x}_difference) (- ${x}_high ${x}_low))`;
  const short = (x: string): string => claim(`(< ${x}_high ${2n ** BigInt(upper)})`);
  return {
    given: [
      equationsInSmt(toom2EvaluateEquations(split), 'a_'),
      equationsInSmt(toom2EvaluateEquations(split), 'b_'),
      short('a'),
      short('b'),
      product('lo', 'low'),
      product('hi', 'high'),
      product('d', 'difference'),
      '(define-fun add () Int (ite (= a_negative b_negative) 0 1))',
      '(define-fun c0 () Int (* a_low b_low))',
      '(define-fun c1 () Int (+ (* a_low b_high) (* a_high b_low)))',
      '(define-fun c2 () Int (* a_high b_high))',
      whole(['c0', 'c1', 'c2'], split),
    ],
    example: ['(= a_low 1)', '(= a_high 1)', '(= b_low 1)', '(= b_high 0)'],
    steps: [
      evaluated('a'),
      evaluated('b'),
      `(= whole (* ${number('a')} ${number('b')}))`,
      ...valuesOfToom2(split, upper),
    ],
  };
}
