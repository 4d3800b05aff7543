// SPDX-License-Identifier: Apache-2.0
import type { Comb } from '../../src/dsl/index.ts';
import { anyKind, isBit, type Method, part } from './method.ts';
import type { Random } from './prng.ts';
import { bit, type Kind, span, unsigned } from './value.ts';

/** A kind at least `width` bits wide. */
function wider(width: number, random: Random): Kind {
  return { width: width + random.below(random.chance(20) ? 70 : 9), signed: random.chance(30) };
}

const ranges = ({ width: w }: Kind): number[][] => {
  const pairs = [
    ...[
      [0, 0],
      [w - 1, w - 1],
      [w - 1, 0],
      [w - 1, 1],
      [w - 2, 0],
      [w - 2, 1],
    ],
    ...[
      [(w / 2) | 0, (w / 3) | 0],
      [31, 0],
      [32, 31],
      [63, 32],
      [64, 63],
      [-1, 0],
      [w - 1, w],
    ],
  ];
  return pairs.filter(([hi, lo]) => hi! < w && lo! <= w && hi! >= lo! - 1);
};

const counts = ({ width }: Kind): number[][] =>
  [0, 1, width - 1, width].filter((n) => n >= 0 && n <= width).map((n) => [n]);

const cut = (pattern: bigint, lo: number, width: number): bigint => (pattern / span(lo)) % span(width);

/** Slices and joins. */
export const parts = {
  slice: part(
    ([a], [hi, lo]) => a!.slice(hi!, lo!),
    (_a, [hi, lo]) => hi! - lo! + 1,
    (a, [hi, lo]) => cut(a.pattern, lo!, hi! - lo! + 1),
    ranges,
    (width, random) => {
      const from = wider(width, random);
      const lo = random.between(0, from.width - width);
      return { args: [from], n: [lo + width - 1, lo] };
    },
  ),
  bit: part(
    ([a], [index]) => a!.bit(index!),
    () => 1,
    (a, [index]) => cut(a.pattern, index!, 1),
    ({ width }) => [0, 1, 31, 32, 63, 64, width - 1].filter((i) => i < width).map((i) => [i]),
    (width, random) => {
      if (width !== 1) return null;
      const from = wider(1, random);
      return { args: [from], n: [random.below(from.width)] };
    },
  ),
  msb: part(
    ([a]) => a!.msb(),
    () => 1,
    (a) => a.pattern / span(a.width - 1),
    () => [[]],
    (width, random) => (width === 1 ? { args: [wider(1, random)] } : null),
  ),
  low: part(
    ([a], [width]) => a!.low(width!),
    (_a, [width]) => width!,
    (a, [width]) => a.pattern % span(width!),
    counts,
    (width, random) => ({ args: [wider(width, random)], n: [width] }),
  ),
  high: part(
    ([a], [width]) => a!.high(width!),
    (_a, [width]) => width!,
    (a, [width]) => a.pattern / span(a.width - width!),
    counts,
    (width, random) => ({ args: [wider(width, random)], n: [width] }),
  ),
  /** `toBits`, put together again in the opposite order. */
  reversed: part(
    <V>([a]: readonly Comb<V>[]) => {
      const [first, ...rest] = a!.toBits() as Comb<V>[];
      return first === undefined ? a!.constant(0n, 0) : first.concat(...rest);
    },
    (a) => a.width,
    (a) => {
      let sum = 0n;
      for (let i = 0; i < a.width; i++) sum += cut(a.pattern, i, 1) * span(a.width - 1 - i);
      return sum;
    },
    () => [[]],
    (width, random) => ({ args: [{ width, signed: random.chance(30) }] }),
  ),
  concat: {
    call: ([a, ...lower]) => a!.concat(...lower),
    kind: (args) => unsigned(args.reduce((sum, each) => sum + each.width, 0)),
    value: (args) => args.reduce((joined, each) => joined * span(each.width) + each.pattern, 0n),
    at: (kind) => [
      { args: [kind, kind] },
      { args: [bit, kind] },
      { args: [kind, bit] },
      { args: [kind] },
      { args: [unsigned(7), kind, unsigned(33), kind] },
    ],
    reach: ({ width, signed }, random) => {
      if (signed) return null;
      const widths: number[] = [];
      for (let rest = width; rest > 0 && widths.length < 4;) {
        const take = widths.length === 3 ? rest : random.between(1, rest);
        widths.push(take);
        rest -= take;
      }
      return widths.length === 0 ? null : { args: widths.map((each) => ({ width: each, signed: random.chance(30) })) };
    },
  },
  /** A slice chosen by its top bits: `x[msb] ? ...` forms come from here. */
  nonZero: {
    call: ([a]) => a!.ne(0),
    kind: () => bit,
    value: ([a]) => (a!.pattern === 0n ? 0n : 1n),
    at: (kind) => [{ args: [kind] }],
    reach: (goal, random) => (isBit(goal) ? { args: [anyKind(random)] } : null),
  },
} satisfies Record<string, Method>;
