// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../expr.ts';
import type { Decl, Driven, Module } from '../../module.ts';
import { forEachStmt } from '../../walk.ts';

/**
 * Finds out whether a value is a signal and nothing but that signal, or some of its bits: through names and through
 * wires that are assigned once, whole and without a condition. Cost: linear to build, the length of the way to ask.
 */
export class DirectSources {
  readonly #onlyValue = new Map<Decl, Expr>();

  constructor(module: Module) {
    for (const stmt of module.body) {
      if (stmt.kind === 'assign' && stmt.target.width === stmt.target.decl.width) {
        this.#onlyValue.set(stmt.target.decl, stmt.value);
      }
    }
    for (const decl of severalTimes(module)) this.#onlyValue.delete(decl);
    for (const net of module.nets) this.#onlyValue.set(net, net.value);
  }

  /** What a declaration is assigned once, whole and unconditionally; null if not so. */
  onlyValue(decl: Decl): Expr | null {
    return this.#onlyValue.get(decl) ?? null;
  }

  /** The register, input port, memory or instance output that an expression passes on, or null. */
  of(expr: Expr): Decl | null {
    let inner = expr.kind === 'slice' ? expr.arg : expr;
    const visited = new Set<Decl>();
    while (inner.kind === 'ref' && !visited.has(inner.decl)) {
      visited.add(inner.decl);
      const value = inner.decl.kind === 'reg' ? null : this.onlyValue(inner.decl);
      if (value === null) return inner.decl;
      inner = value.kind === 'slice' ? value.arg : value;
    }
    return null;
  }
}

function severalTimes(module: Module): Set<Driven> {
  const once = new Set<Driven>();
  const several = new Set<Driven>();
  forEachStmt(module.body, (stmt) => {
    if (stmt.kind !== 'assign') return;
    if (once.has(stmt.target.decl)) several.add(stmt.target.decl);
    once.add(stmt.target.decl);
  });
  return several;
}
