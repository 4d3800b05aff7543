// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import type { RegDecl } from '../../ir/module.ts';
import { storedBytes } from '../memory-map.ts';
import { ownCost } from './cost.ts';
import type { Placement } from './place.ts';
import type { Item, Program } from './program.ts';
import { allItems, isWide, regOf } from './values.ts';

/**
 * How an item computes a wide value, apart from where its operands lie: items of one shape can share one routine.
 */
export interface Shape {
  /** Equal for equal shapes. */
  readonly key: string;
  readonly value: Expr;
  /** Wide operands in memory, each once, in the order in which the key names them. */
  readonly places: readonly Expr[];
  /** Operands of at most 64 bits that are no constants, likewise. */
  readonly numbers: readonly Expr[];
  /** Which of the places takes the value; -1: another. */
  readonly into: number;
  /** Rough number of instructions. */
  readonly cost: number;
}

/** What runs at the same time is thought to fit the instruction cache up to some instructions. Above it shapes with so many items share routines. */
const FITS = { loop: 3000, calls: 5000 } as const;
const LEAST_ITEMS = 8;
/** Mean number of items in a row from which on they are worth a loop. */
const LEAST_RUN = 4;
/** Instructions of an item that is worth a call of its own. */
const LEAST_CALL = 80;
/** Operands of a shape: each is put down and picked up again. */
const MOST_OPERANDS = 8;
/** Operators of a shape. */
const MOST_NODES = 24;
/** A shift reads before and behind its operand, where there must be memory: that of the ring of failed checks is so long. */
const MOST_BYTES = 2048;

/** Finds the items that share routines, in blocks that have their order. Cost: linear. */
export function shareShapes(program: Program, placement: Placement): void {
  const shapes = new Map<Item, Shape>();
  for (const item of allItems(program.root)) {
    const shape = shapeOf(item, placement);
    if (shape) shapes.set(item, shape);
  }
  const uses = usesOf(shapes);
  let total = 0;
  for (const { items, cost } of uses.values()) if (items >= LEAST_ITEMS) total += items * cost;
  for (const [item, shape] of shapes) {
    const { items, runs, cost } = uses.get(shape.key)!;
    const asLoop = items >= LEAST_RUN * runs && items * cost >= FITS.loop;
    const asCalls = items >= LEAST_ITEMS && cost >= LEAST_CALL && total >= FITS.calls;
    if (!asLoop && !asCalls) continue;
    placement.shared.set(item, shape);
    item.cost = 4 + 4 * shape.numbers.length;
  }
}

interface Use {
  readonly cost: number;
  items: number;
  /** In how many runs the items stand. */
  runs: number;
}

/** How often there is each shape. */
function usesOf(shapes: ReadonlyMap<Item, Shape>): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const { items } of new Set([...shapes.keys()].map((item) => item.block))) {
    for (let at = 0; at < items.length;) {
      const end = runEnd(shapes, items, at);
      const shape = shapes.get(items[at]!);
      if (shape) {
        const use = uses.get(shape.key) ?? { cost: shape.cost, items: 0, runs: 0 };
        uses.set(shape.key, use);
        use.items += items.slice(at, end).filter((item) => shapes.has(item)).length;
        use.runs++;
      }
      at = Math.max(end, at + 1);
    }
  }
  return uses;
}

/** End (exclusive) of the run of items from `start` that one call can do; `start` when that item has no shape. */
export function runEnd(shapes: ReadonlyMap<Item, Shape>, items: readonly Item[], start: number): number {
  const key = shapes.get(items[start]!)?.key;
  if (key === undefined) return start;
  const computed = new Set<Item>();
  let end = start;
  for (let i = start; i < items.length; i++) {
    const item = items[i]!;
    if (item.needs.some((def) => computed.has(def))) break;
    const shape = shapes.get(item);
    if (shape?.key === key) {
      computed.add(item);
      end = i + 1;
    } else if (shape || !mayComeFirst(item)) {
      break;
    }
  }
  return end;
}

