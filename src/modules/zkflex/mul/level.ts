// SPDX-License-Identifier: Apache-2.0
import type { Bool, ModuleBuilder, Signal } from '../../../dsl/index.ts';

type Bit = Signal<typeof Bool>;

/** One factor split up: what goes to each product below, and the signs that evaluation has taken off some. */
export interface Evaluated {
  readonly operands: readonly Signal[];
  readonly signs: readonly Bit[];
}

/** One level of a recursive multiplication: a product of `width` bits out of several narrower ones. */
export interface Level {
  /** Products below. */
  readonly products: number;
  /** Bits of the operands below. */
  below(width: number): number;
  /** Describes the evaluation of a factor; `name` tells the two factors apart. */
  evaluate(m: ModuleBuilder, name: string, x: Signal): Evaluated;
  readonly evaluateLatency: number;
  /** Describes the interpolation. `adds`: exclusive or of the signs of both factors. The result has at least 2 `width` bits. */
  combine(m: ModuleBuilder, width: number, products: readonly Signal[], adds: readonly Bit[], valid: Bit): Signal;
  readonly combineLatency: number;
}

/** Limbs of `bits` bits, the last one filled up with zeros. */
export function limbsOf(x: Signal, bits: number, count: number): Signal[] {
  const whole = x.resize(bits * count);
  return Array.from({ length: count }, (_, i) => whole.slice((i + 1) * bits - 1, i * bits));
}
