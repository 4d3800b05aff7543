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
export type Operand<V> = Comb<V> | Literal | HostInt;

/**
 * Combinational values of a known width: `Bits` (a concrete pattern) and `Signal` (hardware). A function written over
 * `Comb<V>` is hardware and its own reference model:
 *
 * ```ts
 * function majority<V>(a: Comb<V>, b: Comb<V>, c: Comb<V>): V { ... }
 * ```
 *
 * Widths and signedness of two operands are equal or it is an error; a host number takes those of its partner.
 */
export abstract class Comb<V> {
  /** In bits. */
  abstract readonly width: number;
  /** Two's complement, or unsigned. */
  abstract readonly signed: boolean;

  /** A value of the same family. */
  abstract constant(value: bigint, width: number, signed?: boolean): V;
  /** The family's operator node; `args` satisfy the operator's rule. */
  protected abstract apply(op: OpName, args: readonly Comb<V>[], signed: boolean): V;
  /** Bits lo .. lo+width-1, unsigned unless said. */
  protected abstract cut(lo: number, width: number, signed?: boolean): V;
  protected abstract fault(code: DiagnosticCode, message: string, cure: string): never;
  /** How messages call this value: its name, or its kind and width. */
  abstract describe(): string;
  /** This value as the family's own type. */
  protected abstract self(): V;

  // --- bitwise -------------------------------------------------------------------------------------------------

  /** Complement of every bit. */
  not(): V {
    return this.apply('not', [this], this.signed);
  }
  and(other: Operand<V>): V {
    return this.#equal('and', other);
  }
  or(other: Operand<V>): V {
    return this.#equal('or', other);
  }
  xor(other: Operand<V>): V {
    return this.#equal('xor', other);
  }
  /** One bit: all bits are one (true for 0 bits). */
  andR(): V {
    return this.apply('andR', [this], false);
  }
  /** One bit: some bit is one. */
  orR(): V {
    return this.apply('orR', [this], false);
  }
  /** One bit: the parity. */
  xorR(): V {
    return this.apply('xorR', [this], false);
  }

  // --- arithmetic ----------------------------------------------------------------------------------------------

