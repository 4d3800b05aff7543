// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../ir/expr.ts';
import type { Stmt } from '../ir/module.ts';
import type { ExprPool } from '../ir/pool.ts';

/** Where statements go while a block is described: nested `when` and `switch` bodies, and the condition of being there. */
export class Scope {
  readonly #pool: ExprPool;
  readonly #bodies: Stmt[][];
  readonly #guards: (() => Expr)[] = [];

  constructor(pool: ExprPool, body: Stmt[]) {
    this.#pool = pool;
    this.#bodies = [body];
  }

  get depth(): number {
    return this.#guards.length;
  }

  add(stmt: Stmt): void {
    this.#bodies.at(-1)!.push(stmt);
  }

  /** Runs `describe` with statements going to `body`, which is executed where `guard` is 1. */
  inside(body: Stmt[], guard: () => Expr, describe: () => void): void {
    this.#bodies.push(body);
    this.#guards.push(guard);
    try {
      describe();
    } finally {
      this.#bodies.pop();
      this.#guards.pop();
    }
  }

  /** One bit: the statements being described are executed. */
  guard(): Expr {
    const one = this.#pool.constant(1n, 1);
    return this.#guards.reduce<Expr>((all, guard) => this.#pool.op('and', [all, guard()]), one);
  }
}
