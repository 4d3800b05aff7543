// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../src/ir/expr.ts';
import type { Decl } from '../../src/ir/module.ts';
import { opTable } from '../../src/ir/ops.ts';
import type { IrBuilder } from './ir-builder.ts';

/** Numbers from a seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** 0 .. limit-1 */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** A pattern; corners more often than chance would have them. */
  pattern(width: number): bigint {
    const all = (1n << BigInt(width)) - 1n;
    const kind = this.below(8);
    if (kind === 0) return 0n;
    if (kind === 1) return all;
    if (kind === 2) return 1n << BigInt(width - 1);
    if (kind === 3) return BigInt(this.below(4)) & all;
    let value = 0n;
    for (let i = 0; i < width; i += 31) value = (value << 31n) | BigInt(this.below(0x7fffffff));
    return value & all;
  }
}

const widths = [1, 2, 3, 7, 8, 13, 16, 31, 32, 33, 63, 64, 65, 100];

/** A random expression of a given width over the leaves. */
export function randomExpr(m: IrBuilder, random: Random, leaves: readonly Expr[], width: number, depth: number): Expr {
  const sub = (w: number): Expr => randomExpr(m, random, leaves, w, depth - 1);
  if (depth === 0 || random.below(8) === 0) {
    const fitting = leaves.filter((leaf) => leaf.width >= width);
    if (fitting.length === 0 || random.below(5) === 0) return m.lit(random.pattern(width), width);
    const leaf = random.pick(fitting);
    const lo = random.below(leaf.width - width + 1);
    return m.bits(leaf, lo + width - 1, lo);
  }
  const other = random.pick(widths);
  const kind = random.below(width === 1 ? 18 : 14);
  switch (kind) {
    case 0:
      return m.op('not', sub(width));
    case 1:
    case 2:
      return m.op(random.pick(['and', 'or', 'xor']), sub(width), sub(width));
    case 3:
      return m.op(random.pick(['add', 'sub']), sub(width), sub(width));
    case 4:
      return m.op('sub', m.lit(0, width), sub(width));
    case 5: {
      const w = 1 + random.below(width);
      if (w === width) return m.op('add', sub(width), m.lit(1, width));
      return m.op(random.pick(['mulU', 'mulS']), sub(w), sub(width - w));
    }
    case 6:
      // Icarus 11 gives wrong quotients beyond 64 bits: (2^100 - 1) / 1 is 0.
      if (width > 64) return m.op('xor', sub(width), sub(width));
      return m.op(random.pick(['divU', 'divS', 'modU', 'modS']), sub(width), sub(width));
    case 7:
      return m.op(random.pick(['shl', 'shrU', 'shrS']), sub(width), sub(random.pick([1, 2, 3, 5, 8, 33, 70])));
    case 8:
      return m.op('mux', sub(1), sub(width), sub(width));
    case 9:
      return m.op(
        'select',
        sub(random.pick([1, 2, 3])),
        ...Array.from({ length: 1 + random.below(8) }, () => sub(width)),
      );
    case 10: {
      if (width === 1) return m.op('orR', sub(other));
      const w = 1 + random.below(width - 1);
      return m.op('concat', sub(w), sub(width - w));
    }
    case 11: {
      const wide = sub(width + random.below(9));
      const lo = random.below(wide.width - width + 1);
      return m.bits(wide, lo + width - 1, lo);
    }
    case 12: {
      if (width === 1) return m.op('andR', sub(other));
      const value = sub(1 + random.below(width - 1));
      const sign = random.below(2) === 0 ? m.lit(0, 1) : m.bits(value, value.width - 1, value.width - 1);
      return m.op('concat', ...Array.from({ length: width - value.width }, () => sign), value);
    }
    case 13:
      return sub(width);
    default: {
      const a = sub(other);
      const b = sub(other);
      return m.op(random.pick(['eq', 'ne', 'ltU', 'leU', 'ltS', 'leS']), a, b);
    }
  }
}

/** The value of an expression by the operator table. */
export function evaluate(expr: Expr, valueOf: (decl: Decl) => bigint, known = new Map<Expr, bigint>()): bigint {
  let value = known.get(expr);
  if (value === undefined) {
    value = fresh(expr, valueOf, known);
    known.set(expr, value);
  }
  return value;
}

function fresh(expr: Expr, valueOf: (decl: Decl) => bigint, known: Map<Expr, bigint>): bigint {
  const args = operands(expr).map((operand) => evaluate(operand, valueOf, known));
  switch (expr.kind) {
    case 'const':
      return expr.value;
    case 'ref':
      return expr.decl.kind === 'net' ? evaluate(expr.decl.value, valueOf, known) : valueOf(expr.decl);
    case 'slice':
      return (args[0]! >> BigInt(expr.lo)) & ((1n << BigInt(expr.width)) - 1n);
    case 'op': {
      const ws = expr.args.map((arg) => arg.width);
      return opTable[expr.op].evaluate(args, ws, expr.width);
    }
  }
}
