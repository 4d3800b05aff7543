// SPDX-License-Identifier: Apache-2.0
import { bitLength } from '../ir/bits.ts';
import type { DiagnosticCode } from '../ir/diagnostics.ts';
import type { OpName } from '../ir/ops.ts';

/** A plain number that takes the width and signedness of its partner and must fit there. */
export type HostInt = number | bigint | boolean;

/** A number that brings its own width and sign (`Bits`); it can stand beside values of every family. */
export interface Literal {
  readonly pattern: bigint;
  readonly width: number;
  readonly signed: boolean;
  describe(): string;
}

/** What an operator over the family `V` accepts beside its receiver. */
export type Operand<V> = Operation<V> | Literal | HostInt;

/**
 * A family of values: its primitives, and the rules that operands must keep. `Comb` adds the operators.
 */
export abstract class Operation<V> {
  /** In bits. */
  abstract readonly width: number;
  /** Two's complement, or unsigned. */
  abstract readonly signed: boolean;

  /** A value of the same family. */
  abstract constant(value: bigint, width: number, signed?: boolean): V;
  /** The family's operator node; `args` satisfy the operator's rule. */
  protected abstract apply(op: OpName, args: readonly Operation<V>[], signed: boolean): V;
  /** The operator in the family of another value. */
  protected applyAs(lead: Operation<V>, op: OpName, args: readonly Operation<V>[], signed: boolean): V {
    return lead.apply(op, args, signed);
  }
  /** Bits lo .. lo+width-1, unsigned unless said. */
  protected abstract cut(lo: number, width: number, signed?: boolean): V;
  protected abstract fault(code: DiagnosticCode, message: string, cure: string): never;
  /** How messages call this value: its name, or its kind and width. */
  abstract describe(): string;
  /** This value as the family's own type. */
  protected abstract self(): V;

  /** `other` as a value of this family: a host number takes this width and sign, a value must have the same sign (and width). */
  operand(other: Operand<V>, operator: string, equalWidth: boolean): Operation<V> {
    if (typeof other !== 'object' || !isValue(other)) return this.like(this.hostInteger(other, operator), operator);
    if (other.signed !== this.signed) {
      const sign = (value: Operation<V> | Literal): string => (value.signed ? 'signed' : 'unsigned');
      this.fault(
        'KLN-W002',
        `${operator} mixes ${sign(this)} ${this.describe()} and ${sign(other)} ${other.describe()}.`,
        'Convert one with asUInt() or asSInt(), after resize where the value could change.',
      );
    }
    if (equalWidth && other.width !== this.width) {
      this.fault(
        'KLN-W001',
        `${operator} needs operands of equal width: ${this.describe()} has ${this.width} bits, ${other.describe()} has ${other.width}.`,
        'Extend the narrower with resize, or shorten the wider with trunc or saturate.',
      );
    }
    return other as Operation<V>;
  }

  /** A host number as an integer. */
  protected hostInteger(value: unknown, operator: string): bigint {
    if (typeof value === 'bigint' || typeof value === 'boolean') return BigInt(value);
    if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
    const text =
      typeof value === 'number'
        ? `${value} is not a whole number`
        : `a value of type ${nameOfType(value)} is no operand`;
    return this.fault('KLN-W003', `${operator}: ${text}.`, 'Give a signal, Bits, or a whole number.');
  }

  checkCondition(operator: string): void {
    if (this.width === 1) return;
    this.fault(
      'KLN-W005',
      `${operator} needs a 1-bit condition, but ${this.describe()} has ${this.width} bits.`,
      'Compare it (ne(0)) or reduce it (orR()).',
    );
  }

  protected checkWidth(width: number): void {
    if (Number.isInteger(width) && width >= 0) return;
    this.fault(
      'KLN-W007',
      `A width must be a whole number of bits, 0 or more, not ${width}.`,
      'Round or check the number first.',
    );
  }

  protected like(value: bigint, operator = 'the expression'): Operation<V> {
    // Most numbers are small beside their partner.
    if (this.width > 31 ? value >= 0n && value < 0x4000_0000n : this.width > 1 && (value === 0n || value === 1n)) {
      return this.constant(value, this.width, this.signed) as Operation<V>;
    }
    const least = this.signed && this.width > 0 ? -(1n << BigInt(this.width - 1)) : 0n;
    const most = (1n << BigInt(this.signed && this.width > 0 ? this.width - 1 : this.width)) - 1n;
    if (value < least || value > most) {
      const needed = value < 0n ? bitLength(-value - 1n) + 1 : bitLength(value) + (this.signed ? 1 : 0);
      const sign = value < 0n && !this.signed ? 'and is unsigned' : `which holds ${least} to ${most}`;
      this.fault(
        'KLN-W003',
        `${value} does not fit beside ${this.describe()} in ${operator}: that has ${this.width} bits, ${sign}.`,
        `Widen the partner to ${needed} bits or use a smaller number.`,
      );
    }
    return this.constant(value, this.width, this.signed) as Operation<V>;
  }

  /** Hardware has no JavaScript value: arithmetic or template use of it is a mistake that would pass silently. */
  [Symbol.toPrimitive](): never {
    return this.fault(
      'KLN-W008',
      `${this.describe()} was used as a JavaScript value.`,
      'Use the methods of the value: eq, lt, addWrap, mux; describe() gives text.',
    );
  }
}

function isValue(value: unknown): value is Literal | Operation<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { signed?: unknown }).signed === 'boolean';
}

function nameOfType(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
}
