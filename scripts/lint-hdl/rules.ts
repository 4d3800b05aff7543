// SPDX-License-Identifier: Apache-2.0

/** The forms of TypeScript that compile on a hardware value and do something else than the reader expects. */
export type RuleCode =
  'KLN-T001' | 'KLN-T002' | 'KLN-T003' | 'KLN-T004' | 'KLN-T005' | 'KLN-T006' | 'KLN-T007' | 'KLN-T008';

export interface Rule {
  readonly form: string;
  readonly cure: string;
}

export const RULES: Readonly<Record<RuleCode, Rule>> = {
  'KLN-T001': {
    form: '`if`, `while`, `do` and `for` conditions',
    cure: 'write `m.when(condition, () => { ... })` for hardware that depends on it',
  },
  'KLN-T002': {
    form: '`!x` and `Boolean(x)`',
    cure: 'write `x.not()` for the inverted signal',
  },
  'KLN-T003': {
    form: '`&&`, `||` and a `??` that never takes its right side',
    cure: 'write `a.and(b)` or `a.or(b)`',
  },
  'KLN-T004': {
    form: '`===`, `!==`, `==` and `!=`',
    cure: 'write `a.eq(b)` or `a.ne(b)`; `Object.is(a, b)` where the same object is meant',
  },
  'KLN-T005': {
    form: 'the condition of `?:`',
    cure: 'write `condition.mux(a, b)`',
  },
  'KLN-T006': {
    form: '`switch` and its `case` labels',
    cure: 'write `m.switch(value).case(1, () => { ... })`',
  },
  'KLN-T007': {
    form: 'arithmetic, bitwise and relational operators',
    cure: 'write the method, such as `a.addWrap(b)` or `a.lt(b)`',
  },
  'KLN-T008': {
    form: 'the predicate of an array method such as `filter`, `some` and `every`',
    cure: 'build the result as hardware, for example `list.map(f).reduce((a, b) => a.and(b))`',
  },
};

/** The forms that ask whether a value is true, which JavaScript answers for the object. */
export const ASKS_TRUTH: ReadonlySet<RuleCode> = new Set(['KLN-T001', 'KLN-T002', 'KLN-T003', 'KLN-T005', 'KLN-T008']);

/** What such a form asks of an optional hardware value, and how to ask that openly. */
export const OPTIONAL_MEANING = 'asks only whether there is one, not what its value is';
export const OPTIONAL_CURE = 'write `x !== undefined` to ask whether it is there';
