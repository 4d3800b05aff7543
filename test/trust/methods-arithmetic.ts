// SPDX-License-Identifier: Apache-2.0
import { anyWidth, equal, type Method } from './method.ts';
import type { Random } from './prng.ts';
import { intOf, type Kind, leastOf, mostOf, span, unsigned, type Val } from './value.ts';

/** Two operands of equal sign and any widths; the result is exact. */
function exact(
  call: Method['call'],
  value: (a: bigint, b: bigint) => bigint,
  width: (a: number, b: number) => number,
  split: (goal: number, random: Random) => readonly [number, number] | null,
): Method {
  return {
    call,
    kind: ([a, b]) => ({ width: width(a!.width, b!.width), signed: a!.signed }),
    value: ([a, b]) => value(intOf(a!), intOf(b!)),
    at: (kind) =>
      [kind.width, 1, 7, kind.width + 3].map((other) => ({ args: [kind, { width: other, signed: kind.signed }] })),
    reach: ({ width: goal, signed }, random) => {
      const widths = split(goal, random);
      return widths && { args: widths.map((each) => ({ width: each, signed })) };
    },
  };
}

function grown(goal: number, random: Random): [number, number] | null {
  if (goal === 0) return null;
  const narrow = random.below(goal);
  return random.chance(50) ? [goal - 1, narrow] : [narrow, goal - 1];
}

function shared(goal: number, random: Random): [number, number] {
  const left = random.between(0, goal);
  return [left, goal - left];
}

/** Quotient rounded towards 0; all ones when dividing by 0. */
function quotient(a: Val, b: Val): bigint {
  const [n, d] = [intOf(a), intOf(b)];
  if (d === 0n) return -1n;
  const magnitude = (n < 0n ? -n : n) / (d < 0n ? -d : d);
  return n < 0n === d < 0n ? magnitude : -magnitude;
}

function remainder(a: Val, b: Val): bigint {
  return intOf(b) === 0n ? intOf(a) : intOf(a) - quotient(a, b) * intOf(b);
}

function shiftLeft(a: Val, by: bigint): bigint {
  return by >= BigInt(a.width) ? 0n : intOf(a) * 2n ** by;
}

/** Division by a power of two, rounded down: that is an arithmetic shift of a signed and a logical one of an unsigned number. */
function shiftRight(a: Val, by: bigint): bigint {
  const n = intOf(a);
  if (by >= BigInt(a.width)) return n < 0n ? -1n : 0n;
  const power = 2n ** by;
  return n < 0n ? -((-n + power - 1n) / power) : n / power;
}

function shiftBySignal(call: Method['call'], value: (a: Val, by: bigint) => bigint): Method {
  return {
    call,
    kind: ([a]) => a!,
    value: ([a, by]) => value(a!, by!.pattern),
    at: (kind) => [1, 3, 6, 9, 70].map((amount) => ({ args: [kind, unsigned(amount)] })),
    reach: (goal, random) => ({ args: [goal, unsigned(random.chance(80) ? random.between(0, 8) : anyWidth(random))] }),
  };
}

function shiftByNumber(call: Method['call'], value: (a: Val, by: bigint) => bigint): Method {
  return {
    call,
    kind: ([a]) => a!,
    value: ([a], [by]) => value(a!, BigInt(by!)),
    at: (kind) =>
      [0, 1, kind.width - 1, kind.width, kind.width + 1, 2 * kind.width].map((by) => ({ args: [kind], n: [by] })),
    reach: (goal, random) => ({ args: [goal], n: [random.between(0, goal.width + 2)] }),
  };
}

const narrower = (kind: Kind): number[] => [0, 1, 2, kind.width - 1, kind.width].filter((w) => w <= kind.width);

/** Arithmetic, shifts and changes of width. */
export const arithmetic = {
  addWrap: equal(
    ([a, b]) => a!.addWrap(b!),
    (a, b) => intOf(a) + intOf(b),
  ),
  subWrap: equal(
    ([a, b]) => a!.subWrap(b!),
    (a, b) => intOf(a) - intOf(b),
  ),
  addFull: exact(
    ([a, b]) => a!.addFull(b!),
    (a, b) => a + b,
    (a, b) => 1 + Math.max(a, b),
    grown,
  ),
  subFull: exact(
    ([a, b]) => a!.subFull(b!),
    (a, b) => a - b,
    (a, b) => 1 + Math.max(a, b),
    grown,
  ),
  mul: exact(
    ([a, b]) => a!.mul(b!),
    (a, b) => a * b,
    (a, b) => a + b,
    shared,
  ),
  neg: {
    call: ([a]) => a!.neg(),
    kind: ([a]) => a!,
    value: ([a]) => -intOf(a!),
    at: (kind) => [{ args: [kind] }],
    reach: (goal) => ({ args: [goal] }),
  },
  div: equal(([a, b]) => a!.div(b!), quotient),
  mod: equal(([a, b]) => a!.mod(b!), remainder),
  shl: shiftBySignal(([a, by]) => a!.shl(by!), shiftLeft),
  shr: shiftBySignal(([a, by]) => a!.shr(by!), shiftRight),
  shlBy: shiftByNumber(([a], [by]) => a!.shl(by!), shiftLeft),
  shrBy: shiftByNumber(([a], [by]) => a!.shr(by!), shiftRight),
  resize: {
    call: ([a], [width]) => a!.resize(width!),
    kind: ([a], [width]) => ({ width: width!, signed: a!.signed }),
    value: ([a]) => intOf(a!),
    at: (kind) => [0, 1, 2, 32, 65].map((more) => ({ args: [kind], n: [kind.width + more] })),
    reach: ({ width, signed }, random) => ({ args: [{ width: random.between(0, width), signed }], n: [width] }),
  },
  trunc: {
    call: ([a], [width]) => a!.trunc(width!),
    kind: ([a], [width]) => ({ width: width!, signed: a!.signed }),
    value: ([a]) => intOf(a!),
    at: (kind) => narrower(kind).map((width) => ({ args: [kind], n: [width] })),
    reach: ({ width, signed }, random) => ({ args: [{ width: width + random.below(12), signed }], n: [width] }),
  },
  saturate: {
    call: ([a], [width]) => a!.saturate(width!),
    kind: ([a], [width]) => ({ width: width!, signed: a!.signed }),
    value: ([a], [width]) => {
      const to: Kind = { width: width!, signed: a!.signed };
      const n = intOf(a!);
      return n < leastOf(to) ? leastOf(to) : n > mostOf(to) ? mostOf(to) : n;
    },
    at: (kind) => [...narrower(kind), kind.width + 5].map((width) => ({ args: [kind], n: [width] })),
    reach: ({ width, signed }, random) => ({ args: [{ width: random.between(0, width + 9), signed }], n: [width] }),
  },
  replicate: {
    call: ([a], [times]) => a!.replicate(times!),
    kind: ([a], [times]) => unsigned(a!.width * times!),
    value: ([a], [times]) => {
      let sum = 0n;
      for (let i = 0; i < times!; i++) sum += a!.pattern * span(i * a!.width);
      return sum;
    },
    at: (kind) => [0, 1, 2, 5].map((times) => ({ args: [kind], n: [times] })),
    reach: ({ width, signed }, random) => {
      const times = [1, 2, 3, 4, 5, 8].filter((each) => width % each === 0);
      if (signed || width === 0) return null;
      const by = random.pick([...times, width]);
      return { args: [{ width: width / by, signed: random.chance(30) }], n: [by] };
    },
  },
} satisfies Record<string, Method>;
