// SPDX-License-Identifier: Apache-2.0
import { bitLength } from '../ir/bits.ts';
import type { OpName } from '../ir/ops.ts';
import { type Literal, type Operand, Operation } from './operation.ts';

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
export abstract class Comb<V> extends Operation<V> {
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
    return this.apply('sub', [this.like(0n), this], this.signed);
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
    this.checkWidth(width);
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
    this.checkWidth(width);
    if (width > this.width) {
      this.fault('KLN-W006', `trunc(${width}) would widen ${this.describe()}.`, 'Use resize to extend.');
    }
    return width === this.width ? this.self() : this.cut(0, width, this.signed);
  }
  /** Clamped to the range of `width` bits of the same signedness. */
  saturate(width: number): V {
    this.checkWidth(width);
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
    if (this.signed) {
      this.fault('KLN-W002', `pick needs an unsigned index, but ${this.describe()} is signed.`, 'Use asUInt().');
    }
    const first = choices[0] as Comb<V> | undefined;
    if (first === undefined) this.fault('KLN-S003', 'pick needs at least one choice.', 'Pass one or more values.');
    for (const choice of choices) first.operand(choice, 'pick', true);
    return this.apply('select', [this, ...(choices as readonly Comb<V>[])], first.signed);
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
    return this.apply(op, [this.resize(width) as Comb<V>, (right as Comb<V>).resize(width) as Comb<V>], this.signed);
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
    const by = this.hostInteger(amount, name);
    if (by < 0n) this.fault('KLN-W003', `${name} cannot shift by ${by}.`, 'Shift the other way by a positive amount.');
    return this.constant(by, Math.max(1, bitLength(by))) as Comb<V>;
  }
}

/** The method a user called for an operator of the table. */
function publicName(op: OpName): string {
  return op === 'add' ? 'addWrap' : op === 'sub' ? 'subWrap' : op;
}
