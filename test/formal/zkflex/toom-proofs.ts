// SPDX-License-Identifier: Apache-2.0
import type { BlockCall } from '../../../src/dsl/index.ts';
import { toom2Combine, toom2Evaluate } from '../../../src/modules/zkflex/mul/toom2.ts';
import { toom3Evaluate } from '../../../src/modules/zkflex/mul/toom3-evaluate.ts';
import { toom3Interpolate } from '../../../src/modules/zkflex/mul/toom3-interpolate.ts';
import { equationInVerilog, type Equations, limitsInVerilog, netsOf } from '../equations.ts';
import type { Law } from '../law.ts';
import type { Bug, InsideProof, LawProof, Proof } from '../proofs.ts';
import {
  toom2CombineEquations,
  toom2EvaluateEquations,
  toom3EvaluateEquations,
  toom3InterpolateEquations,
} from './toom-equations.ts';
import { toom2Interpolation, toom2Values, toom3Interpolation, toom3Values } from './toom-laws.ts';

/**
 * Toom-2 and Toom-3 at the widths of a TCore of limbs of 128 bits, where the blocks as wholes are too much for SAT.
 *
 * 1. Every step of a block is an equation between its named nets, for all their values: no inputs are assumed. SAT proves it of the
 *    emitted Verilog of the block (`registers: none`; the other versions have the same logic between registers).
 * 2. Read as statements about integers, the same equations and the premise of the block's law give its product (`toom-laws.ts`). z3 does that without
 *    bits, so the only bridge is that Verilog arithmetic of n bits is arithmetic modulo 2^n, which `equations.ts` writes down once for both sides.
 * 3. The premise itself follows likewise from the equations of the evaluation blocks, when the products between are products.
 */
