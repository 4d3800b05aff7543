// SPDX-License-Identifier: Apache-2.0
import { toSigned, wrap } from '../ir/bits.ts';
import type { DiagnosticCode } from '../ir/diagnostics.ts';
import { type OpName, opTable } from '../ir/ops.ts';
import { operandFault, resultWidth } from '../ir/width-rules.ts';
import { Comb } from './comb.ts';
import { refuse } from './refuse.ts';

/** A concrete pattern with width and signedness: what a `Signal` is, but known. Stands for a literal beside signals. */
export class Bits extends Comb<Bits> {
  constructor(
    /** 0 .. 2^width - 1. */
    readonly pattern: bigint,
    readonly width: number,
    readonly signed: boolean,
  ) {
    super();
  }

  /** The number: two's complement when signed. */
  get value(): bigint {
    return this.signed ? toSigned(this.pattern, this.width) : this.pattern;
  }

  constant(value: bigint, width: number, signed = false): Bits {
    return new Bits(wrap(value, width), width, signed);
  }

  describe(): string {
    return `${this.value} (${this.signed ? 'SInt' : 'UInt'} ${this.width})`;
  }

  protected self(): Bits {
    return this;
  }

  protected apply(op: OpName, args: readonly Comb<Bits>[], signed: boolean): Bits {
    // One signal among the operands makes it hardware.
    const hardware = args.find((arg) => !(arg instanceof Bits));
    if (hardware !== undefined) return this.applyAs(hardware, op, args, signed);
    const widths = args.map((arg) => arg.width);
    const fault = operandFault(opTable[op].rule, widths);
    if (fault !== null) this.fault('KLN-W001', `${op} ${fault}.`, 'Bring the operands to the widths it needs.');
    const width = resultWidth(op, widths);
    const patterns = args.map((arg) => (arg as Bits).pattern);
    // No operator's own rule covers operands without bits: they have the one value that folding gives them.
    if (width === 0) return new Bits(0n, 0, signed);
    return new Bits(opTable[op].evaluate(patterns, widths, width), width, signed);
  }

  protected cut(lo: number, width: number, signed = false): Bits {
    return new Bits(wrap(this.pattern >> BigInt(lo), width), width, signed);
  }

  protected fault(code: DiagnosticCode, message: string, cure: string): never {
    return refuse(code, message, cure);
  }
}

/** The unsigned pattern of `value` in `width` bits; a negative number wraps to its two's complement pattern only when it fits. */
export function bits(value: number | bigint | boolean, width: number): Bits {
  return checked(new Bits(0n, width, false), BigInt(value));
}

/** The two's complement number `value` in `width` bits. */
export function sbits(value: number | bigint, width: number): Bits {
  return checked(new Bits(0n, width, true), BigInt(value));
}

function checked(zero: Bits, value: bigint): Bits {
  return zero.operand(value, 'a literal', true) as Bits;
}
