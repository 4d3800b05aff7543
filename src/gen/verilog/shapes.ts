// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import type { Decl } from '../../ir/module.ts';
import { opTable } from '../../ir/ops.ts';

/** Forms of expressions that decisions and the printer must see alike. */

/** A name, a literal, or bits of a name. The argument of a slice always has a name. */
export function isAtom(expr: Expr): boolean {
  return expr.kind !== 'op';
}

export interface Run {
  readonly part: Expr;
  readonly count: number;
}

/** The parts of a concatenation with equal neighbours put together. */
export function runs(concat: OpExpr): Run[] {
  const list: { part: Expr; count: number }[] = [];
  for (const part of concat.args) {
    const last = list.at(-1);
    if (last?.part === part) last.count++;
    else list.push({ part, count: 1 });
  }
  return list;
}

/** The part of a replication `{4{a}}`. */
export function replicated(expr: Expr): Expr | null {
  if (expr.kind !== 'op' || expr.op !== 'concat') return null;
  const [first] = expr.args;
  return first && expr.args.every((part) => part === first) ? first : null;
}

/** A zero or sign extension: `{4'd0, a}` or `{{4{a[7]}}, a}`; returns `a`. */
export function extended(expr: Expr): Expr | null {
  if (expr.kind !== 'op' || expr.op !== 'concat') return null;
  const list = runs(expr);
  if (list.length !== 2) return null;
  const [high, low] = list as [Run, Run];
  if (low.count !== 1) return null;
  if (high.part.kind === 'const' && high.part.value === 0n) return low.part;
  return isTopBit(high.part, low.part) ? low.part : null;
}

function isTopBit(bit: Expr, value: Expr): boolean {
  if (bit.kind !== 'slice' || bit.width !== 1) return false;
  if (value.kind === 'slice') return bit.arg === value.arg && bit.lo === value.lo + value.width - 1;
  return bit.arg === value && bit.lo === value.width - 1;
}

/** `-x` is written 0 - x in the IR. */
export function negated(expr: Expr): Expr | null {
  if (expr.kind !== 'op' || expr.op !== 'sub') return null;
  const [zero, value] = expr.args as readonly [Expr, Expr];
  return zero.kind === 'const' && zero.value === 0n ? value : null;
}

/** A selection among all equal parts of one declared signal, in order: Verilog writes it as an indexed part select. */
export interface VectorIndex {
  readonly decl: Decl;
  readonly base: Expr;
  readonly index: Expr;
  /** Bits a part, a power of two. */
  readonly width: number;
}

export function vectorIndex(expr: Expr): VectorIndex | null {
  if (expr.kind !== 'op' || expr.op !== 'select') return null;
  const [index, ...choices] = expr.args as readonly [Expr, ...Expr[]];
  const { width } = expr;
  if ((width & (width - 1)) !== 0 || choices.length !== 2 ** index.width) return null;
  const [first] = choices;
  if (first?.kind !== 'slice' || first.arg.kind !== 'ref' || first.arg.width !== width * choices.length) return null;
  const base = first.arg;
  const isRegular = choices.every((part, i) => part.kind === 'slice' && part.arg === base && part.lo === i * width);
  return isRegular ? { decl: base.decl, base, index, width } : null;
}

/** Is this operator right only as the whole right-hand side of a net of its width? */
export function needsOwnNet(expr: Expr): boolean {
  return expr.kind === 'op' && opTable[expr.op].verilog.context === 'own' && vectorIndex(expr) === null;
}

/** Short enough to be written again at each use. */
export function isCheap(expr: Expr): boolean {
  if (expr.kind !== 'op') return true;
  if (expr.op === 'not') return isAtom(expr.args[0]!);
  const repeated = replicated(expr);
  if (repeated) return isAtom(repeated) || isCheap(repeated);
  const inner = extended(expr);
  return inner !== null && isAtom(inner);
}