export const toomProofs: readonly Proof[] = [
  equations(
    'toom3-interpolate-128',
    'Each step of toom3_interpolate with limbs of 128 bits is its sum, difference or exact quotient of the nets before it, whatever they are.',
    () => toom3Interpolate({ limb: 128, registers: 'none' }),
    toom3InterpolateEquations(128),
    {
      d_minus: { from: /(\{w2, 1'b1\} \+ [^;]*), ~add\};/, to: "$1, 1'b0};" },
      d_plus: { from: /(\{w2, 1'b1\} \+ [^;]*)\{~add\}/, to: "$1{1'b1}" },
      u1_minus: { from: /(\{w1, 1'b1\} \+ [^;]*), ~add\};/, to: "$1, 1'b0};" },
      u1_plus: { from: /(\{w1, 1'b1\} \+ [^;]*)\{~add\}/, to: "$1{1'b1}" },
      u2: { from: /w1 - (\{4'd0, w0\})/, to: 'w1 + $1' },
      quotient: { from: /p_r_sum_64 = \{(\w+), (\w+)\}/, to: 'p_r_sum_64 = {$2, $1}' },
      remainder: { from: /p_remainder = /, to: 'p_remainder = ~' },
      q: { from: /p_quotient\[259:0\]/, to: 'p_quotient[260:1]' },
      of_quotient: { from: /\{2'd0, winf, 2'd0\}/, to: "{3'd0, winf, 1'd0}" },
      of_u2: { from: /(p_ofU2 = [^;]*) \+ /, to: '$1 | ' },
      r2: { from: /p_u2 - p_ofU2/, to: 'p_u2 - p_ofU2 - 1' },
      r3: { from: /p_q_minus_p_ofQuotient\[257:1\]/, to: 'p_q_minus_p_ofQuotient[256:0]' },
      r1: { from: /p_u1 - (\{1'b0, p_r3\})/, to: 'p_u1 ^ $1' },
      product: { from: /p_sum_carry_2 = (\S+) \|[^;]*;/, to: 'p_sum_carry_2 = $1;' },
    },
  ),
  law(
    'toom3-interpolation-128',
    'So toom3_interpolate maps the values of any polynomial whose coefficients are sums of 1, 2, 3, 2, 1 products of limbs to its value at 2^128; its own assertions hold.',
    () => toom3Interpolation(128),
    { from: /\(\* 4 winf\)/, to: '(* 2 winf)' },
  ),
  equations(
    'toom3-evaluate-128',
    'toom3_evaluate with limbs of 128 bits gives the values at 1 and 2, and magnitude and sign of that at -1.',
    () => toom3Evaluate({ limb: 128, registers: 'none' }),
    toom3EvaluateEquations(128),
    {
      one: { from: /p_outer\} \+ /, to: 'p_outer} - ' },
      two: { from: /\{2'd0, p_middle, 1'b0\}/, to: "{3'd0, p_middle}" },
      minus_positive: { from: /p_minus_value_carry_1 = (\S+) \|[^;]*;/, to: 'p_minus_value_carry_1 = $1;' },
      minus_negative: { from: /p_minus_less_carry_1 = [^;]*;/, to: "p_minus_less_carry_1 = 1'b0;" },
    },
  ),
  law(
    'toom3-values-128',
    'So the products of the evaluations of a and b are the values of such a polynomial, whose value at 2^128 is a b, and fit the ports of toom3_interpolate.',
    () => toom3Values(128),
    { from: /\(\* 4 a_x2\)/, to: '(* 5 a_x2)' },
  ),
  ...(
    [
      [66, 65],
      [128, 128],
      [384, 384],
    ] as const
  ).flatMap(([split, upper]) => toom2(split, upper)),
];

/** The sizes are those of a cell, of a product of two limbs and of one of six. */
function toom2(split: number, upper: number): Proof[] {
  const size = `${split}-${upper}`;
  const bits = `${split} and ${upper} bits`;
  return [
    equations(
      `toom2-combine-${size}`,
      `Each step of toom2_combine of ${bits} is its sum or difference of the nets before it, whatever they are.`,
      () => toom2Combine({ split, upper, registers: 'none' }),
      toom2CombineEquations(split, upper),
      {
        outer: { from: /p_outer = \{hi, /, to: 'p_outer = {~hi, ' },
        both: { from: /p_both_sum = (\S+) \^/, to: 'p_both_sum = $1 |' },
        carries: { from: /(p_both_carries = \{[^}]*), ~add\}/, to: '$1, add}' },
        signed_minus: { from: /(p_signed = [^;]*)\{~add\}/, to: "$1{1'b0}" },
        signed_plus: { from: /(p_signed = [^;]*)\{~add\}/, to: "$1{1'b1}" },
        all: { from: /p_all_sum = (\S+) \^/, to: 'p_all_sum = $1 |' },
        product: { from: /p_sum_carry_2 = (\S+) \|[^;]*;/, to: 'p_sum_carry_2 = $1;' },
        low: { from: / lo\[(\d+):0\]\};/, to: ' ~lo[$1:0]};' },
      },
    ),
    law(
      `toom2-interpolation-${size}`,
      `So toom2_combine of ${bits} maps lo, hi and |lo + hi - c| with its sign to lo + c 2^${split} + hi 2^${2 * split}; its own assertion holds.`,
      () => toom2Interpolation(split, upper),
      { from: /\(\* 1 c0\)/, to: '(* 2 c0)' },
    ),
    equations(
      `toom2-evaluate-${split}`,
      `toom2_evaluate of ${split} bits gives the magnitude and the sign of high - low.`,
      () => toom2Evaluate({ limb: split, registers: 'none' }),
      toom2EvaluateEquations(split),
      {
        difference_positive: { from: /p_d_value_carry_1 = (\S+) \|[^;]*;/, to: 'p_d_value_carry_1 = $1;' },
        difference_negative: { from: /p_d_less_carry_1 = [^;]*;/, to: "p_d_less_carry_1 = 1'b0;" },
      },
    ),
    law(
      `toom2-values-${size}`,
      `So the products of the evaluations of two factors of ${bits} are such lo, hi and |lo + hi - c|, and what comes of them is a b.`,
      () => toom2Values(split, upper),
      { from: /\(\* 1 a_high\)/, to: '(* 2 a_high)' },
    ),
  ];
}

type Bugs = Readonly<Record<string, Bug>>;

/** One lemma an equation, and one a limit that is not just a width. */
function equations(name: string, claim: string, block: () => BlockCall, all: Equations, bugs: Bugs): InsideProof {
  const bugOf = (lemma: string): Bug => {
    const bug = bugs[lemma];
    if (bug === undefined) throw new Error(`${name}: the lemma ${lemma} has no bug.`);
    return bug;
  };
  const lemmas = all.equations.map((equation) => ({
    inside: equationInVerilog(equation, all),
    free: equation.given ?? netsOf(equation.from),
    bug: bugOf(equation.name),
  }));
  const { p_remainder } = all.below;
  if (p_remainder !== undefined) {
    lemmas.push({ inside: limitsInVerilog({ p_remainder }), free: ['p_d'], bug: bugOf('remainder') });
  }
  return { name: `zkflex-${name}`, claim, block, lemmas, method: { kind: 'sat' }, quick: false };
}

function law(name: string, claim: string, of: () => Law, bug: Bug): LawProof {
  return {
    name: `zkflex-${name}`,
    claim,
    law: of,
    method: { kind: 'integers' },
    bug,
    quick: !name.endsWith('384-384'),
  };
}
