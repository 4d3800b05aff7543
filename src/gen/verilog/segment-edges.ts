// SPDX-License-Identifier: Apache-2.0
import type { Driven, Stmt } from '../../ir/module.ts';
import { forEachStmt } from '../../ir/walk.ts';

/** Where the parts of a signal that get values of their own begin and end, from 0 to its width. */
export function segmentEdges(decl: Driven, body: readonly Stmt[]): number[] {
  const edges = new Set([0, decl.width]);
  forEachStmt(body, (stmt) => {
    if (stmt.kind !== 'assign' || stmt.target.decl !== decl) return;
    const { target, value } = stmt;
    edges.add(target.lo);
    edges.add(target.lo + target.width);
    if (value.kind !== 'op' || value.op !== 'concat') return;
    let at = target.lo + target.width;
    for (const part of value.args) edges.add((at -= part.width));
  });
  return [...edges].sort((a, b) => a - b);
}
