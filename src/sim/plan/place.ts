// SPDX-License-Identifier: Apache-2.0
import type { Expr, OpExpr } from '../../ir/expr.ts';
import type { RegDecl } from '../../ir/module.ts';
import type { Flat } from '../flat/flat.ts';
import { isTable, lazyArms, ownCost } from './cost.ts';
import { cleanOperands, mayBeDirty } from './forms.ts';
import type { Shape } from './shapes.ts';
import { continues, type GatedSum, gatedSum, isRepeatable } from './sums.ts';
import {
  type Block,
  blocksOf,
  type Def,
  type Item,
  listed,
  makeItem,
  newBlock,
  type Program,
  setDepths,
  valuesOf,
  writesOf,
} from './program.ts';
import { allItems, inputsOf, isAddressable, isWide, loadOf, regOf, topological } from './values.ts';

/** Where values are computed. Indexed by expression id; an expression without a definition is computed where it is used. */
export interface Placement {
  readonly defs: (Def | undefined)[];
  /** Items in which an expression is used; several times when it is used several times. */
  readonly users: Item[][];
  /** Blocks of the arms of a lazily evaluated choice. */
  readonly arms: Map<Expr, readonly Block[]>;
  /** Wide choices that only decide whether a sum has its second operand. */
  readonly gated: Map<Expr, GatedSum>;
  /** Items that compute a wide value by a routine for its shape. */
  readonly shared: Map<Item, Shape>;
  /** Items that take a register's value from its place: one when it has a definition, else all users. */
  readonly readers: Map<RegDecl, readonly Item[]>;
  readonly writers: Map<RegDecl, Item[]>;
  /** Definitions that nobody needs without bits above their width. Indexed by expression id. */
  readonly dirty: Uint8Array;
}

/**
 * Decides which values are shared and puts each into the innermost block that contains all its users, so that what only one
 * arm of a `when` needs is computed in that arm alone. Cost: linear in expressions times nesting.
 */
export function place(flat: Flat, program: Program): Placement {
  setDepths(program.root);
  const items = allItems(program.root);
  const order = topological(flat, items);
  const placement: Placement = {
    defs: [],
    users: [],
    arms: new Map(),
    gated: new Map(),
    shared: new Map(),
    readers: new Map(),
    writers: new Map(),
    dirty: new Uint8Array(flat.pool.size),
  };
  const { defs, users } = placement;
  const forced = new Uint8Array(flat.pool.size);
  const use = (expr: Expr, item: Item): void => {
    const known = users[expr.id];
    if (known) known.push(item);
    else users[expr.id] = [item];
  };
  for (const item of items) for (const value of valuesOf(item)) use(value, item);
  for (const item of items) forceStored(item, forced);
  const clean = new Uint8Array(flat.pool.size);
  const wantClean = (expr: Expr): void => void (clean[expr.id] = 1);
  for (const item of items) valuesOf(item).forEach(wantClean);
  const counts = countUses(flat, order, users);
  const tree = treeCosts(flat, order, counts);
  const treeCost = (arm: Expr): number => (counts[arm.id] === 1 ? tree[arm.id]! : 1);

  for (let i = order.length - 1; i >= 0; i--) {
    const expr = order[i]!;
    const at = users[expr.id];
    // The sum of a gated sum is no value of its own.
    if (!at) continue;
    const lazy = lazyArms(expr, treeCost);
    const gated = lazy ? null : gatedSum(expr, counts);
    let anchor = at[0]!;
    if (needsDef(flat, expr, at, forced[expr.id] === 1, lazy !== null)) {
      const load = loadOf(flat, expr);
      const block = load?.memory.written ? program.root : commonBlock(at);
      const def = makeItem(block, { kind: 'def', expr, remote: false });
      for (const user of at) needAt(climb(user, block), def);
      defs[expr.id] = def;
      anchor = def;
    }
    anchor.cost += ownCost(expr);
    const reg = regOf(expr);
    if (reg) placement.readers.set(reg, defs[expr.id] ? [anchor] : at);
    forceOperands(flat, expr, forced, counts);
    const wanted = clean[expr.id] === 1 || !mayBeDirty(expr);
    cleanOperands(flat.pool, expr, wanted, wantClean);
    if (!wanted) placement.dirty[expr.id] = 1;
    if (lazy) {
      use((expr as OpExpr).args[0]!, anchor);
      placement.arms.set(
        expr,
        lazy.map((arm) => openArm(anchor, arm, use)),
      );
    } else if (gated) {
      placement.gated.set(expr, gated);
      forceOperands(flat, gated.sum, forced, counts);
      anchor.cost += ownCost(gated.sum);
      for (const input of [gated.condition, ...gated.sum.args]) use(input, anchor);
    } else {
      for (const input of inputsOf(flat, expr)) use(input, anchor);
    }
  }
  linkReaders(items, placement);
  return placement;
}

