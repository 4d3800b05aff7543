// SPDX-License-Identifier: Apache-2.0
import type { Driven, Module, Target } from '../module.ts';
import { forEachStmt } from '../walk.ts';
import type { Bits } from './describe.ts';

/**
 * Partition of every assigned declaration at the boundaries of its assignments: an atom is a run of bits that every
 * assignment gives as a whole or not at all. Sets of atoms stand for sets of bits without one entry a bit.
 *
 * Assumes targets inside their declarations. Cost: n log n in the number of assignments.
 */
export class Atoms {
  readonly #starts = new Map<Driven, readonly number[]>();
  readonly #base = new Map<Driven, number>();
  /** Atoms that some assignment gives, on whatever path. */
  readonly assigned = new Set<number>();

  constructor(module: Module) {
    const bounds = new Map<Driven, Set<number>>();
    forEachStmt(module.body, (stmt) => {
      if (stmt.kind !== 'assign' || stmt.target.width === 0) return;
      const { decl, lo, width } = stmt.target;
      let cuts = bounds.get(decl);
      if (!cuts) bounds.set(decl, (cuts = new Set([0, decl.width])));
      cuts.add(lo).add(lo + width);
    });
    let count = 0;
    for (const [decl, cuts] of bounds) {
      this.#starts.set(
        decl,
        [...cuts].sort((a, b) => a - b),
      );
      this.#base.set(decl, count);
      count += cuts.size - 1;
    }
    forEachStmt(module.body, (stmt) => {
      if (stmt.kind === 'assign') this.forEach(stmt.target, (atom) => this.assigned.add(atom));
    });
  }

  /** Calls `visit` with each atom of a target. */
  forEach(target: Target, visit: (atom: number) => void): void {
    if (target.width === 0) return;
    const starts = this.#starts.get(target.decl)!;
    const base = this.#base.get(target.decl)!;
    const end = target.lo + target.width;
    for (let i = indexOf(starts, target.lo); starts[i]! < end; i++) visit(base + i);
  }

  /** The atom that begins at bit `lo` of an assigned declaration. */
  first(decl: Driven, lo: number): number {
    return this.#base.get(decl)! + indexOf(this.#starts.get(decl)!, lo);
  }

  /** The bits of a declaration whose atoms satisfy `isMeant`, neighbours joined. Nothing for a declaration without assignments. */
  bitsWhere(decl: Driven, isMeant: (atom: number) => boolean): Bits[] {
    const starts = this.#starts.get(decl);
    if (!starts) return [];
    const base = this.#base.get(decl)!;
    const ranges: { lo: number; hi: number }[] = [];
    for (let i = 0; i + 1 < starts.length; i++) {
      if (!isMeant(base + i)) continue;
      const before = ranges.at(-1);
      if (before?.hi === starts[i]!) before.hi = starts[i + 1]!;
      else ranges.push({ lo: starts[i]!, hi: starts[i + 1]! });
    }
    return ranges;
  }

  /** The bits of a declaration that no assignment gives. */
  unassigned(decl: Driven): Bits[] {
    if (!this.#starts.has(decl)) return [{ lo: 0, hi: decl.width }];
    return this.bitsWhere(decl, (atom) => !this.assigned.has(atom));
  }
}

/** Position of a value that a sorted list holds. */
function indexOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
