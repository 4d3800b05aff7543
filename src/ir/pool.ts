// SPDX-License-Identifier: Apache-2.0
import { wrap } from './bits.ts';
import type { ConstExpr, Expr, OpExpr, RefExpr } from './expr.ts';
import { InternTable } from './intern.ts';
import type { Decl } from './module.ts';
import { type OpName, opTable } from './ops.ts';
import { simplify } from './simplify.ts';
import { operandFault, resultWidth } from './width-rules.ts';

/** Operands that an operator's rule refuses. The language turns it into a diagnostic with the user's position. */
export class OperandError extends Error {
  constructor(
    readonly op: OpName,
    readonly fault: string,
    readonly args: readonly Expr[],
  ) {
    super(`${op} ${fault}.`);
  }
}

/** The expressions of one module: builds, folds and interns them. Amortised constant time for each node. */
export class ExprPool {
  readonly #interned = new InternTable();
  readonly #refs = new Map<Decl, RefExpr>();
  #next = 0;

  get size(): number {
    return this.#next;
  }

  constant(value: bigint, width: number): ConstExpr {
    const pattern = wrap(value, width);
    const known = this.#interned.constant(pattern, width);
    return known ?? this.#interned.add({ kind: 'const', id: this.#next++, width, value: pattern });
  }

  ref(decl: Decl): Expr {
    if (decl.width === 0) return this.constant(0n, 0);
    let ref = this.#refs.get(decl);
    if (!ref) {
      ref = { kind: 'ref', id: this.#next++, width: decl.width, decl };
      this.#refs.set(decl, ref);
    }
    return ref;
  }

  op(op: OpName, args: readonly Expr[]): Expr {
    const width = equalPairWidth(op, args) ?? checkedWidth(op, args);
    if (args.every((arg) => arg.kind === 'const')) {
      const values = args.map((arg) => arg.value);
      const widths = args.map((arg) => arg.width);
      return this.constant(opTable[op].evaluate(values, widths, width), width);
    }
    const simpler = simplify(this, op, args, width);
    if (simpler) return simpler;
    return this.raw(op, args, width);
  }

  /** An operator node as it stands; only `simplify` calls it, with operands that it has brought to normal form. */
  raw(op: OpName, args: readonly Expr[], width: number): OpExpr {
    const known = this.#interned.op(op, args);
    return known ?? this.#interned.add({ kind: 'op', id: this.#next++, width, op, args });
  }

  /** Bits lo .. lo+width-1. */
  slice(arg: Expr, lo: number, width: number): Expr {
    if (lo < 0 || width < 0 || lo + width > arg.width) {
      throw new RangeError(`Bits ${lo + width - 1}..${lo} lie outside a ${arg.width}-bit value.`);
    }
    if (width === 0) return this.constant(0n, 0);
    if (width === arg.width) return arg;
    if (arg.kind === 'const') return this.constant(arg.value >> BigInt(lo), width);
    if (arg.kind === 'slice') return this.slice(arg.arg, arg.lo + lo, width);
    if (arg.kind === 'op' && arg.op === 'concat') return this.#sliceOfConcat(arg, lo, width);
    const known = this.#interned.slice(arg, lo, width);
    return known ?? this.#interned.add({ kind: 'slice', id: this.#next++, width, arg, lo });
  }

  #sliceOfConcat(concat: OpExpr, lo: number, width: number): Expr {
    const parts: Expr[] = [];
    let base = concat.width;
    for (const part of concat.args) {
      base -= part.width;
      const from = Math.max(lo, base);
      const to = Math.min(lo + width, base + part.width);
      if (from < to) parts.push(this.slice(part, from - base, to - from));
    }
    return this.op('concat', parts);
  }
}

/** Result width over operands that satisfy the operator's rule. */
function checkedWidth(op: OpName, args: readonly Expr[]): number {
  const widths = args.map((arg) => arg.width);
  const fault = operandFault(opTable[op].rule, widths);
  if (fault !== null) throw new OperandError(op, fault, args);
  return resultWidth(op, widths);
}

/** The same for two operands of equal width where the operator asks for that, without a list: most nodes are such. */
function equalPairWidth(op: OpName, args: readonly Expr[]): number | null {
  const { rule, width } = opTable[op];
  if (rule !== 'equal' || args.length !== 2 || args[0]!.width !== args[1]!.width) return null;
  return width === 'bit' ? 1 : args[0]!.width;
}
