// SPDX-License-Identifier: Apache-2.0
import type { DiagnosticCode, LabelledSpan } from '../ir/diagnostics.ts';
import type { Expr } from '../ir/expr.ts';
import type { Target } from '../ir/module.ts';
import type { ExprPool } from '../ir/pool.ts';
import type { Span } from '../ir/span.ts';
import type { Signal } from './signal.ts';
import type { GroundType } from './types.ts';

/** What a signal needs from the module that it belongs to. */
export interface Owner {
  readonly pool: ExprPool;
  /** The expression of an operand: a signal of this module or a literal. */
  exprOf(value: unknown): Expr;
  /** Adds an assignment where the module is being described. */
  drive(target: Target, type: GroundType, value: unknown, span: Span): void;
  /** Statements made by `body` are executed where `condition` is 1. */
  whenTrue(condition: Signal, span: Span, body: () => void): void;
  /** Throws a diagnostic with the position of the user's call. */
  fault(code: DiagnosticCode, message: string, cure: string, also?: readonly LabelledSpan[], cause?: string): never;
}
