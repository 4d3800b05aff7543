// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr, OpExpr } from '../../ir/expr.ts';
import type { ExprPool } from '../../ir/pool.ts';
import { I32, type ValueType } from '../wasm/opcodes.ts';
import { type Emitter, typeOf } from './emitter.ts';
import { type Form, pushAs, pushConst } from './narrow.ts';

/** A part of a concat that stands `count` times in a row; only single bits are counted together. */
export interface Run {
  readonly part: Expr;
  readonly count: number;
}

/** The parts from the most significant down, with runs of an equal bit joined. */
export function runsOf(args: readonly Expr[]): Run[] {
  const runs: { part: Expr; count: number }[] = [];
  for (const part of args) {
    const last = runs.at(-1);
    if (last?.part === part && part.width === 1) last.count++;
    else runs.push({ part, count: 1 });
  }
  return runs;
}

/** The highest bit of a value as the pool would have it. */
export function signBit(pool: ExprPool, value: Expr): Expr {
  return pool.slice(value, value.width - 1, 1);
}

/** The value that a concat sign-extends, when that is a single operand: `{x[7], x[7], x}`. */
function extended(pool: ExprPool, args: readonly Expr[]): Expr | null {
  const last = args.at(-1)!;
  if (args.length < 2 || last.kind === 'const') return null;
  const sign = signBit(pool, last);
  return args.every((arg, i) => i === args.length - 1 || arg === sign) ? last : null;
}

/** Pushes a concat of at most 64 bits and says in which form. */
export function pushConcat(e: Emitter, expr: OpExpr, form: Form): Form {
  const { args } = expr;
  const type = typeOf(expr);
  const value = extended(e.context.flat.pool, args);
  if (value) {
    pushAs(e, value, type, 'sign');
    return 'sign';
  }
  let base = expr.width;
  let first = true;
  for (const { part, count } of runsOf(args)) {
    base -= part.width * count;
    if (part.kind === 'const' && part.value === 0n) continue;
    const isTop = base + part.width * count === expr.width;
    pushRun(e, part, count, type, isTop && form === 'any' ? 'any' : 'zero');
    if (base > 0) {
      pushConst(e, BigInt(base), type);
      e.code.op(type === I32 ? 'i32_shl' : 'i64_shl');
    }
    if (!first) e.code.op(type === I32 ? 'i32_or' : 'i64_or');
    first = false;
  }
  if (first) pushConst(e, 0n, type);
  return form === 'any' ? 'any' : 'zero';
}

/** A part, or a bit repeated `count` times. */
export function pushRun(e: Emitter, part: Expr, count: number, type: ValueType, form: 'zero' | 'any'): void {
  if (count === 1) {
    pushAs(e, part, type, form);
    return;
  }
  pushConst(e, 0n, type);
  pushAs(e, part, type);
  e.code.op(type === I32 ? 'i32_sub' : 'i64_sub');
  pushConst(e, mask(count), type);
  e.code.op(type === I32 ? 'i32_and' : 'i64_and');
}
