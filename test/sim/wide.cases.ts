// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import type { Expr } from '../../src/ir/expr.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { RandomBits } from '../../src/sim/random.ts';
import { ModuleDraft, peek, poke } from './support.ts';

/** Whole limbs, whole pairs of limbs, one bit and one 32-bit word more, and more than one group of sixteen limbs. */
export const WIDTHS = [65, 96, 128, 129, 160, 192, 256, 768, 800, 1024, 1025, 2100];

/** Values between which carries run through few limbs, all, or none. */
export function operands(width: number): bigint[] {
  const random = new RandomBits(width);
  const all = mask(width);
  const top = 1n << BigInt(width - 1);
  const limbs = [64n, 128n, 192n, 1024n].filter((at) => at < BigInt(width));
  const edges = limbs.flatMap((at) => [1n << at, (1n << at) - 1n, all ^ ((1n << at) - 1n), all ^ (1n << at)]);
  // Two carries out of the lowest limb make one more of the limb above, and that one of the next.
  if (width >= 192) edges.push(mask(192) - (1n << 64n));
  return [0n, 1n, all, all - 1n, top, top - 1n, ...edges, random.pattern(width), random.pattern(width)];
}

type Pair = readonly [Expr, Expr];

/** Outputs over inputs `c` (one bit), `a` and `b`, compared with `model` for all pairs of operands. */
export function check(
  width: number,
  build: (draft: ModuleDraft, c: Expr, ab: Pair) => Record<string, Expr>,
  model: (c: boolean, a: bigint, b: bigint) => Record<string, bigint>,
): void {
  const draft = new ModuleDraft('dut');
  const c = draft.input('c', 1);
  const ab: Pair = [draft.input('a', width), draft.input('b', width)];
  for (const [name, value] of Object.entries(build(draft, c, ab))) draft.output(name, value);
  const engine = createEmbedded(draft.design);
  const wrong: string[] = [];
  const values = operands(width);
  for (const a of values) {
    poke(engine, 'a', a);
    for (const b of values) {
      poke(engine, 'b', b);
      for (const chosen of [false, true]) {
        poke(engine, 'c', chosen ? 1 : 0);
        engine.settle();
        for (const [name, wanted] of Object.entries(model(chosen, a, b))) {
          const got = peek(engine, name);
          if (got !== wanted) wrong.push(`${name}(${chosen}, ${a}, ${b}) is ${got}, not ${wanted}`);
        }
      }
    }
  }
  expect(wrong.slice(0, 3), `${wrong.length} results of ${width} bits`).toEqual([]);
}
