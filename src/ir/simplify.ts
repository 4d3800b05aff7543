// SPDX-License-Identifier: Apache-2.0
import { bitLength, mask } from './bits.ts';
import type { Expr, OpExpr } from './expr.ts';
import type { OpName } from './ops.ts';
import { opTable } from './ops.ts';
import type { ExprPool } from './pool.ts';

/**
 * What an operator over operands that are not all constant is worth, when that is simpler than the node itself; null
 * otherwise. Every rule keeps the value for all operand values. No rule looks deeper than two levels, so building stays linear.
 */
export function simplify(pool: ExprPool, op: OpName, args: readonly Expr[], width: number): Expr | null {
  if (op === 'concat') return joinParts(pool, args, width);
  const empty = overEmpty(pool, op, args, width);
  if (empty) return empty;
  const [a, b] = constantLast(op, args);
  switch (op) {
    case 'not':
      return isOp(a!, 'not') ? a.args[0]! : null;
    case 'and':
      if (isConst(b!, 0n)) return b!;
      return a === b || isConst(b!, mask(width)) ? a! : normal(pool, op, args, a!, b!, width);
    case 'or':
      if (isConst(b!, mask(width))) return b!;
      return a === b || isConst(b!, 0n) ? a! : normal(pool, op, args, a!, b!, width);
    case 'xor':
      if (a === b) return pool.constant(0n, width);
      if (isConst(b!, 0n)) return a!;
      return isConst(b!, mask(width)) ? pool.op('not', [a!]) : normal(pool, op, args, a!, b!, width);
    case 'add':
      return isConst(b!, 0n) ? a! : normal(pool, op, args, a!, b!, width);
    case 'sub':
      if (args[0] === args[1]) return pool.constant(0n, width);
      return isConst(args[1]!, 0n) ? args[0]! : null;
    case 'mulU':
    case 'mulS':
      return isConst(b!, 0n) ? pool.constant(0n, width) : null;
    case 'eq':
      return equality(pool, a!, b!, true) ?? normal(pool, op, args, a!, b!, width);
    case 'ne':
      return equality(pool, a!, b!, false) ?? normal(pool, op, args, a!, b!, width);
    case 'ltU':
    case 'ltS':
      return beyondRange(op === 'ltS', args[0]!, args[1]!) ? pool.constant(0n, 1) : null;
    case 'leU':
    case 'leS':
      return beyondRange(op === 'leS', args[1]!, args[0]!) || args[0] === args[1] ? pool.constant(1n, 1) : null;
    case 'shl':
    case 'shrU':
    case 'shrS':
      return shiftByConstant(pool, op, args[0]!, args[1]!);
    case 'andR':
    case 'orR':
    case 'xorR':
      return args[0]!.width === 1 ? args[0]! : null;
    case 'mux':
      return choose(pool, args[0]!, args[1]!, args[2]!);
    case 'select':
      return pick(pool, args);
    case 'divU':
    case 'divS':
    case 'modU':
    case 'modS':
      return divideByConstant(pool, op, args[0]!, args[1]!, width);
  }
}

/** Can `a < b` not be, whatever the operands that are not constant? */
function beyondRange(signed: boolean, a: Expr, b: Expr): boolean {
  const top = signed ? mask(a.width - 1) : mask(a.width);
  return a === b || isConst(a, top) || isConst(b, signed ? top + 1n : 0n);
}

/** Quotients and remainders by 0, 1 and -1 need no divider. */
function divideByConstant(pool: ExprPool, op: OpName, value: Expr, by: Expr, width: number): Expr | null {
  const isQuotient = op === 'divU' || op === 'divS';
  const isSigned = op === 'divS' || op === 'modS';
  if (isConst(by, 0n)) return isQuotient ? pool.constant(mask(width), width) : value;
  const zero = pool.constant(0n, width);
  if (isSigned && isConst(by, mask(width))) return isQuotient ? pool.op('sub', [zero, value]) : zero;
  if (isConst(by, 1n)) return isQuotient ? value : zero;
  return null;
}

export function isOp<N extends OpName>(expr: Expr, op: N): expr is OpExpr & { op: N } {
  return expr.kind === 'op' && expr.op === op;
}

function isConst(expr: Expr, value: bigint): boolean {
  return expr.kind === 'const' && expr.value === value;
}

/** Commutative operators keep a constant operand on the right; that is also how people write them. */
function constantLast(op: OpName, args: readonly Expr[]): readonly Expr[] {
  const swap = opTable[op].commutative && args[0]!.kind === 'const';
  return swap ? [args[1]!, args[0]!] : args;
}

function normal(pool: ExprPool, op: OpName, args: readonly Expr[], a: Expr, b: Expr, width: number): Expr | null {
  return a === args[0] ? null : pool.raw(op, [a, b], width);
}

