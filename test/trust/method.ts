// SPDX-License-Identifier: Apache-2.0
import type { Comb } from '../../src/dsl/index.ts';
import type { Random } from './prng.ts';
import { bit, type Kind, unsigned, type Val } from './value.ts';

/** Operand kinds, and the host numbers that a method takes beside them. */
export interface Shape {
  readonly args: readonly Kind[];
  readonly n?: readonly number[];
}

/** One method of `Comb` with its meaning. */
export interface Method {
  readonly call: <V>(args: readonly Comb<V>[], n: readonly number[]) => V;
  /** The result's kind. */
  readonly kind: (args: readonly Kind[], n: readonly number[]) => Kind;
  /** The result as any integer; the reader brings it into the result's width. */
  readonly value: (args: readonly Val[], n: readonly number[]) => bigint;
  /** Shapes worth a row of the operator test for operands of this kind. */
  readonly at: (kind: Kind) => readonly Shape[];
  /** A shape whose result is of kind `goal`, or null where there is none. */
  readonly reach: (goal: Kind, random: Random) => Shape | null;
  /** The second operand may be a host number. */
  readonly host?: true;
}

export const isBit = (kind: Kind): boolean => kind.width === 1 && !kind.signed;

/** Widths that random expressions take inside, small ones more often. */
export const someWidths: readonly number[] = [
  ...[0, 1, 1, 2, 3, 4, 5, 7, 8, 8, 11, 16, 17, 24, 31, 32, 32, 33, 47, 63, 64, 65, 96, 128, 130, 200],
];

export function anyWidth(random: Random): number {
  return random.pick(someWidths);
}

export function anyKind(random: Random): Kind {
  return { width: anyWidth(random), signed: random.chance(40) };
}

/** Any kind with at least one bit. */
export function someKind(random: Random): Kind {
  const { width, signed } = anyKind(random);
  return { width: Math.max(1, width), signed };
}

/** Two operands of equal kind, which is also the result's. */
export function equal(
  call: Method['call'],
  value: (a: Val, b: Val) => bigint,
  more: { readonly signed?: boolean } = {},
): Method {
  return {
    call,
    kind: ([a]) => a!,
    value: ([a, b]) => value(a!, b!),
    at: (kind) => (more.signed === undefined || more.signed === kind.signed ? [{ args: [kind, kind] }] : []),
    reach: (goal) => ({ args: [goal, goal] }),
    host: true,
  };
}

/** Two operands of equal kind to one bit. */
export function compare(call: Method['call'], holds: (a: Val, b: Val) => boolean): Method {
  return {
    call,
    kind: () => bit,
    value: ([a, b]) => (holds(a!, b!) ? 1n : 0n),
    at: (kind) => [{ args: [kind, kind] }],
    reach: (goal, random) => {
      const kind = anyKind(random);
      return isBit(goal) ? { args: [kind, kind] } : null;
    },
    host: true,
  };
}

/** One operand to one bit. */
export function reduce(call: Method['call'], holds: (a: Val) => boolean): Method {
  return {
    call,
    kind: () => bit,
    value: ([a]) => (holds(a!) ? 1n : 0n),
    at: (kind) => [{ args: [kind] }],
    reach: (goal, random) => (isBit(goal) ? { args: [anyKind(random)] } : null),
  };
}

/** One operand to an unsigned part of it; `numbers` are the host numbers worth trying for an operand. */
export function part(
  call: Method['call'],
  width: (a: Kind, n: readonly number[]) => number,
  value: (a: Val, n: readonly number[]) => bigint,
  numbers: (a: Kind) => readonly (readonly number[])[],
  reach: (width: number, random: Random) => Shape | null,
): Method {
  return {
    call,
    kind: ([a], n) => unsigned(width(a!, n)),
    value: ([a], n) => value(a!, n),
    at: (kind) => numbers(kind).map((n) => ({ args: [kind], n })),
    reach: (goal, random) => (goal.signed ? null : reach(goal.width, random)),
  };
}
