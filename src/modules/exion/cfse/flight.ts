// SPDX-License-Identifier: Apache-2.0
import type { Bool, ModuleBuilder, Pipeline, Signal } from '../../../dsl/index.ts';
import { stages } from './cfse.types.ts';
import type { Plan } from './plan.ts';

type Bit = Signal<typeof Bool>;

/** What happens with columns that leave their stage, each 1 in the cycle of the stage. */
export interface Flight {
  readonly take_largest: Bit;
  readonly take_total: Bit;
  readonly take_square: Bit;
  readonly take_exponential: Bit;
  readonly has_sum: Bit;
  readonly has_marks: Bit;
  readonly has_result: Bit;
  /** A column is in some stage. */
  readonly is_flying: Bit;
}

/**
 * Follows the columns through the stages of the lanes. Columns say themselves what they are for: those of the next pass or command come while
 * they are still in the lanes (those of COPY after they have left their result).
 */
export function describeFlight(
  m: ModuleBuilder,
  pipe: Pipeline,
  plan: Plan,
  sequence: { readonly pass: Signal; readonly final: Bit },
): Flight {
  const { pass, final } = sequence;
  const purposes = pipe.inputs({
    for_statistics: plan.norm.and(pass.eq(0)),
    for_largest: plan.softmax.and(pass.eq(0)),
    for_sum: plan.softmax.and(pass.eq(1)),
    for_plain: plan.plain,
    for_middle: plan.requantise.or(plan.axpy),
    for_marks: plan.mask_out,
    for_late: plan.norm.or(plan.softmax).and(final),
    for_overflow: plan.requantise.or(plan.axpy).or(plan.psub),
  });
  const has = (purpose: keyof typeof purposes, stage: number): Bit =>
    pipe.valid(stage).and(pipe.outputs(pipe.delayTo({ [purpose]: purposes[purpose] }, stage))[purpose]!);
  const all = Array.from({ length: stages.late + 1 }, (_, stage) => pipe.valid(stage));
  return m.nets({
    take_largest: has('for_largest', stages.operands),
    take_total: has('for_statistics', stages.operands),
    take_square: has('for_statistics', stages.products),
    take_exponential: has('for_sum', stages.middle),
    has_sum: has('for_overflow', stages.sum),
    has_marks: has('for_marks', stages.middle),
    has_result: has('for_plain', stages.sum).or(has('for_middle', stages.middle)).or(has('for_late', stages.late)),
    is_flying: all.reduce((any, each) => any.or(each)),
  });
}
