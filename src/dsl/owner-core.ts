// SPDX-License-Identifier: Apache-2.0
import { fits } from '../ir/bits.ts';
import { type DiagnosticCode, KilnError, type LabelledSpan } from '../ir/diagnostics.ts';
import type { Expr } from '../ir/expr.ts';
import type { Module, Target } from '../ir/module.ts';
import type { ExprPool } from '../ir/pool.ts';
import { captureSpan, type Span } from '../ir/span.ts';
import { Bits } from './bits.ts';
import type { Owner } from './owner.ts';
import { Scope } from './scope.ts';
import { Signal } from './signal.ts';
import type { GroundType } from './types.ts';
import { typeName } from './pack.ts';

/** What a value is given to, for messages. */
interface Place {
  readonly name: string;
  readonly span: Span;
}

/** The part of a module under construction that its signals talk to. */
export class OwnerCore implements Owner {
  readonly pool: ExprPool;
  readonly scope: Scope;

  constructor(readonly module: Module) {
    this.pool = module.pool;
    this.scope = new Scope(module.pool, module.body);
  }

  exprOf(value: unknown): Expr {
    if (value instanceof Signal) {
      if (value.owner !== this) {
        this.fault(
          'KLN-S002',
          `${value.describe()} belongs to another module and is used in ${this.module.name}.`,
          'Pass it through a port: connect it to an input of the instance.',
        );
      }
      return value.expr;
    }
    if (value instanceof Bits) return this.pool.constant(value.pattern, value.width);
    return this.fault(
      'KLN-D005',
      `A hardware value was expected, not ${value === null ? 'null' : typeof value}.`,
      'Give a signal or Bits.',
    );
  }

  drive(target: Target, type: GroundType, value: unknown, span: Span): void {
    const expr = this.valueFor(target.decl, type, value);
    if (target.width === 0) return;
    this.scope.add({ kind: 'assign', target, value: expr, span });
  }

  /** The expression of a value that is given to a place of this type. */
  valueFor({ name: place, span }: Place, type: GroundType, value: unknown): Expr {
    const { width } = type;
    if (typeof value === 'string') {
      if (type.kind !== 'enum' || !type.names.includes(value)) {
        const known =
          type.kind === 'enum' ? `${type.name} has ${type.names.join(', ')}` : `${place} is ${typeName(type)}`;
        this.fault('KLN-D005', `${place} cannot take '${value}': ${known}.`, 'Use one of the names, or a number.');
      }
      return this.pool.constant(type.encode(value), type.width);
    }
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
      if (typeof value === 'number' && !Number.isInteger(value)) {
        this.fault('KLN-W003', `${place} cannot take ${value}: it is not a whole number.`, 'Round the number first.');
      }
      const number = BigInt(value);
      const signed = type.kind === 'sint';
      if (!fits(number, width, signed)) {
        const kind = `${signed ? 'signed' : 'unsigned'} and has ${width} bits`;
        this.fault(
          'KLN-W003',
          `${number} does not fit in ${place}, which is ${kind}.`,
          'Use a smaller number or a wider target.',
        );
      }
      return this.pool.constant(number, width);
    }
    if (!(value instanceof Signal) && !(value instanceof Bits)) {
      this.fault(
        'KLN-D005',
        `${place} cannot take a value of type ${typeof value}.`,
        'Give a signal, a number or Bits.',
      );
    }
    const declared = [{ span, label: `${place} declared here` }];
    if (value.signed !== (type.kind === 'sint')) {
      const kind = (signed: boolean): string => (signed ? 'signed' : 'unsigned');
      this.fault(
        'KLN-W002',
        `${place} is ${kind(!value.signed)}, but ${value.describe()} is ${kind(value.signed)}.`,
        'Convert the value with asUInt() or asSInt().',
        declared,
      );
    }
    if (value.width !== width) {
      this.fault(
        'KLN-W001',
        `${place} has ${width} bits, but ${value.describe()} has ${value.width}.`,
        value.width < width ? 'Extend the value with resize.' : 'Shorten the value with trunc or saturate.',
        declared,
      );
    }
    return this.exprOf(value);
  }

  whenTrue(condition: Signal, span: Span, body: () => void): void {
    const expr = this.exprOf(condition);
    const arm = { condition: expr, body: this.scope.inside(expr, body), span };
    this.scope.add({ kind: 'when', arms: [arm], otherwise: null, span });
  }

  fault(
    code: DiagnosticCode,
    message: string,
    cure: string,
    also: readonly LabelledSpan[] = [],
    cause?: string,
  ): never {
    const spans = [{ span: captureSpan(), label: '' }, ...also];
    throw new KilnError([{ code, message, cure, cause: cause ?? null, module: this.module.name, spans }]);
  }
}
