// SPDX-License-Identifier: Apache-2.0
import { type MergeState, type Relocation, attempt, startState } from './attempt.ts';
import { bitArray } from './bits.ts';
import type { Block } from './condense.ts';
import { type Pending, listOf } from './pending.ts';

/** One try to add a block, kept so that tests and the hardware's trace can be followed step by step. */
export interface AttemptRecord {
  /** Index of the block in the block list. */
  readonly block: number;
  readonly slot: number;
  readonly committed: boolean;
  readonly relocations: readonly Relocation[];
  /** Passes of the relocation loop, including the one in which a failing attempt finds no target. */
  readonly steps: number;
}

/**
 * Cycle model. Paper 4 gives "latency from LOADA to EMIT: 1 + Σ attempts (1 + relocations)". Two readings were chosen so
 * that the figures of paper 3.3 come out:
 * - The worked vector (two attempts, four relocations) has "CVG cycles 6", so that figure is the Σ alone and leaves out
 *   the LOADA cycle; the latency is one more, 7.
 * - The table's 26 and 24 cycles a block at 70 and 80 % (two and 1.3 failing attempts a block) need the pass of the
 *   relocation loop in which a failing attempt finds no target to count as a relocation step; without it the model
 *   gives 24 and 23. Hardware needs that cycle as well: only there is the gain of every row known to be 0.
 */

/** One emitted block: what the array needs to run it. Plain data, row-major, lane 0 first. */
export interface ControlWord {
  /** 1 where DPU (t, j) works. */
  readonly occ: readonly (readonly (0 | 1)[])[];
  /** Slot of the weight column DPU (t, j) takes; 0 where occ is 0. */
  readonly ws: readonly (readonly number[])[];
  /** 1 where DPU (t, j) takes input row cv[t], else row t; 0 where occ is 0. */
  readonly xs: readonly (readonly (0 | 1)[])[];
  /** Input row array row t takes where xs=1; null when unset. */
  readonly cv: readonly (number | null)[];
  /** ids[s][j]: weight column lane j holds in slot s; null = none. Has `slots` entries. */
  readonly ids: readonly (readonly (number | null)[])[];
  /** Slots in use, 1..M. */
  readonly slots: number;
  /** The paper's "CVG cycles": Σ attempts (1 + steps), see above. */
  readonly cycles: number;
  /** Cycles from LOADA to EMIT: 1 (LOADA) + cycles. */
  readonly latency: number;
  readonly attempts: readonly AttemptRecord[];
}

export interface MergeOptions {
  readonly slots: number;
  readonly tries: number;
  readonly relocate: boolean;
}

/** The merge loop of paper 3.3 over the block list (dense … sparse), or what else the placement makes of it. */
export function merge(
  blocks: readonly Block[],
  cols: number,
  options: MergeOptions,
  pend: Pending = listOf(blocks.length),
): ControlWord[] {
  const words: ControlWord[] = [];
  while (pend.size() > 0) {
    const a = blocks[pend.popFront()]!; // A = pop front
    let state = startState(a.rows, cols);
    const ids = [a.ids];
    const attempts: AttemptRecord[] = [];
    while (ids.length < options.slots) {
      const found = tryPartners(blocks, pend.candidates(options.tries), state, ids.length, options, attempts);
      if (found === null) break; // none commits: stop
      state = found.state;
      ids.push(blocks[found.block]!.ids);
      pend.remove(found.block); // remove B; next slot
    }
    words.push(emit(state, ids, cols, attempts));
  }
  return words;
}

/** for k in 0..TRIES-1: B = pend[last-k], first that commits. */
function tryPartners(
  blocks: readonly Block[],
  candidates: readonly number[],
  state: MergeState,
  slot: number,
  options: MergeOptions,
  attempts: AttemptRecord[],
): { block: number; state: MergeState } | null {
  for (const block of candidates) {
    const result = attempt(state, blocks[block]!.rows, slot, options.relocate);
    const { relocations, steps } = result;
    attempts.push({ block, slot, committed: result.state !== null, relocations, steps });
    if (result.state !== null) return { block, state: result.state };
  }
  return null;
}

function emit(
  state: MergeState,
  ids: ControlWord['ids'],
  cols: number,
  attempts: readonly AttemptRecord[],
): ControlWord {
  const cycles = attempts.reduce((sum, a) => sum + 1 + a.steps, 0);
  return {
    occ: state.occ.map((row) => bitArray(row, cols)),
    ws: state.ws,
    xs: state.xs,
    cv: state.cv,
    ids,
    slots: ids.length,
    cycles,
    latency: 1 + cycles,
    attempts,
  };
}