/** Items between those of a run that are as well done before it: all registers that they read are still as they were at the edge. */
function mayComeFirst(item: Item): boolean {
  return item.kind === 'def' || (item.kind === 'store' && !isWide(item.value) && item.value.width === item.reg.width);
}

function shapeOf(item: Item, placement: Placement): Shape | null {
  if (item.kind === 'def') return isWide(item.expr) ? new ShapeReader(placement).read(item.expr, null) : null;
  if (item.kind !== 'store' || !isWide(item.value) || item.value.width !== item.reg.width) return null;
  if (placement.defs[item.value.id]) return null;
  return new ShapeReader(placement).read(item.value, item.reg);
}

/** Writes down the shape of one value. */
class ShapeReader {
  readonly #key: string[] = [];
  readonly #places = new Map<Expr, number>();
  readonly #numbers = new Map<Expr, number>();
  #nodes = 0;
  #cost = 0;

  constructor(readonly placement: Placement) {}

  /** `into`: the register that takes the value. Null where no routine can compute the value. */
  read(value: Expr, into: RegDecl | null): Shape | null {
    if (value.kind !== 'op' || storedBytes(value.width) > MOST_BYTES || !this.#operator(value)) return null;
    const [places, numbers] = [[...this.#places.keys()], [...this.#numbers.keys()]];
    if (places.length === 0 || places.length + numbers.length > MOST_OPERANDS) return null;
    const index = places.findIndex((place) => into !== null && regOf(place) === into && !this.placement.defs[place.id]);
    this.#key.push(`>${index}`);
    return { key: this.#key.join(' '), value, places, numbers, into: index, cost: this.#cost };
  }

  #operator(expr: OpExpr): boolean {
    if (++this.#nodes > MOST_NODES || this.placement.arms.has(expr)) return false;
    this.#cost += ownCost(expr);
    const gated = this.placement.gated.get(expr);
    if (gated) {
      const { sum, operand, condition, when } = gated;
      this.#key.push(`gated ${operand} ${when}`);
      return this.#operand(condition) && this.#operator(sum);
    }
    this.#key.push(`${expr.op} ${expr.width} ${expr.args.length}`);
    return this.#isShared(expr) && expr.args.every((arg) => this.#operand(arg));
  }

  /** Is it an operator whose code takes the addresses of its operands as they come? */
  #isShared({ op, args }: OpExpr): boolean {
    switch (op) {
      case 'and':
      case 'or':
      case 'xor':
      case 'not':
      case 'add':
      case 'sub':
      case 'mux':
      case 'concat':
        return true;
      case 'shl':
      case 'shrU':
      case 'shrS':
        return (this.placement.defs[args[0]!.id] ?? regOf(args[0]!)) !== null && !isWide(args[1]!);
      default:
        return false;
    }
  }

  #operand(expr: Expr): boolean {
    if (expr.kind === 'const') {
      this.#key.push(`#${expr.width}:${expr.value.toString(36)}`);
      return true;
    }
    if (!isWide(expr)) {
      this.#key.push(`n${numberOf(this.#numbers, expr)}:${expr.width}`);
      return true;
    }
    if (this.placement.defs[expr.id] || expr.kind === 'ref') {
      const isPort = !this.placement.defs[expr.id] && regOf(expr) === null;
      this.#key.push(`${isPort ? 'i' : 'p'}${numberOf(this.#places, expr)}:${expr.width}`);
      this.#cost += ownCost(expr);
      return true;
    }
    if (expr.kind === 'op') return this.#operator(expr);
    this.#cost += ownCost(expr);
    this.#key.push(`[${expr.lo} ${expr.width}`);
    return ++this.#nodes <= MOST_NODES && this.#operand(expr.arg);
  }
}

function numberOf(known: Map<Expr, number>, expr: Expr): number {
  let number = known.get(expr);
  if (number === undefined) known.set(expr, (number = known.size));
  return number;
}
