// SPDX-License-Identifier: Apache-2.0
import { quotientBits } from '../../../src/modules/zkflex/arith/divide-by-constant.ts';
import { type Equation, type Equations, limits, type Sum } from '../equations.ts';

/** What the steps of the Toom blocks without registers compute, each from the nets before it (paper 3.2 and 3.3). */

const minus = { net: 'add', value: 0 } as const;
const plus = { net: 'add', value: 1 } as const;
const power = (bits: number): bigint => 2n ** BigInt(bits);

/** `toom2_evaluate`: magnitude and sign. */
export function toom2EvaluateEquations(limb: number): Equations {
  return {
    below: limits({ high: limb, low: limb, difference: limb, negative: 1 }),
    equations: signed('difference', { high: 1, low: -1 }, limb + 1),
  };
}

/** `toom2_combine`: carry-save rows of lo + hi, then with d, then their sum. */
export function toom2CombineEquations(split: number, upper: number): Equations {
  const width = 2 * (split + upper);
  const rest = width - split;
  const ports = { lo: 2 * split, hi: 2 * upper, d: 2 * split, add: 1, product: width };
  const first = { p_outer: rest, p_both_sum: rest, p_both_carry: rest, p_both_carries: rest };
  const then = { p_signed: rest, p_all_sum: rest, p_all_carries: rest };
  const outer = { p_outer: 1, lo: 1, hi: 1 };
  // Bit 0 of the row of carries is free because of how the row is made, not whatever the row is.
  const given = [...Object.keys(outer), 'add'];
  const carries = { p_both_carries: 1 };
  const both = { p_both_sum: 1, ...carries };
  const all = { p_all_sum: 1, p_all_carries: 1 };
  return {
    below: limits({ ...ports, ...first, ...then }),
    equations: [
      { name: 'outer', is: { p_outer: 1 }, from: { lo: 1, hi: power(2 * split) }, bits: width, low: split },
      { name: 'both', is: { p_both_sum: 1, p_both_carry: 1 }, from: outer, bits: rest },
      { name: 'carries', is: { ...carries, add: 1 }, from: { p_both_carry: 1, '1': 1 }, bits: rest, given },
      { name: 'signed_minus', is: { p_signed: 1 }, from: { d: -1, '1': -1 }, bits: rest, when: minus },
      { name: 'signed_plus', is: { p_signed: 1 }, from: { d: 1 }, bits: rest, when: plus },
      { name: 'all', is: all, from: { ...both, p_signed: 1 }, bits: rest },
      { name: 'product', is: all, from: { product: 1 }, bits: width, low: split, given: Object.keys(all) },
      { name: 'low', is: { product: 1 }, from: { lo: 1 }, bits: split },
    ],
  };
}

/** `toom3_evaluate`: the values at 1, -1 and 2. */
export function toom3EvaluateEquations(L: number): Equations {
  return {
    below: limits({ x0: L, x1: L, x2: L, one: L + 2, minus: L + 1, negative: 1, two: L + 3 }),
    equations: [
      { name: 'one', is: { one: 1 }, from: { x0: 1, x1: 1, x2: 1 }, bits: L + 3 },
      { name: 'two', is: { two: 1 }, from: { x0: 1, x1: 2, x2: 4 }, bits: L + 4 },
      ...signed('minus', { x0: 1, x1: -1, x2: 1 }, L + 3),
    ],
  };
}

/** `toom3_interpolate`, step by step. */
export function toom3InterpolateEquations(L: number): Equations {
  const two = 2 * L;
  const differences: Equation[] = [
    { name: 'd_minus', is: { p_d: 1 }, from: { w2: 1, wm: -1 }, bits: two + 6, when: minus },
    { name: 'd_plus', is: { p_d: 1 }, from: { w2: 1, wm: 1 }, bits: two + 6, when: plus },
    { name: 'u1_minus', is: { p_u1: 1 }, from: { w1: 1, wm: -1 }, bits: two + 3, low: 1, when: minus },
    { name: 'u1_plus', is: { p_u1: 1 }, from: { w1: 1, wm: 1 }, bits: two + 3, low: 1, when: plus },
    { name: 'u2', is: { p_u2: 1 }, from: { w1: 1, w0: -1 }, bits: two + 3 },
  ];
  const coefficients: Equation[] = [
    // Two bits more than d has: the sum does not wrap round.
    { name: 'quotient', is: { p_d: 1 }, from: { p_quotient: 3, p_remainder: 1 }, bits: two + 8, given: ['p_d'] },
    { name: 'q', is: { p_q: 1 }, from: { p_quotient: 1 }, bits: two + 4 },
    { name: 'of_quotient', is: { p_ofQuotient: 1 }, from: { p_u2: 1, winf: 4 }, bits: two + 4 },
    { name: 'of_u2', is: { p_ofU2: 1 }, from: { p_u1: 1, winf: 1 }, bits: two + 4 },
    { name: 'r2', is: { p_r2: 1 }, from: { p_u2: 1, p_ofU2: -1 }, bits: two + 2 },
    { name: 'r3', is: { p_r3: 1 }, from: { p_q: 1, p_ofQuotient: -1 }, bits: two + 2, low: 1 },
    { name: 'r1', is: { p_r1: 1 }, from: { p_u1: 1, p_r3: -1 }, bits: two + 1 },
  ];
  const overlapping = { w0: 1, p_r1: power(L), p_r2: power(2 * L), p_r3: power(3 * L), winf: power(4 * L) };
  const ports = { add: 1, w0: two, w1: two + 4, wm: two + 2, w2: two + 6, winf: two, product: 3 * two };
  const first = { p_d: two + 6, p_u1: two + 2, p_u2: two + 3, p_quotient: quotientBits(two + 6, 3) };
  const then = { p_q: two + 4, p_ofQuotient: two + 4, p_ofU2: two + 3, p_r2: two + 2, p_r3: two + 1, p_r1: two + 1 };
  return {
    below: { ...limits({ ...ports, ...first, ...then }), p_remainder: 3n },
    equations: [
      ...differences,
      ...coefficients,
      { name: 'product', is: { product: 1 }, from: overlapping, bits: 3 * two },
    ],
  };
}

/** A net is the magnitude of `from`, which fits `bits` bits in two's complement, and the net `negative` its sign. */
function signed(net: string, from: Sum, bits: number): Equation[] {
  const less = Object.fromEntries(Object.entries(from).map(([each, times]) => [each, -times]));
  return [
    { name: `${net}_positive`, is: { [net]: 1 }, from, bits, when: { net: 'negative', value: 0 } },
    { name: `${net}_negative`, is: { [net]: 1 }, from: less, bits, when: { net: 'negative', value: 1 } },
  ];
}
