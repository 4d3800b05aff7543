// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import type { Decl } from '../../ir/module.ts';
import type { ExprPool } from '../../ir/pool.ts';

/** Takes bits of expressions, going through the operators that work bit by bit, so that no other bits are read. */
export class BitsOf {
  readonly #known = new Map<string, Expr>();

  constructor(
    private readonly pool: ExprPool,
    /** Nets to look through; others are read as they are. */
    private readonly nets: ReadonlySet<Decl>,
  ) {}

  of(expr: Expr, lo: number, width: number): Expr {
    if (lo === 0 && width === expr.width && expr.kind !== 'ref') return expr;
    const key = `${expr.id}:${lo}:${width}`;
    let bits = this.#known.get(key);
    if (!bits) {
      bits = this.#take(expr, lo, width);
      this.#known.set(key, bits);
    }
    return bits;
  }

  #take(expr: Expr, lo: number, width: number): Expr {
    if (expr.kind === 'slice') return this.of(expr.arg, expr.lo + lo, width);
    if (expr.kind === 'ref' && expr.decl.kind === 'net' && this.nets.has(expr.decl)) {
      return this.of(expr.decl.value, lo, width);
    }
    if (expr.kind !== 'op') return this.pool.slice(expr, lo, width);
    switch (expr.op) {
      case 'not':
      case 'and':
      case 'or':
      case 'xor':
        return this.pool.op(
          expr.op,
          expr.args.map((operand) => this.of(operand, lo, width)),
        );
      case 'mux': {
        const [condition, ...choices] = expr.args as readonly [Expr, ...Expr[]];
        return this.pool.op('mux', [condition, ...choices.map((choice) => this.of(choice, lo, width))]);
      }
      case 'concat':
        return this.#ofConcat(expr, lo, width);
      default:
        return this.pool.slice(expr, lo, width);
    }
  }

  #ofConcat(concat: OpExpr, lo: number, width: number): Expr {
    const parts: Expr[] = [];
    let base = concat.width;
    for (const part of concat.args) {
      base -= part.width;
      const from = Math.max(lo, base);
      const to = Math.min(lo + width, base + part.width);
      if (from < to) parts.push(this.of(part, from - base, to - from));
    }
    return this.pool.op('concat', parts);
  }
}
