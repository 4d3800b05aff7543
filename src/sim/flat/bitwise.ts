// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../ir/expr.ts';
import type { Driven, Stmt } from '../../ir/module.ts';
import { opTable } from '../../ir/ops.ts';
import { isExpr, type Resolver } from './resolve.ts';
import type { Scope } from './scope.ts';

/**
 * Resolves single bits of declarations whose bits depend on other bits of the same declaration (a ripple carry in one
 * wire). Slow and recursive, used for such declarations only. A bit that needs itself is a true combinational loop.
 */
export class BitResolver {
  #known = new Map<Scope, Map<Expr | Driven, Map<number, Expr | null>>>();
  #path: string[] = [];

  constructor(readonly resolver: Resolver) {}

  /** Forgets half-finished work. */
  restart(): void {
    this.#known = new Map();
    this.#path = [];
  }

  value(scope: Scope, decl: Driven): Expr {
    return this.#all(scope, decl, decl.width);
  }

  /** Bits 0 .. count-1; bits beyond the width repeat the highest when `signed`, else are 0. */
  #all(scope: Scope, node: Expr | Driven, count: number, signed = false): Expr {
    const { pool } = this.resolver;
    const bits: Expr[] = [];
    for (let i = 0; i < count; i++) {
      if (i < node.width) bits.push(this.#bit(scope, node, i));
      else bits.push(signed ? bits[node.width - 1]! : pool.constant(0n, 1));
    }
    return pool.op('concat', bits.reverse());
  }

  #bit(scope: Scope, node: Expr | Driven, index: number): Expr {
    const bits = this.#memo(scope, node);
    const known = bits.get(index);
    if (known) return known;
    const name = isExpr(node) ? null : `${scope.name(node.name)}[${index}]`;
    if (known === null) throw new Error(`Combinational loop: ${[...this.#path, name ?? ''].join(' -> ')}`);
    bits.set(index, null);
    if (name !== null) this.#path.push(name);
    const bit = isExpr(node) ? this.#exprBit(scope, node, index) : this.#drivenBit(scope, node, index);
    if (name !== null) this.#path.pop();
    bits.set(index, bit);
    return bit;
  }

  #memo(scope: Scope, node: Expr | Driven): Map<number, Expr | null> {
    let nodes = this.#known.get(scope);
    if (!nodes) this.#known.set(scope, (nodes = new Map<Expr | Driven, Map<number, Expr | null>>()));
    let bits = nodes.get(node);
    if (!bits) nodes.set(node, (bits = new Map<number, Expr | null>()));
    return bits;
  }

  #exprBit(scope: Scope, expr: Expr, index: number): Expr {
    const { resolver } = this;
    const { pool } = resolver;
    switch (expr.kind) {
      case 'const':
        return pool.slice(pool.constant(expr.value, expr.width), index, 1);
      case 'slice':
        return this.#bit(scope, expr.arg, expr.lo + index);
      case 'ref': {
        const target = resolver.target(scope, expr.decl);
        if (target.value) return pool.slice(target.value, index, 1);
        if (isExpr(target.node) || resolver.isBitwise(target.scope, target.node)) {
          return this.#bit(target.scope, target.node, index);
        }
        return pool.slice(resolver.resolve(target.scope, target.node), index, 1);
      }
      case 'op':
        return this.#opBit(scope, expr, index);
      default:
        return assertNever(expr);
    }
  }

  #opBit(scope: Scope, expr: OpExpr, index: number): Expr {
    const pool = this.resolver.pool;
    const { depends, width } = opTable[expr.op];
    switch (depends) {
      case 'bitwise':
        return pool.op(
          expr.op,
          expr.args.map((arg) => this.#bit(scope, arg, index)),
        );
      case 'carry': {
        // The low bits of a sum or product of two's complement numbers do not depend on how it is read.
        const op = width === 'sum' ? 'mulU' : expr.op;
        const low = expr.args.map((arg) => this.#all(scope, arg, index + 1, expr.op === 'mulS'));
        return pool.slice(pool.op(op, low), index, 1);
      }
      case 'choose': {
        const [chooser, ...data] = expr.args;
        const bits = data.map((arg) => this.#bit(scope, arg, index));
        if (bits.every((bit) => bit === bits[0])) return bits[0]!;
        return pool.op(expr.op, [this.#all(scope, chooser!, chooser!.width), ...bits]);
      }
      case 'concat': {
        let base = expr.width;
        for (const part of expr.args) {
          base -= part.width;
          if (index >= base) return this.#bit(scope, part, index - base);
        }
        throw new RangeError('bit beyond concat');
      }
      case 'all':
        return pool.slice(
          pool.op(
            expr.op,
            expr.args.map((arg) => this.#all(scope, arg, arg.width)),
          ),
          index,
          1,
        );
      default:
        return assertNever(depends);
    }
  }

  #drivenBit(scope: Scope, decl: Driven, index: number): Expr {
    return this.#run(scope, scope.drivers.get(decl) ?? [], index, this.resolver.pool.constant(0n, 1));
  }

  #run(scope: Scope, body: readonly Stmt[], index: number, start: Expr): Expr {
    const pool = this.resolver.pool;
    let bit = start;
    for (const stmt of body) {
      switch (stmt.kind) {
        case 'assign': {
          const { lo, width } = stmt.target;
          if (index >= lo && index < lo + width) bit = this.#bit(scope, stmt.value, index - lo);
          break;
        }
        case 'when': {
          const before = bit;
          bit = this.#run(scope, stmt.otherwise ?? [], index, before);
          for (const arm of stmt.arms.toReversed()) {
            const taken = this.#run(scope, arm.body, index, before);
            if (taken !== bit) bit = pool.op('mux', [this.#bit(scope, arm.condition, 0), taken, bit]);
          }
          break;
        }
        case 'switch': {
          const before = bit;
          bit = this.#run(scope, stmt.otherwise ?? [], index, before);
          for (const one of stmt.cases.toReversed()) {
            const taken = this.#run(scope, one.body, index, before);
            if (taken === bit) continue;
            const subject = this.#all(scope, stmt.subject, stmt.subject.width);
            const match = one.values.map((value) => pool.op('eq', [subject, pool.constant(value, subject.width)]));
            bit = pool.op('mux', [match.reduce((any, eq) => pool.op('or', [any, eq])), taken, bit]);
          }
          break;
        }
        default:
          assertNever(stmt);
      }
    }
    return bit;
  }
}
