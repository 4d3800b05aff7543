// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type RefExpr } from '../ir/expr.ts';
import { opTable } from '../ir/ops.ts';
import type { Flat } from './flat/flat.ts';
import { inputsOf } from './plan/values.ts';

/** Current value of what an expression of the flat pool refers to; memory words get their address. */
export type ReadRef = (ref: RefExpr, address: bigint | null) => bigint;

/**
 * Evaluates expressions on `bigint` by the operator table: the slow and obvious way, for looking at single signals and
 * for checking the generated code. Values are kept for the evaluator's life, so make a new one when the state has changed.
 */
export class Interpreter {
  readonly #known = new Map<Expr, bigint>();

  constructor(
    readonly flat: Flat,
    readonly read: ReadRef,
  ) {}

  value(root: Expr): bigint {
    const stack: Expr[] = [root];
    for (let expr = stack.at(-1); expr; expr = stack.at(-1)) {
      const missing = this.#known.has(expr) ? [] : inputsOf(this.flat, expr).filter((input) => !this.#known.has(input));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      if (!this.#known.has(expr)) this.#known.set(expr, this.#compute(expr));
      stack.pop();
    }
    return this.#known.get(root)!;
  }

  #compute(expr: Expr): bigint {
    const inputs = inputsOf(this.flat, expr);
    const values = inputs.map((input) => this.#known.get(input)!);
    switch (expr.kind) {
      case 'const':
        return expr.value;
      case 'ref':
        return this.read(expr, values[0] ?? null);
      case 'slice':
        return (values[0]! >> BigInt(expr.lo)) & ((1n << BigInt(expr.width)) - 1n);
      case 'op': {
        const widths = inputs.map((input) => input.width);
        return opTable[expr.op].evaluate(values, widths, expr.width);
      }
      default:
        return assertNever(expr);
    }
  }
}
