// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../ir/expr.ts';
import type { Stmt } from '../ir/module.ts';
import type { ExprPool } from '../ir/pool.ts';

/** The condition of being executed; one that takes work is given as a function, since few are ever asked for. */
type Guard = Expr | (() => Expr);

/** Where statements go while a block is described: nested `when` and `switch` bodies, and the condition of being there. */
export class Scope {
  readonly #pool: ExprPool;
  readonly #body: Stmt[];
  /** Statements of the bodies being described, the inner behind the outer: one list, since a new one for each would be waste. */
  readonly #nested: Stmt[] = [];
  readonly #guards: Guard[] = [];

  constructor(pool: ExprPool, body: Stmt[]) {
    this.#pool = pool;
    this.#body = body;
  }

  get depth(): number {
    return this.#guards.length;
  }

  add(stmt: Stmt): void {
    (this.#guards.length === 0 ? this.#body : this.#nested).push(stmt);
  }

  /** The statements that `describe` makes, to be executed where `guard` is 1. */
  inside(guard: Guard, describe: () => void): Stmt[] {
    const start = this.#nested.length;
    this.#guards.push(guard);
    try {
      describe();
      return this.#nested.slice(start);
    } finally {
      this.#nested.length = start;
      this.#guards.pop();
    }
  }

  /** One bit: the statements being described are executed. */
  guard(): Expr {
    const one = this.#pool.constant(1n, 1);
    const value = (guard: Guard): Expr => (typeof guard === 'function' ? guard() : guard);
    return this.#guards.reduce<Expr>((all, guard) => this.#pool.op('and', [all, value(guard)]), one);
  }
}
