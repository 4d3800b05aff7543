// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { ExprPool } from '../../ir/pool.ts';

/** Bits lo .. lo+width-1 of a declaration hold `value`; null where nothing has been assigned yet. */
export interface Piece {
  readonly lo: number;
  readonly width: number;
  readonly value: Expr | null;
}

/** A declaration's bits from the lowest up, without gaps. */
export type Pieces = readonly Piece[];

export function unassigned(width: number): Pieces {
  return [{ lo: 0, width, value: null }];
}

export function assign(pool: ExprPool, before: Pieces, lo: number, value: Expr): Pieces {
  const width = value.width;
  if (width === 0) return before;
  const after: Piece[] = [];
  for (const piece of before) {
    const end = piece.lo + piece.width;
    if (end <= lo || piece.lo >= lo + width) {
      after.push(piece);
      continue;
    }
    if (piece.lo < lo) after.push(cut(pool, piece, piece.lo, lo));
    if (piece.lo <= lo) after.push({ lo, width, value });
    if (end > lo + width) after.push(cut(pool, piece, lo + width, end));
  }
  if (lo + width > (before.at(-1)?.lo ?? 0) + (before.at(-1)?.width ?? 0))
    throw new RangeError('Assignment beyond width.');
  return after;
}

function cut(pool: ExprPool, piece: Piece, from: number, to: number): Piece {
  if (from === piece.lo && to === piece.lo + piece.width) return piece;
  const value = piece.value && pool.slice(piece.value, from - piece.lo, to - from);
  return { lo: from, width: to - from, value };
}

/** Several versions of the same bits joined where they differ; `choose` sees one value of each version, in order. */
export function merge(pool: ExprPool, versions: readonly Pieces[], choose: (values: readonly Expr[]) => Expr): Pieces {
  const first = versions[0]!;
  if (versions.every((version) => version === first)) return first;
  const merged: Piece[] = [];
  const at = versions.map(() => 0);
  let lo = 0;
  const width = first.reduce((sum, piece) => sum + piece.width, 0);
  while (lo < width) {
    const current = versions.map((version, i) => version[at[i]!]!);
    const end = Math.min(...current.map((piece) => piece.lo + piece.width));
    const parts = current.map((piece) => cut(pool, piece, lo, end).value);
    const same = parts.every((part) => part === parts[0]);
    // A bit that some branch leaves unassigned is a latch, which the checks refuse; here it reads zero.
    const value = same ? parts[0]! : choose(parts.map((part) => part ?? pool.constant(0n, end - lo)));
    merged.push({ lo, width: end - lo, value });
    current.forEach((piece, i) => {
      if (piece.lo + piece.width === end) at[i]!++;
    });
    lo = end;
  }
  return merged;
}

export function joined(pool: ExprPool, pieces: Pieces): Expr {
  const parts = pieces.map((piece) => piece.value ?? pool.constant(0n, piece.width));
  return pool.op('concat', parts.reverse());
}
