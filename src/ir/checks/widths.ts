// SPDX-License-Identifier: Apache-2.0
import type { Module } from '../module.ts';
import { forEachStmt } from '../walk.ts';

/**
 * What the language guarantees and every other check relies on: an assignment's value is as wide as its target, which
 * lies inside its declaration; a condition is one bit. A failure is a fault of the language, not of the user, hence an
 * `Error`. Cost: linear.
 */
export function checkWidths(module: Module): void {
  forEachStmt(module.body, (stmt) => {
    if (stmt.kind === 'assign') {
      const { decl, lo, width } = stmt.target;
      if (stmt.value.width === width && lo >= 0 && lo + width <= decl.width) return;
      const place = `assignment to ${decl.name} in ${module.name}`;
      if (stmt.value.width !== width) {
        throw new Error(`Internal: ${place} has ${width} target bits and ${stmt.value.width} value bits.`);
      }
      throw new Error(`Internal: ${place} lies outside its ${decl.width} bits.`);
    } else if (stmt.kind === 'when' && stmt.arms.some((arm) => arm.condition.width !== 1)) {
      throw new Error(`Internal: a condition in ${module.name} is not one bit wide.`);
    }
  });
}
