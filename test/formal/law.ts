// SPDX-License-Identifier: Apache-2.0

/** A conclusion about integers, in SMT-LIB. */
export interface Law {
  /** Declarations, definitions and what is given. */
  readonly given: readonly string[];
  /** Formulas of one case among many: what is given does not contradict itself. */
  readonly example: readonly string[];
  /** Formulas, each a conclusion from what is given and those before it. */
  readonly steps: readonly string[];
}

/** Questions for z3: the example has a model, the opposite of a step has none. */
export function lawInSmt({ given, example, steps }: Law): string {
  const asked = (formulas: readonly string[]): string[] => ['(push)', ...formulas.map(claim), '(check-sat)', '(pop)'];
  return [...given, ...asked(example), ...steps.flatMap((step) => [...asked([`(not ${step})`]), claim(step)]), ''].join(
    '\n',
  );
}

export const claim = (formula: string): string => `(assert ${formula})`;
