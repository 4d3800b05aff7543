// SPDX-License-Identifier: Apache-2.0
import type { Method } from './method.ts';
import { bit, unsigned } from './value.ts';

/** Choices between values. */
export const choices = {
  mux: {
    call: ([condition, yes, no]) => condition!.mux(yes!, no!),
    kind: ([, yes]) => yes!,
    value: ([condition, yes, no]) => (condition!.pattern === 1n ? yes!.pattern : no!.pattern),
    at: (kind) => [{ args: [bit, kind, kind] }],
    reach: (goal) => ({ args: [bit, goal, goal] }),
  },
  pick: {
    call: ([index, ...from]) => index!.pick(from),
    kind: ([, first]) => first!,
    value: ([index, ...from]) => {
      const at = index!.pattern >= BigInt(from.length) ? from.length - 1 : Number(index!.pattern);
      return from[at]!.pattern;
    },
    at: (kind) =>
      [
        [2, 3],
        [2, 4],
        [3, 5],
        [1, 2],
        [2, 1],
        [1, 4],
        [70, 3],
      ].map(([index, count]) => ({
        args: [unsigned(index!), ...Array.from({ length: count! }, () => kind)],
      })),
    reach: (goal, random) => {
      const count = random.between(1, 5);
      return { args: [unsigned(random.between(0, 4)), ...Array.from({ length: count }, () => goal)] };
    },
  },
} satisfies Record<string, Method>;
