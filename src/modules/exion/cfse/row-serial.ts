// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder, type Reg, type Signal, UInt, type UIntType, type View } from '../../../dsl/index.ts';
import type { serialStepType } from './cfse.types.ts';

type Step = View<typeof serialStepType>;
type Bits = Reg<UIntType>;

/** The bits of V that are still to be looked at: the root takes two from the top in each step. */
interface Variance {
  readonly value: Bits;
}

/** V = epsilon + D * S2 - |S1|^2, one bit of the multiplier a cycle. `term` is the multiplicand and moves up. */
export function describeVariance(
  m: ModuleBuilder,
  given: { step: Step; epsilon: Signal; term: Bits; magnitude: Signal },
): Variance {
  const { step, epsilon, term, magnitude } = given;
  const { variance, multiplier } = m.regs({ variance: UInt(55), multiplier: UInt(28) });
  const { taken } = m.nets({ taken: step.square.and(multiplier.bit(0)) });
  // One carry chain for both: the carry enters below.
  const change = term.xor(step.square.replicate(55)).concat(step.square);
  const changed = variance.concat(m.lit(1, Bool)).addWrap(change).high(55);
  m.when(step.begin, () => variance.next(epsilon.resize(55)))
    .elsewhen(step.scale.and(step.digit).or(taken), () => variance.next(changed))
    .elsewhen(step.root, () => variance.next(variance.shl(2)));
  m.when(step.turn, () => {
    term.next(magnitude.resize(55));
    multiplier.next(magnitude);
  }).elsewhen(step.scale.or(step.square), () => {
    term.next(term.shl(1));
    multiplier.next(multiplier.shr(1));
  });
  m.assert('variance_not_negative', taken.not().or(variance.ge(term)), 'S1^2 is more than D S2 + epsilon');
  return { value: variance };
}

/**
 * Square root and quotient share one subtraction: of 4 root + 1, or of the divisor. Root: 27 digits of V[53:0]. While all digits are 0
 * the dividend 2^26 moves down and `places` counts; the last digit of a root that would be 0 is 1.
 */
export function describeDivision(
  m: ModuleBuilder,
  given: { step: Step; softmax: Signal<typeof Bool>; variance: Variance; divisor: Signal },
): { readonly quotient: Signal; readonly places: Signal } {
  const { step, softmax, variance, divisor } = given;
  const { root, rest, dividend, zeros, digits, leading } = m.regs({
    root: UInt(27),
    rest: UInt(32),
    dividend: UInt(27),
    zeros: UInt(5),
    digits: UInt(22),
    leading: Bool,
  });
  const { minuend, subtrahend } = m.nets({
    minuend: step.root.mux(rest.low(30).concat(variance.value.slice(53, 52)), rest),
    subtrahend: step.root.mux(
      root.concat(m.lit(1, UInt(2))).resize(32),
      softmax.mux(divisor, root.resize(31)).resize(32),
    ),
  });
  const { difference } = m.nets({ difference: minuend.subFull(subtrahend) });
  const { fits } = m.nets({ fits: difference.msb().not() });
  const { left, digit } = m.nets({
    left: fits.mux(difference.low(32), minuend),
    digit: fits.or(leading.and(dividend.bit(0))),
  });
  m.when(step.begin, () => {
    root.next(0);
    // Softmax divides at once: 127 * 2^30 / 2^21 is what the first of 22 digits is taken from.
    rest.next(softmax.mux(m.lit(127 * 2 ** 9, UInt(32)), 0));
    dividend.next(2 ** 26);
    zeros.next(0);
    digits.next(0);
    leading.next(1);
  })
    .elsewhen(step.root, () => {
      rest.next(left);
      root.next(root.low(26).concat(digit));
      m.when(digit, () => leading.next(0)).elsewhen(leading, () => {
        dividend.next(dividend.shr(1));
        zeros.next(zeros.addWrap(1));
      });
    })
    .elsewhen(step.invert, () => rest.next(dividend.resize(32)))
    .elsewhen(step.divide, () => {
      rest.next(left.shl(1));
      digits.next(digits.low(21).concat(fits));
    });
  return { quotient: digits, places: zeros };
}
