// SPDX-License-Identifier: Apache-2.0
import type { Driven, Module, Target } from '../module.ts';
import { forEachAssign } from '../walk.ts';
import type { Bits } from './describe.ts';

/** How a declaration falls into atoms: number `base + i` begins at bit `starts[i]`; the last entry is the width. */
interface Runs {
  base: number;
  starts: readonly number[];
  /** Bounds of its assignments to parts; most declarations are only assigned as a whole and have none. */
  cuts: Set<number> | null;
  /** Does some assignment give all of it? */
  isWhole: boolean;
}

/**
 * Partition of every assigned declaration at the boundaries of its assignments: an atom is a run of bits that every
 * assignment gives as a whole or not at all. Sets of atoms stand for sets of bits without one entry a bit.
 *
 * Assumes targets inside their declarations. Cost: n log n in the number of assignments.
 */
export class Atoms {
  /** Numbers of the atoms are 0 .. count-1. */
  readonly count: number;
  readonly #runs = new Map<Driven, Runs>();
  /** 1 for atoms that some assignment gives, on whatever path. */
  readonly #assigned: Uint8Array;

  constructor(module: Module) {
    const parts: Target[] = [];
    forEachAssign(module.body, ({ target }) => {
      const { decl, lo, width } = target;
      if (width === 0) return;
      let runs = this.#runs.get(decl);
      if (!runs) this.#runs.set(decl, (runs = { base: 0, starts: [], cuts: null, isWhole: false }));
      if (width === decl.width) {
        runs.isWhole = true;
      } else {
        parts.push(target);
        runs.cuts ??= new Set([0, decl.width]);
        runs.cuts.add(lo).add(lo + width);
      }
    });
    let count = 0;
    const wholes = new Map<number, readonly number[]>();
    this.#runs.forEach((runs, decl) => {
      runs.base = count;
      runs.starts = runs.cuts ? [...runs.cuts].sort((a, b) => a - b) : wholeOf(decl.width, wholes);
      count += runs.starts.length - 1;
    });
    this.count = count;
    this.#assigned = new Uint8Array(count);
    this.#runs.forEach(({ base, starts, isWhole }) => {
      if (isWhole) this.#assigned.fill(1, base, base + starts.length - 1);
    });
    for (const part of parts) this.forEach(part, (atom) => (this.#assigned[atom] = 1));
  }

  /** Does some assignment give a declaration as a whole? */
  isWhole(decl: Driven): boolean {
    return this.#runs.get(decl)?.isWhole === true;
  }

  /** Is an atom given by some assignment? */
  isAssigned(atom: number): boolean {
    return this.#assigned[atom] === 1;
  }

  /** Calls `visit` with each atom of a target. */
  forEach(target: Target, visit: (atom: number) => void): void {
    if (target.width === 0) return;
    const { base, starts } = this.#runs.get(target.decl)!;
    const end = target.lo + target.width;
    for (let i = indexOf(starts, target.lo); starts[i]! < end; i++) visit(base + i);
  }

  /** The atom that begins at bit `lo` of an assigned declaration. */
  first(decl: Driven, lo: number): number {
    const { base, starts } = this.#runs.get(decl)!;
    return base + indexOf(starts, lo);
  }

  /** The bits of a declaration whose atoms satisfy `isMeant`, neighbours joined. Nothing for a declaration without assignments. */
  bitsWhere(decl: Driven, isMeant: (atom: number) => boolean): readonly Bits[] {
    const runs = this.#runs.get(decl);
    if (!runs) return [];
    const { base, starts } = runs;
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
  unassigned(decl: Driven): readonly Bits[] {
    if (!this.#runs.has(decl)) return [{ lo: 0, hi: decl.width }];
    return this.bitsWhere(decl, (atom) => !this.isAssigned(atom));
  }
}

/** The same two bounds for every declaration of a width. */
function wholeOf(width: number, known: Map<number, readonly number[]>): readonly number[] {
  let starts = known.get(width);
  if (!starts) known.set(width, (starts = [0, width]));
  return starts;
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
