// SPDX-License-Identifier: Apache-2.0
import type { Expr } from './expr.ts';

/** What is read of an `ExprMap`. */
export type ReadonlyExprMap<V> = Omit<ExprMap<V>, 'set' | 'addAll'>;

/**
 * A map from expressions of one pool, in order of insertion like `Map`. Values lie in an array by number, which takes a fraction of the
 * time that hashing objects does where a design has a million expressions. `undefined` is no value.
 */
export class ExprMap<V> {
  readonly #keys: Expr[] = [];
  readonly #values: (V | undefined)[];

  /** `size` is the pool's: an array that grew from its end would be a slow dictionary. */
  constructor(size: number) {
    this.#values = new Array<V | undefined>(size);
  }

  has(expr: Expr): boolean {
    return this.#values[expr.id] !== undefined;
  }

  get(expr: Expr): V | undefined {
    return this.#values[expr.id];
  }

  set(expr: Expr, value: V): this {
    if (!this.has(expr)) this.#keys.push(expr);
    this.#values[expr.id] = value;
    return this;
  }

  addAll(other: ReadonlyExprMap<V>): this {
    for (const expr of other.keys()) this.set(expr, other.get(expr) as V);
    return this;
  }

  /** In order of insertion. */
  keys(): readonly Expr[] {
    return this.#keys;
  }
}
