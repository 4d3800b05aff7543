// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import {
  type ConMergeResult,
  type ConMergeShape,
  type ConMergeSwitches,
  conMerge,
  issuedElements,
} from '../../../src/modules/exion/conmerge.golden.ts';
import type { Mask } from '../../../src/modules/exion/mask.ts';

/** A shape for directed tests: as small as the case allows. */
export function shape(rows: number, cols: number, more: Partial<ConMergeShape> = {}): ConMergeShape {
  const bounds = [0, 1, 2].filter((x) => x < rows);
  return { rows, cols, slots: 3, tries: 2, bounds, columns: 4096, ...more };
}

/** Seeds 1..n. */
export function seeds(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** Runs and checks every invariant of paper 8 that concerns ConMerge. */
export function checked(mask: Mask, p: ConMergeShape, switches: ConMergeSwitches = {}): ConMergeResult {
  const result = conMerge(mask, p, switches);

  const issued = new Uint8Array(mask.bits.length);
  for (const word of result.words) {
    for (const { row, column } of issuedElements(word)) {
      if (column === null || row < 0) throw new Error('an element without a column or an input row');
      issued[row * mask.columns + column]!++;
    }
  }
  expect(issued, 'every marked element exactly once, no other').toEqual(mask.bits);

  const ids = result.words.flatMap((word) => word.ids.flat()).filter((n) => n !== null);
  expect(
    [...ids].sort((a, b) => a - b),
    'kept columns = non-none ids',
  ).toEqual([...result.kept].sort((a, b) => a - b));

  for (const word of result.words) {
    expect(word.slots).toBe(word.ids.length);
    expect(word.slots).toBeLessThanOrEqual(p.slots);
    expect(word.attempts.filter((a) => a.committed).length).toBe(word.slots - 1);
    expect(word.latency).toBe(1 + word.cycles);
    const committed = word.attempts.filter((a) => a.committed).flatMap((a) => a.relocations);
    for (let t = 0; t < p.rows; t++) {
      if (word.cv[t] === t) throw new Error('a row relocates to itself');
      const sources = new Set(committed.filter((r) => r.to === t).map((r) => r.from));
      if (sources.size > 1) throw new Error('cv[t] is written with two values');
      if ((word.cv[t] ?? undefined) !== [...sources][0]) throw new Error('cv[t] is the source of what moved to t');
      for (let j = 0; j < p.cols; j++) {
        const [occ, ws, xs] = [word.occ[t]![j]!, word.ws[t]![j]!, word.xs[t]![j]!];
        if (occ === 0 && (ws !== 0 || xs !== 0)) throw new Error('an idle DPU has ws and xs 0');
        if (ws >= word.slots) throw new Error('ws names a slot in use');
        if (xs === 1 && word.cv[t] === null) throw new Error('xs=1 needs cv');
      }
    }
    for (const a of word.attempts) {
      // The bound of paper 4: a target serves one source, and one step exhausts it.
      if (a.relocations.length > p.rows) throw new Error('more than R relocations in an attempt');
      if (new Set(a.relocations.map((r) => r.to)).size < a.relocations.length) throw new Error('a target serves twice');
      const noTarget = a.committed || switches.relocate === false ? 0 : 1;
      if (a.steps !== a.relocations.length + noTarget) throw new Error('only a failing attempt has one step more');
    }
  }
  return result;
}
