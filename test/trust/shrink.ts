// SPDX-License-Identifier: Apache-2.0
import type { Circuit } from './circuit.ts';
import { type Cut, cutsOf } from './shrink-cuts.ts';

export interface Shrunk {
  readonly circuit: Circuit;
  readonly steps: number;
  readonly tries: number;
}

/**
 * Makes a failing circuit smaller as long as it keeps failing. `fails` must refuse circuits that the language refuses.
 * Greedy: big cuts first, and again from the start after each success, so that a cut that became possible is found.
 */
export async function shrink(
  start: Circuit,
  fails: (circuit: Circuit) => Promise<boolean>,
  most: { readonly tries: number } = { tries: 400 },
): Promise<Shrunk> {
  let circuit = start;
  let steps = 0;
  let tries = 0;
  for (let isMoving = true; isMoving && tries < most.tries;) {
    isMoving = false;
    for (const candidate of smaller(circuit)) {
      if (++tries > most.tries) break;
      if (!(await fails(candidate))) continue;
      circuit = candidate;
      steps++;
      isMoving = true;
      break;
    }
  }
  return { circuit, steps, tries };
}

/** Every circuit that is one cut smaller, the biggest cuts first. */
function* smaller(circuit: Circuit): Generator<Circuit> {
  const size = sizeOf(circuit);
  const cuts: { readonly cut: Cut; readonly size: number }[] = [];
  for (const cut of cutsOf(circuit)) {
    const made = cut();
    const left = sizeOf(made);
    if (left < size) cuts.push({ cut, size: left });
  }
  for (const { cut } of cuts.sort((a, b) => a.size - b.size)) yield cut();
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
