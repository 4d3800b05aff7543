// SPDX-License-Identifier: Apache-2.0
import { compare, equal, type Method, reduce } from './method.ts';
import { intOf, patternOf, type Val } from './value.ts';

const count = (a: Val): number => a.pattern.toString(2).replaceAll('0', '').length;

/** Bitwise operators, reductions and comparisons. */
export const bitwise = {
  not: {
    call: ([a]) => a!.not(),
    kind: ([a]) => a!,
    value: ([a]) => -intOf(a!) - 1n,
    at: (kind) => [{ args: [kind] }],
    reach: (goal) => ({ args: [goal] }),
  },
  and: equal(
    ([a, b]) => a!.and(b!),
    (a, b) => a.pattern & b.pattern,
  ),
  or: equal(
    ([a, b]) => a!.or(b!),
    (a, b) => a.pattern | b.pattern,
  ),
  xor: equal(
    ([a, b]) => a!.xor(b!),
    (a, b) => a.pattern ^ b.pattern,
  ),
  andR: reduce(
    ([a]) => a!.andR(),
    (a) => count(a) === a.width,
  ),
  orR: reduce(
    ([a]) => a!.orR(),
    (a) => count(a) > 0,
  ),
  xorR: reduce(
    ([a]) => a!.xorR(),
    (a) => count(a) % 2 === 1,
  ),
  eq: compare(
    ([a, b]) => a!.eq(b!),
    (a, b) => intOf(a) === intOf(b),
  ),
  ne: compare(
    ([a, b]) => a!.ne(b!),
    (a, b) => intOf(a) !== intOf(b),
  ),
  lt: compare(
    ([a, b]) => a!.lt(b!),
    (a, b) => intOf(a) < intOf(b),
  ),
  le: compare(
    ([a, b]) => a!.le(b!),
    (a, b) => intOf(a) <= intOf(b),
  ),
  gt: compare(
    ([a, b]) => a!.gt(b!),
    (a, b) => intOf(a) > intOf(b),
  ),
  ge: compare(
    ([a, b]) => a!.ge(b!),
    (a, b) => intOf(a) >= intOf(b),
  ),
  asUInt: {
    call: ([a]) => a!.asUInt(),
    kind: ([a]) => ({ width: a!.width, signed: false }),
    value: ([a]) => patternOf(intOf(a!), a!.width),
    at: (kind) => [{ args: [kind] }],
    reach: (goal) => (goal.signed ? null : { args: [{ width: goal.width, signed: true }] }),
  },
  asSInt: {
    call: ([a]) => a!.asSInt(),
    kind: ([a]) => ({ width: a!.width, signed: true }),
    value: ([a]) => intOf(a!),
    at: (kind) => [{ args: [kind] }],
    reach: (goal) => (goal.signed ? { args: [{ width: goal.width, signed: false }] } : null),
  },
} satisfies Record<string, Method>;
