// SPDX-License-Identifier: Apache-2.0
import { popcount, setBits } from './bits.ts';

/** The control map under construction for one emitted block; the hardware's committed or working copy. */
export interface MergeState {
  /** Busy lanes of each array row t, bit j = DPU (t, j). */
  occ: bigint[];
  /** Slot whose weight DPU (t, j) takes; 0 where not occupied. */
  ws: number[][];
  /** 1 where DPU (t, j) takes input row cv[t] instead of its own; 0 where not occupied. */
  xs: (0 | 1)[][];
  /** Conflict vector: the source row array row t serves, or null (unset). */
  cv: (number | null)[];
}

/** One step of the relocation loop: `lanes` of source row `from` move to array row `to`. */
export interface Relocation {
  readonly from: number;
  readonly to: number;
  readonly lanes: bigint;
}

export interface AttemptResult {
  /** The state with the block merged in, or null on FAIL (the given state is never touched). */
  readonly state: MergeState | null;
  /** Relocations done, also those a FAIL discards. */
  readonly relocations: readonly Relocation[];
  /** Passes of the relocation loop, one cycle each: the relocations, and the pass that finds no target. */
  readonly steps: number;
}

/** "state: occ=A; ws=0; xs=0; cv[0..R-1]=unset" */
export function startState(a: readonly bigint[], cols: number): MergeState {
  return {
    occ: [...a],
    ws: a.map(() => new Array<number>(cols).fill(0)),
    xs: a.map(() => new Array<0 | 1>(cols).fill(0)),
    cv: a.map(() => null),
  };
}

/** Row t with the most free lanes for rem[i]; a tie prefers cv[t]==i, then the lowest t. Null when nothing can move. */
function bestTarget(work: MergeState, i: number, remI: bigint): number | null {
  let best: { t: number; g: number; serves: boolean } | null = null;
  for (let t = 0; t < work.occ.length; t++) {
    const serves = work.cv[t] === i;
    if (t === i || (work.cv[t] !== null && !serves)) continue; // over t≠i with cv[t] unset or cv[t]==i
    const g = popcount(remI & ~work.occ[t]!);
    if (g === 0) continue;
    if (best === null || g > best.g || (g === best.g && serves && !best.serves)) best = { t, g, serves };
  }
  return best === null ? null : best.t;
}

/**
 * attempt(B, s) of paper 3.3. With `relocate` off (the experiment "merge, no cv") a conflict fails at once.
 *
 * Reading chosen: occ' = occ | B is formed before the loop, so a lane that B itself needs directly in row t is busy for
 * relocation, and rem of later rows is never covered by an earlier relocation.
 */
export function attempt(state: MergeState, b: readonly bigint[], s: number, relocate: boolean): AttemptResult {
  const work: MergeState = {
    occ: state.occ.map((occ, t) => occ | b[t]!), // occ' = occ | B
    ws: state.ws.map((row) => [...row]),
    xs: state.xs.map((row) => [...row]),
    cv: [...state.cv],
  };
  b.forEach((row, t) => {
    for (const j of setBits(row & ~state.occ[t]!)) work.ws[t]![j] = s; // direct: ws=s, xs=0
  });
  const rem = b.map((row, t) => row & state.occ[t]!); // rem = B & occ

  const relocations: Relocation[] = [];
  for (;;) {
    const i = rem.findIndex((row) => row !== 0n); // lowest row with rem[i]≠0
    if (i < 0) return { state: work, relocations, steps: relocations.length }; // commit
    if (!relocate) return { state: null, relocations, steps: 0 }; // without cv the conflict is seen in the TRY cycle
    const t = bestTarget(work, i, rem[i]!);
    if (t === null) return { state: null, relocations, steps: relocations.length + 1 }; // FAIL (discard all)
    const mv = rem[i]! & ~work.occ[t]!;
    work.cv[t] = i;
    work.occ[t] = work.occ[t]! | mv;
    for (const j of setBits(mv)) {
      work.ws[t]![j] = s;
      work.xs[t]![j] = 1;
    }
    rem[i] = rem[i]! & ~mv;
    relocations.push({ from: i, to: t, lanes: mv });
  }
}
