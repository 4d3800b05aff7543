// SPDX-License-Identifier: Apache-2.0
import type { Decl } from './module.ts';
import type { OpName } from './ops.ts';

/**
 * Expressions: immutable, interned per module (equal structure is the same object), already folded when they exist.
 *
 * Every expression is a bit pattern of a fixed width; signedness belongs to the operator, not to the value.
 * Width 0 exists (degenerate parameters make it) but never inside an operator: whoever builds an expression over a
 * 0-bit operand gets a constant back. There is no extension, negation or replication node: an extension is a `concat`,
 * a negation is `0 - x`, a replication a `concat` of equal parts; the printer recovers the short Verilog forms.
 */
export type Expr = ConstExpr | RefExpr | OpExpr | SliceExpr;

interface ExprBase {
  /** Position in the pool: operands have smaller numbers than their users. */
  readonly id: number;
  /** In bits. */
  readonly width: number;
}

/** A literal pattern, 0 <= value < 2^width. */
export interface ConstExpr extends ExprBase {
  readonly kind: 'const';
  readonly value: bigint;
}

/** The current value of a declared signal. */
export interface RefExpr extends ExprBase {
  readonly kind: 'ref';
  readonly decl: Decl;
}

/** An operator of the table in `ops.ts` applied to operands that satisfy its rule. */
export interface OpExpr extends ExprBase {
  readonly kind: 'op';
  readonly op: OpName;
  readonly args: readonly Expr[];
}

/** Bits lo .. lo+width-1 of another expression; never the whole of it, never of a constant, slice or concat. */
export interface SliceExpr extends ExprBase {
  readonly kind: 'slice';
  readonly arg: Expr;
  readonly lo: number;
}

/** Ends every `switch` over a closed union: a new member makes the compiler name the places to visit. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}

/** The expressions that an expression reads directly. */
export function operands(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'const':
    case 'ref':
      return [];
    case 'op':
      return expr.args;
    case 'slice':
      return [expr.arg];
    default:
      return assertNever(expr);
  }
}
