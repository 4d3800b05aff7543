// SPDX-License-Identifier: Apache-2.0
import type { Circuit } from './circuit.ts';
import { cutsOf } from './shrink-cuts.ts';
import { withoutDead } from './shrink-dead.ts';

export interface Shrunk {
  readonly circuit: Circuit;
  readonly steps: number;
  readonly tries: number;
}

/**
 * Makes a failing circuit smaller as long as it keeps failing. `fails` must refuse circuits that the language refuses.
 * Greedy, big cuts first. After a success the search goes on at the same place of the new list, since what did not work before
 * seldom works now; it ends with a whole pass without success.
 */
export async function shrink(
  start: Circuit,
  fails: (circuit: Circuit) => Promise<boolean>,
  most: { readonly tries: number } = { tries: 400 },
): Promise<Shrunk> {
  let circuit = start;
  let steps = 0;
  let tries = 0;
  const attempt = async (candidate: Circuit): Promise<boolean> => {
    tries++;
    if (!(await fails(candidate))) return false;
    circuit = candidate;
    steps++;
    return true;
  };
  for (let isMoving = true; isMoving && tries < most.tries;) {
    isMoving = false;
    let candidates = smaller(circuit);
    for (let i = 0; i < candidates.length && tries < most.tries; i++) {
      if (!(await attempt(candidates[i]!))) continue;
      isMoving = true;
      const alive = withoutDead(circuit);
      if (sizeOf(alive) < sizeOf(circuit)) await attempt(alive);
      candidates = smaller(circuit);
      i--;
    }
  }
  return { circuit, steps, tries };
}

/** Every circuit that is one cut smaller, the biggest cuts first. */
function smaller(circuit: Circuit): Circuit[] {
  const size = sizeOf(circuit);
  const made = cutsOf(circuit).map((cut) => {
    const candidate = cut();
    return { candidate, size: sizeOf(candidate) };
  });
  return made
    .filter((each) => each.size < size)
    .sort((a, b) => a.size - b.size)
    .map(({ candidate }) => candidate);
}

/** Nodes of the description; a constant weighs less than a variable, a variable less than an operator. */
export function sizeOf(part: unknown): number {
  if (Array.isArray(part)) return part.reduce<number>((sum, each) => sum + sizeOf(each), 0);
  if (typeof part === 'bigint') return part === 0n ? 0 : 1;
  if (typeof part !== 'object' || part === null) return 0;
  const own = 'k' in part ? weightOf(part as { readonly k: string }) : 1;
  return Object.values(part).reduce<number>((sum, each) => sum + sizeOf(each), own);
}

function weightOf({ k }: { readonly k: string }): number {
  if (k === 'const') return 2;
  return k === 'var' ? 4 : 8;
}