  /** Sum modulo 2^w. */
  addWrap(other: Operand<V>): V {
    return this.#equal('add', other);
  }
  /** Difference modulo 2^w. */
  subWrap(other: Operand<V>): V {
    return this.#equal('sub', other);
  }
  /** Exact sum, one bit wider than the wider operand. */
  addFull(other: Operand<V>): V {
    return this.#grown('add', other);
  }
  /** Exact difference, one bit wider than the wider operand; its top bit says `other` was greater (also unsigned). */
  subFull(other: Operand<V>): V {
    return this.#grown('sub', other);
  }
  /** 0 - x modulo 2^w. */
  neg(): V {
    return this.apply('sub', [this.#like(0n), this], this.signed);
  }
  /** Exact product, as wide as both operands together. */
  mul(other: Operand<V>): V {
    const right = this.operand(other, 'mul', false);
    return this.apply(this.signed ? 'mulS' : 'mulU', [this, right], this.signed);
  }
  /** Quotient rounded towards 0; all ones when the divisor is 0. A restoring divider is usually the better hardware. */
  div(other: Operand<V>): V {
    return this.#equal(this.signed ? 'divS' : 'divU', other, 'div');
  }
  /** Remainder with the sign of the dividend; the dividend when the divisor is 0. */
  mod(other: Operand<V>): V {
    return this.#equal(this.signed ? 'modS' : 'modU', other, 'mod');
  }

  // --- comparison (one bit) --------------------------------------------------------------------------------------

  eq(other: Operand<V>): V {
    return this.#compare('eq', other, 'eq');
  }
  ne(other: Operand<V>): V {
    return this.#compare('ne', other, 'ne');
  }
  lt(other: Operand<V>): V {
    return this.#compare(this.signed ? 'ltS' : 'ltU', other, 'lt');
  }
  le(other: Operand<V>): V {
    return this.#compare(this.signed ? 'leS' : 'leU', other, 'le');
  }
  gt(other: Operand<V>): V {
    const right = this.operand(other, 'gt', true);
    return this.apply(this.signed ? 'ltS' : 'ltU', [right, this], false);
  }
  ge(other: Operand<V>): V {
    const right = this.operand(other, 'ge', true);
    return this.apply(this.signed ? 'leS' : 'leU', [right, this], false);
  }

  // --- shifts ----------------------------------------------------------------------------------------------------

  /** Left by a host number or an unsigned value; the width stays, zeros enter. */
  shl(amount: Operand<V>): V {
    return this.apply('shl', [this, this.#amount(amount, 'shl')], this.signed);
  }
  /** Right; the sign enters a signed value, zeros an unsigned one. */
  shr(amount: Operand<V>): V {
    return this.apply(this.signed ? 'shrS' : 'shrU', [this, this.#amount(amount, 'shr')], this.signed);
  }

  // --- parts -----------------------------------------------------------------------------------------------------

  /** Bits hi..lo, both included, unsigned. `slice(lo - 1, lo)` is the empty value. */
  slice(hi: number, lo: number): V {
    const inside = Number.isInteger(hi) && Number.isInteger(lo) && lo >= 0 && hi < this.width && hi >= lo - 1;
    if (!inside) {
      const range = this.width === 0 ? 'it has no bits' : `it has bits ${this.width - 1}..0`;
      this.fault(
        'KLN-W004',
        `Bits ${hi}..${lo} of ${this.describe()} do not exist: ${range}.`,
        'Use bits inside the value.',
      );
    }
    return this.cut(lo, hi - lo + 1);
  }
  /** One bit. */
  bit(index: number): V {
    return this.slice(index, index);
  }
  /** The most significant bit. */
  msb(): V {
    return this.bit(this.width - 1);
  }
  /** The low `width` bits. */
  low(width: number): V {
    return this.slice(width - 1, 0);
  }
  /** The high `width` bits. */
  high(width: number): V {
    return this.slice(this.width - 1, this.width - width);
  }
  /** Every bit, least significant first. */
  toBits(): V[] {
    return Array.from({ length: this.width }, (_, i) => this.bit(i));
  }
  /** This value in the high bits, the others below it in order; unsigned. */
  concat(...lower: readonly (Comb<V> | Literal)[]): V {
    return this.apply('concat', [this, ...(lower as readonly Comb<V>[])], false);
  }
  /** `times` copies side by side. */
  replicate(times: number): V {
    if (!Number.isInteger(times) || times < 0) {
      this.fault(
        'KLN-W007',
        `${this.describe()} cannot be replicated ${times} times.`,
        'Use a whole number, 0 or more.',
      );
    }
    return times === 0
      ? this.constant(0n, 0)
      : this.apply(
          'concat',
          Array.from({ length: times }, () => this),
          false,
        );
  }

  // --- width and sign --------------------------------------------------------------------------------------------

  /** Extends to `width` bits with the sign of a signed value or zeros. Narrowing is an error: that is `trunc` or `saturate`. */
  resize(width: number): V {
    this.#checkWidth(width);
    if (width < this.width) {
      this.fault(
        'KLN-W006',
        `resize(${width}) would narrow ${this.describe()}.`,
        'Use trunc (drops high bits) or saturate (clamps).',
      );
    }
    if (width === this.width) return this.self();
    if (this.signed && this.width > 0) {
      const sign = this.cut(this.width - 1, 1) as Comb<V>;
      const copies = Array.from({ length: width - this.width }, () => sign);
      return this.apply('concat', [...copies, this], true);
    }
    return this.apply('concat', [this.constant(0n, width - this.width) as Comb<V>, this], this.signed);
  }
  /** The low `width` bits, same signedness. Widening is an error: that is `resize`. */
  trunc(width: number): V {
    this.#checkWidth(width);
    if (width > this.width) {
      this.fault('KLN-W006', `trunc(${width}) would widen ${this.describe()}.`, 'Use resize to extend.');
    }
    return width === this.width ? this.self() : this.cut(0, width, this.signed);
  }
  /** Clamped to the range of `width` bits of the same signedness. */
  saturate(width: number): V {
    this.#checkWidth(width);
    if (width >= this.width) return this.resize(width);
    if (width === 0) return this.constant(0n, 0, this.signed);
    const low = this.trunc(width) as Comb<V>;
    if (!this.signed) {
      const over = this.cut(width, this.width - width) as Comb<V>;
      return (over.orR() as Comb<V>).mux(low.constant((1n << BigInt(width)) - 1n, width) as Comb<V>, low);
    }
    // It fits when the bits from the new sign upwards are all equal.
    const top = this.cut(width - 1, this.width - width + 1) as Comb<V>;
    const isFitting = (top.andR() as Comb<V>).or((top.orR() as Comb<V>).not() as Comb<V>) as Comb<V>;
    const negative = this.cut(this.width - 1, 1) as Comb<V>;
    const half = 1n << BigInt(width - 1);
    const limit = negative.mux(
      this.constant(half, width, true) as Comb<V>,
      this.constant(half - 1n, width, true) as Comb<V>,
    );
    return isFitting.mux(low, limit as Comb<V>);
  }
  /** The same pattern read as unsigned. */
  asUInt(): V {
    return this.signed ? this.cut(0, this.width, false) : this.self();
  }
  /** The same pattern read as two's complement. */
  asSInt(): V {
    return this.signed ? this.self() : this.cut(0, this.width, true);
  }

  // --- choice ----------------------------------------------------------------------------------------------------

  /** For a 1-bit receiver: `yes` where it is 1, `no` where it is 0. At least one choice is a value with a width. */
  mux(yes: Operand<V>, no: Operand<V>): V {
    this.checkCondition('mux');
    const typed = typeof yes === 'object' ? yes : no;
    if (typeof typed !== 'object') {
      this.fault('KLN-W003', 'mux cannot tell the width of two plain numbers.', 'Give one of them a width with Bits.');
    }
    const left = typeof yes === 'object' ? (yes as Comb<V>) : (typed as Comb<V>).operand(yes, 'mux', true);
    return this.apply('mux', [this, left, left.operand(no, 'mux', true)], left.signed);
  }
  /** The choice whose number is this unsigned value; the last one when the value is beyond it. */
  pick(choices: readonly (Comb<V> | Literal)[]): V {
    const first = choices[0] as Comb<V> | undefined;
    if (first === undefined) this.fault('KLN-S003', 'pick needs at least one choice.', 'Pass one or more values.');
    for (const choice of choices) first.operand(choice, 'pick', true);
    return this.apply('select', [this, ...(choices as readonly Comb<V>[])], first.signed);
  }

  // --- operand rules ---------------------------------------------------------------------------------------------

  /** `other` as a value of this family: a host number takes this width and sign, a value must have the same sign (and width). */
  operand(other: Operand<V>, operator: string, equalWidth: boolean): Comb<V> {
    if (typeof other !== 'object') return this.#like(BigInt(other), operator);
    if (other.signed !== this.signed) {
      const sign = (value: Comb<V> | Literal): string => (value.signed ? 'signed' : 'unsigned');
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
    return other as Comb<V>;
  }

  checkCondition(operator: string): void {
    if (this.width === 1) return;
    this.fault(
      'KLN-W005',
      `${operator} needs a 1-bit condition, but ${this.describe()} has ${this.width} bits.`,
      'Compare it (ne(0)) or reduce it (orR()).',
    );
  }

  #checkWidth(width: number): void {
    if (Number.isInteger(width) && width >= 0) return;
    this.fault(
      'KLN-W007',
      `A width must be a whole number of bits, 0 or more, not ${width}.`,
      'Round or check the number first.',
    );
  }

  #like(value: bigint, operator = 'the expression'): Comb<V> {
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
    return this.constant(value, this.width, this.signed) as Comb<V>;
  }

  #equal(op: OpName, other: Operand<V>, name: string = publicName(op)): V {
    return this.apply(op, [this, this.operand(other, name, true)], this.signed);
  }

  #compare(op: OpName, other: Operand<V>, name: string): V {
    return this.apply(op, [this, this.operand(other, name, true)], false);
  }

  #grown(op: 'add' | 'sub', other: Operand<V>): V {
    const right = this.operand(other, `${op}Full`, false);
    const width = Math.max(this.width, right.width) + 1;
    return this.apply(op, [this.resize(width) as Comb<V>, right.resize(width) as Comb<V>], this.signed);
  }

  #amount(amount: Operand<V>, name: string): Comb<V> {
    if (typeof amount === 'object') {
      if (amount.signed) {
        this.fault(
          'KLN-W002',
          `${name} needs an unsigned amount, but ${amount.describe()} is signed.`,
          'Convert it with asUInt().',
        );
      }
      return amount as Comb<V>;
    }
    const by = BigInt(amount);
    if (by < 0n) this.fault('KLN-W003', `${name} cannot shift by ${by}.`, 'Shift the other way by a positive amount.');
    return this.constant(by, Math.max(1, bitLength(by))) as Comb<V>;
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

/** The method a user called for an operator of the table. */
function publicName(op: OpName): string {
  return op === 'add' ? 'addWrap' : op === 'sub' ? 'subWrap' : op;
}