/** Number of uses of each expression by items and other expressions. */
function countUses(flat: Flat, order: readonly Expr[], users: readonly (readonly Item[] | undefined)[]): Uint32Array {
  const counts = new Uint32Array(flat.pool.size);
  for (const expr of order) {
    counts[expr.id]! += users[expr.id]?.length ?? 0;
    for (const input of inputsOf(flat, expr)) counts[input.id]!++;
  }
  return counts;
}

/** Cost of each expression with everything below it that nothing else uses. */
function treeCosts(flat: Flat, order: readonly Expr[], counts: Uint32Array): Float64Array {
  const costs = new Float64Array(flat.pool.size);
  for (const expr of order) {
    let cost = ownCost(expr);
    for (const input of inputsOf(flat, expr)) if (counts[input.id] === 1) cost += costs[input.id]!;
    costs[expr.id] = cost;
  }
  return costs;
}

function openArm(anchor: Item, value: Expr, use: (expr: Expr, item: Item) => void): Block {
  const block = newBlock();
  block.owner = anchor;
  block.depth = anchor.block.depth + 1;
  const result = makeItem(block, { kind: 'yield', value });
  block.items.push(result);
  anchor.lazy = listed(anchor.lazy, block);
  use(value, result);
  return block;
}

function needsDef(flat: Flat, expr: Expr, users: readonly Item[], forced: boolean, whole: boolean): boolean {
  if (expr.kind === 'const') return false;
  const uses = users.length;
  const load = loadOf(flat, expr);
  if (load) return load.memory.written || isWide(expr) || uses > 1;
  if (expr.kind === 'ref') {
    if (isWide(expr)) return expr.decl.kind === 'port' && flat.special.random.has(expr.decl);
    // A register or port is loaded again in each block that uses it, not earlier for all of them.
    return uses > 1 && users.every((user) => user.block === users[0]!.block);
  }
  if (uses > 1 || forced) return true;
  if (!isWide(expr) || expr.kind === 'slice') return false;
  return (whole || !isPairwise(expr)) && !takesWhole(users[0]!, expr);
}

/** Does an item put a wide value as it is where it belongs? Then the value is computed right there. */
function takesWhole(item: Item, expr: Expr): boolean {
  if (item.kind === 'store') return item.value === expr && item.reg.width === expr.width;
  return (item.kind === 'yield' || item.kind === 'poke') && item.value === expr;
}

/** Wide operators that compute a pair of limbs from the same pair of their operands, and those below: they need no place in memory. */
export function isPairwise(expr: Expr): boolean {
  if (expr.kind !== 'op') return true;
  switch (expr.op) {
    case 'and':
    case 'or':
    case 'xor':
    case 'not':
    case 'mux':
    case 'concat':
    case 'add':
    case 'sub':
      return true;
    case 'select':
      return isTable(expr);
    default:
      return false;
  }
}