/** Operators over 0-bit operands have one possible value. */
function overEmpty(pool: ExprPool, op: OpName, args: readonly Expr[], width: number): Expr | null {
  if (width === 0) return pool.constant(0n, 0);
  if (op === 'mux' || op === 'select') return null;
  const isShift = op === 'shl' || op === 'shrU' || op === 'shrS';
  if (isShift) return args[1]!.width === 0 ? args[0]! : null;
  if (args.every((arg) => arg.width !== 0)) return null;
  // A product with a 0-bit factor is 0; every other operator has only 0-bit operands left here, which are constants.
  return pool.constant(0n, width);
}

function equality(pool: ExprPool, a: Expr, b: Expr, positive: boolean): Expr | null {
  if (a === b) return pool.constant(positive ? 1n : 0n, 1);
  if (a.width !== 1 || b.kind !== 'const') return null;
  return (b.value === 1n) === positive ? a : pool.op('not', [a]);
}

/** A shift by a constant is wiring. */
/** Widest shift amount that stays; Verilator stops at a wider one as soon as it can work it out. */
const WIDEST_AMOUNT = 32;

function shiftByConstant(pool: ExprPool, op: OpName, value: Expr, amount: Expr): Expr | null {
  if (amount.kind !== 'const') return amount.width > WIDEST_AMOUNT ? shiftByWide(pool, op, value, amount) : null;
  const width = value.width;
  const by = amount.value >= BigInt(width) ? width : Number(amount.value);
  if (by === 0) return value;
  if (op === 'shl') return pool.op('concat', [pool.slice(value, 0, width - by), pool.constant(0n, by)]);
  const kept = pool.slice(value, by, width - by);
  if (op === 'shrU') return pool.op('concat', [pool.constant(0n, by), kept]);
  const sign = pool.slice(value, width - 1, 1);
  return pool.op('concat', [...Array.from({ length: by }, () => sign), kept]);
}

/** Bits of the amount above those that count only say that nothing is left. */
function shiftByWide(pool: ExprPool, op: OpName, value: Expr, amount: Expr): Expr | null {
  const { width } = value;
  const used = bitLength(BigInt(width));
  if (used >= amount.width) return null;
  const isOver = pool.op('orR', [pool.slice(amount, used, amount.width - used)]);
  const sign = pool.slice(value, width - 1, 1);
  const rest =
    op === 'shrS'
      ? pool.op(
          'concat',
          Array.from({ length: width }, () => sign),
        )
      : pool.constant(0n, width);
  return pool.op('mux', [isOver, rest, pool.op(op, [value, pool.slice(amount, 0, used)])]);
}

function choose(pool: ExprPool, condition: Expr, yes: Expr, no: Expr): Expr | null {
  if (condition.kind === 'const') return condition.value === 1n ? yes : no;
  if (yes === no) return yes;
  if (isOp(condition, 'not')) return pool.op('mux', [condition.args[0]!, no, yes]);
  if (yes.width === 1 && isConst(yes, 1n) && isConst(no, 0n)) return condition;
  if (yes.width === 1 && isConst(yes, 0n) && isConst(no, 1n)) return pool.op('not', [condition]);
  return null;
}

function pick(pool: ExprPool, args: readonly Expr[]): Expr | null {
  const index = args[0]!;
  const choices = args.slice(1);
  const last = choices.length - 1;
  if (index.kind === 'const') return choices[index.value > BigInt(last) ? last : Number(index.value)]!;
  if (choices.every((choice) => choice === choices[0])) return choices[0]!;
  if (index.width === 0 || last === 0) return choices[0]!;
  // Choices that the index cannot reach are dead.
  const reach = index.width < 31 ? 2 ** index.width : Infinity;
  if (choices.length > reach) return pool.op('select', [index, ...choices.slice(0, reach)]);
  if (index.width === 1) return pool.op('mux', [index, choices[1]!, choices[0]!]);
  return null;
}

/** Flattens nested concats, drops empty parts, joins neighbouring constants and adjacent slices of one value. */
function joinParts(pool: ExprPool, args: readonly Expr[], width: number): Expr | null {
  const flat: Expr[] = [];
  for (const arg of args) {
    for (const part of isOp(arg, 'concat') ? arg.args : [arg]) append(pool, flat, part);
  }
  if (flat.length === 0) return pool.constant(0n, 0);
  if (flat.length === 1) return flat[0]!;
  return pool.raw('concat', flat, width);
}

function append(pool: ExprPool, flat: Expr[], part: Expr): void {
  if (part.width === 0) return;
  const before = flat.at(-1);
  if (before?.kind === 'const' && part.kind === 'const') {
    const joined = (before.value << BigInt(part.width)) | part.value;
    flat[flat.length - 1] = pool.constant(joined, before.width + part.width);
  } else if (
    before?.kind === 'slice' &&
    part.kind === 'slice' &&
    before.arg === part.arg &&
    part.lo + part.width === before.lo
  ) {
    flat[flat.length - 1] = pool.slice(part.arg, part.lo, before.width + part.width);
  } else {
    flat.push(part);
  }
}
