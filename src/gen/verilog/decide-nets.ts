// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../ir/expr.ts';
import { ExprMap, type ReadonlyExprMap } from '../../ir/expr-map.ts';
import type { Decl } from '../../ir/module.ts';
import { opTable } from '../../ir/ops.ts';
import { isWhole } from './comb-items.ts';
import type { ModulePlan } from './plan.ts';
import { type Place, propertyRootsOf, type Root } from './roots.ts';
import { extended, isAtom, isCheap, needsOwnNet, runs, vectorIndex } from './shapes.ts';
import { countUses, type Usage } from './usage.ts';

/** An operator with more text than this inside gets nets for its longest operands, in characters. */
const LONGEST_TEXT = 170;
/** A chain of `c ? a : d ? b : ...` is a table with one row a line and may be longer. */
const LONGEST_CHAIN = 1200;
/** What the name of a net is taken to cost; the real one is not known yet. */
const NAME_LENGTH = 14;
/** Longest expression in a port connection. */
const LONGEST_PIN = 60;

/** Expressions that have a name: the user's declaration that equals it, or null for a net that the emitter adds. */
export type NetChoice = ReadonlyExprMap<Decl | null>;

export interface NetDecisions {
  readonly logic: NetChoice;
  /** What properties read by a name that stands outside the `ifdef`: `logic`, and all that the user has declared. */
  readonly outside: NetChoice;
  /** Further nets that only properties read; their names live inside the `ifdef`. Holds `outside` too. */
  readonly withProperties: NetChoice;
}

/**
 * Decides which expressions become nets. Everything else is written in place, where Verilog must evaluate it at its own
 * width: since operands have equal widths, only products, quotients and arithmetic shifts need care (`needsOwnNet`).
 */
export function decideNets(plan: ModulePlan, roots: readonly Root[], usage: Usage): NetDecisions {
  const { size } = plan.module.pool;
  const owners = ownersOf(plan);
  const logic = decide(roots, usage, size, owners, new ExprMap(0));
  if (plan.properties.length === 0) return { logic, outside: logic, withProperties: logic };
  const checks = propertyRootsOf(plan);
  const outside = new ExprMap<Decl | null>(size).addAll(owners).addAll(logic);
  return { logic, outside, withProperties: decide(checks, countUses(checks, size, outside), size, owners, outside) };
}

/** Signals that always equal an expression: using their name beats repeating it. */
function ownersOf(plan: ModulePlan): ReadonlyExprMap<Decl> {
  const owners = new ExprMap<Decl>(plan.module.pool.size);
  const add = (value: Expr, decl: Decl): void => {
    if (value.kind === 'op' && !owners.has(value)) owners.set(value, decl);
  };
  for (const net of plan.nets) add(net.value, net);
  for (const item of plan.comb) {
    if (item.kind === 'assign' && isWhole(item.target)) add(item.value, item.target.decl);
  }
  return owners;
}

function decide(
  roots: readonly Root[],
  usage: Usage,
  size: number,
  owners: ReadonlyExprMap<Decl>,
  known: NetChoice,
): NetChoice {
  const nets = new ExprMap<Decl | null>(size).addAll(known);
  const lengths = new Uint32Array(size);
  const lengthOf = (expr: Expr): number => (nets.has(expr) ? NAME_LENGTH : lengths[expr.id]!);
  const name = (expr: Expr): void => {
    if (expr.kind === 'op' && !nets.has(expr)) nets.set(expr, owners.get(expr) ?? null);
  };
  usage.exprs.forEach((expr) => {
    if (expr.kind === 'slice') name(expr.arg);
    if (expr.kind === 'op') nameOperands(expr, name, nets);
    if (expr.kind === 'op') shorten(expr, name, lengthOf);
    lengths[expr.id] = textLength(expr, lengthOf);
    if (usage.count[expr.id]! > 1 && (!isCheap(expr) || owners.has(expr))) name(expr);
  });
  roots.forEach(({ expr, place }) => {
    if (expr.kind === 'op' && !fitsAt(expr, place, lengthOf(expr))) name(expr);
  });
  return nets;
}

function fitsAt(expr: OpExpr, place: Place, length: number): boolean {
  switch (place) {
    case 'assign':
      return true;
    case 'value':
      return expr.op !== 'select' || vectorIndex(expr) !== null;
    case 'operand':
      return !needsOwnNet(expr) && length <= LONGEST_TEXT;
    case 'pin':
      return !needsOwnNet(expr) && length <= LONGEST_PIN;
    case 'name':
      return isCheap(expr) && expr.op !== 'not';
    default:
      return assertNever(place);
  }
}

function nameOperands(expr: OpExpr, name: (expr: Expr) => void, nets: NetChoice): void {
  const { style, signed } = opTable[expr.op].verilog;
  for (const operand of expr.args) {
    if (operand.kind !== 'op') continue;
    if (needsOwnNet(operand)) name(operand);
    // Operands of a product feel the width of the product, unless they are closed by $signed() or {}.
    else if (expr.op === 'mulU' && operand.op !== 'concat') name(operand);
    // Both are written more than once.
    else if (style === 'divide' && !nets.has(operand) && !(signed && extended(operand))) name(operand);
  }
}

/** Gives names to the longest operands until the rest fits. */
function shorten(expr: OpExpr, name: (expr: Expr) => void, lengthOf: (expr: Expr) => number): void {
  const style = opTable[expr.op].verilog.style;
  // Their parts stand on lines of their own.
  if (style === 'select') return;
  const limit = style === 'mux' ? LONGEST_CHAIN : LONGEST_TEXT;
  if (style === 'mux') {
    for (const operand of expr.args.slice(0, 2)) if (lengthOf(operand) > LONGEST_TEXT / 2) name(operand);
  }
  if (style === 'concat') {
    for (const operand of expr.args) if (lengthOf(operand) > LONGEST_TEXT / 2) name(operand);
    return;
  }
  if (totalLength(expr, lengthOf) <= limit) return;
  for (const operand of expr.args.toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    if (totalLength(expr, lengthOf) > limit) name(operand);
  }
}

function totalLength({ args }: OpExpr, lengthOf: (expr: Expr) => number): number {
  let sum = 0;
  for (const operand of args) sum += lengthOf(operand);
  return sum;
}

/** About how many characters the text has. */
function textLength(expr: Expr, lengthOf: (expr: Expr) => number): number {
  switch (expr.kind) {
    case 'const':
      return 4 + Math.ceil(expr.width / 4);
    case 'ref':
      return expr.decl.name.length;
    case 'slice':
      return lengthOf(expr.arg) + 6;
    case 'op': {
      const extra = opTable[expr.op].verilog.signed ? 12 : 3;
      if (expr.op === 'concat') return 2 + runs(expr).reduce((sum, run) => sum + lengthOf(run.part) + 2, 0);
      return totalLength(expr, lengthOf) + expr.args.length * extra;
    }
    default:
      return assertNever(expr);
  }
}

/** Is the expression, at this place, only the name of something? */
export function isNamed(expr: Expr, nets: NetChoice): boolean {
  return isAtom(expr) || nets.has(expr);
}