/** Marks operands that are read in pieces, and so must not be computed anew for every piece. */
function forceOperands(flat: Flat, expr: Expr, forced: Uint8Array, counts: Uint32Array): void {
  const force = (arg: Expr): void => {
    if (!isAddressable(arg) || !isWide(arg)) forced[arg.id] = 1;
  };
  const load = loadOf(flat, expr);
  if (load && isWide(load.address)) force(load.address);
  if (expr.kind === 'slice') {
    if (isWide(expr.arg)) force(expr.arg);
  } else if (expr.kind === 'op' && (isWide(expr) || expr.args.some(isWide))) {
    if (expr.op === 'concat') {
      for (const arg of expr.args) if (arg.kind === 'op' || (arg.kind === 'ref' && isWide(arg))) force(arg);
    } else if (expr.op === 'mux' || expr.op === 'select') {
      force(expr.args[0]!);
    } else if (expr.op === 'add' || expr.op === 'sub') {
      expr.args.forEach((arg, i) => {
        if (!continues(expr, i as 0 | 1) && !isRepeatable(arg, counts)) force(arg);
      });
    } else if (readsMemory(expr)) {
      for (const arg of expr.args) if (arg.kind !== 'ref' && arg.kind !== 'const') force(arg);
    }
  }
}

/** Operators whose code reads wide operands by address or limb by limb. */
function readsMemory(expr: OpExpr): boolean {
  switch (expr.op) {
    case 'ltU':
    case 'ltS':
    case 'leU':
    case 'leS':
    case 'shl':
    case 'shrU':
    case 'shrS':
    case 'mulU':
    case 'mulS':
    case 'divU':
    case 'divS':
    case 'modU':
    case 'modS':
      return true;
    default:
      return false;
  }
}

/** Values stored piecewise: parts of wide registers and masked memory words. */
function forceStored(item: Item, forced: Uint8Array): void {
  if (item.kind === 'store' && isWideReg(item.reg) && item.value.width !== item.reg.width) force(item.value, forced);
  if (item.kind === 'toggle') force(item.value, forced);
  if (item.kind === 'write') {
    force(item.write.address, forced);
    if (item.write.mask) force(item.write.mask, forced);
  }
}

function force(expr: Expr, forced: Uint8Array): void {
  if (!isAddressable(expr)) forced[expr.id] = 1;
}

function isWideReg(reg: RegDecl): boolean {
  return reg.width > 64;
}

function needAt(item: Item, def: Def): void {
  if (item !== def && item.needs[item.needs.length - 1] !== def) item.needs = listed(item.needs, def);
}

export function commonBlock(items: readonly Item[]): Block {
  let block = items[0]!.block;
  for (let i = 1; i < items.length; i++) block = commonAncestor(block, items[i]!.block);
  return block;
}

export function commonAncestor(a: Block, b: Block): Block {
  while (a !== b) {
    if (a.depth >= b.depth) a = a.owner!.block;
    else b = b.owner!.block;
  }
  return a;
}

/** The item of `block` that contains `item`. */
export function climb(item: Item, block: Block): Item {
  while (item.block !== block) item = item.block.owner!;
  return item;
}

/** Notes at each writer of a register the items that read it, at the level where their order matters. */
function linkReaders(items: readonly Item[], { readers, writers }: Placement): void {
  for (const item of items) {
    for (const reg of writesOf(item)) {
      const known = writers.get(reg);
      if (known) known.push(item);
      else writers.set(reg, [item]);
      for (const reader of readers.get(reg) ?? []) {
        const block = commonAncestor(reader.block, item.block);
        const [first, second] = [climb(reader, block), climb(item, block)];
        if (first !== second) second.readers = listed(second.readers, { item: first, reg, writer: item });
      }
    }
  }
}

export function allBlocksOf(item: Item): readonly Block[] {
  return [...blocksOf(item), ...item.lazy];
}
