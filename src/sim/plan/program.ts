// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { PortDecl, RegDecl } from '../../ir/module.ts';
import type { MemoryWrite } from '../flat/flat.ts';

/**
 * What one generated function does: a tree of blocks of items. Items name values as expressions; where each shared
 * value is computed (`def`) and in which order the items run is decided by `place` and `order`.
 */
export interface Program {
  readonly name: string;
  readonly root: Block;
}

export interface Block {
  /** The item that the block belongs to; null for the root. */
  owner: Item | null;
  depth: number;
  items: Item[];
  /** Statements stay in their order, because they write the same registers. */
  readonly ordered: boolean;
  /** Set when the block is spread over several functions. */
  parts: Part[] | null;
}

/** A run of items in a function of its own. */
export interface Part {
  readonly func: number;
  readonly items: Item[];
}

export type Item = ItemAction & ItemState;

export type ItemAction =
  /** Bits lo .. lo+width-1 of a register take a value. */
  | { readonly kind: 'store'; readonly reg: RegDecl; readonly lo: number; readonly value: Expr }
  | { readonly kind: 'if'; readonly condition: Expr; readonly yes: Block; readonly no: Block }
  /** `subject` has at most 32 bits and the cases are dense. */
  | { readonly kind: 'switch'; readonly subject: Expr; readonly cases: readonly Case[]; readonly otherwise: Block }
  | { readonly kind: 'sequence'; readonly body: Block }
  /** Executed when the domain is clocked in this step. */
  | { readonly kind: 'clocked'; readonly domain: number; readonly body: Block }
  /** All registers of a domain that have a reset value take it. */
  | { readonly kind: 'reset'; readonly domain: number; readonly regs: readonly RegDecl[] }
  | { readonly kind: 'write'; readonly write: MemoryWrite }
  | { readonly kind: 'output'; readonly port: PortDecl; readonly value: Expr }
  /** Puts a value at a fixed address, in whole 64-bit words when wider than 32 bits. */
  | { readonly kind: 'poke'; readonly address: number; readonly value: Expr }
  /** Calls the function that records what is wrong when some check hits. */
  | { readonly kind: 'check'; readonly any: Expr; readonly report: () => number }
  | { readonly kind: 'record'; readonly index: number; readonly hit: Expr }
  /** Adds a bit to a 64-bit counter. */
  | { readonly kind: 'count'; readonly address: number; readonly value: Expr }
  /** Bits of `value` that rise and fall against the value at `before`, which it replaces. */
  | {
      readonly kind: 'toggle';
      readonly value: Expr;
      readonly before: number;
      readonly rise: number;
      readonly fall: number;
    }
  /** Counts the transition from the value at `before` to `state` (both below `count`) in a table; a step without change too. */
  | {
      readonly kind: 'tally';
      readonly state: Expr;
      readonly before: number;
      readonly table: number;
      readonly count: number;
    }
  | { readonly kind: 'def'; readonly expr: Expr; remote: boolean }
  /** The result of one arm of a choice that is evaluated lazily. */
  | { readonly kind: 'yield'; readonly value: Expr };

export interface Case {
  readonly values: readonly number[];
  readonly body: Block;
}

/** What the planning passes note at an item. */
export interface ItemState {
  block: Block;
  /** Definitions of the same block that come first. */
  needs: Def[];
  /** Items of the same block that read registers which this one writes. */
  readers: Reader[];
  /** Blocks of lazily evaluated choices inside the item's expressions. */
  lazy: Block[];
  mark: 'new' | 'busy' | 'done';
  /** Rough number of instructions, nested blocks not counted. */
  cost: number;
  func: number;
}

export type Def = Item & { readonly kind: 'def' };

export interface Reader {
  readonly item: Item;
  readonly reg: RegDecl;
  /** The item inside this one that writes. */
  readonly writer: Item;
}

export function newBlock(ordered = false): Block {
  return { owner: null, depth: 0, items: [], ordered, parts: null };
}

export function addItem(block: Block, action: ItemAction): Item {
  const item = makeItem(block, action);
  block.items.push(item);
  return item;
}

/** An item that belongs to a block, but is not yet in its list. */
export function makeItem<A extends ItemAction>(block: Block, action: A): A & ItemState {
  const item = action as A & ItemState;
  item.block = block;
  item.needs = none;
  item.readers = none;
  item.lazy = none;
  item.mark = 'new';
  item.cost = 1;
  item.func = 0;
  for (const inner of blocksOf(item)) adopt(inner, item);
  return item;
}

/** Most items need little, so that lists come into being with their first member. */
const none: never[] = [];

export function listed<T>(list: T[], member: T): T[] {
  if (list.length === 0) return [member];
  list.push(member);
  return list;
}

function adopt(block: Block, owner: Item): void {
  block.owner = owner;
}

/** Statement blocks of an item, without those of lazily evaluated choices. */
export function blocksOf(item: ItemAction): readonly Block[] {
  switch (item.kind) {
    case 'if':
      return [item.yes, item.no];
    case 'switch':
      return [...item.cases.map((one) => one.body), item.otherwise];
    case 'sequence':
    case 'clocked':
      return [item.body];
    case 'store':
    case 'reset':
    case 'write':
    case 'output':
    case 'poke':
    case 'check':
    case 'record':
    case 'count':
    case 'toggle':
    case 'tally':
    case 'def':
    case 'yield':
      return [];
    default:
      return assertNever(item);
  }
}

/** Expressions that an item evaluates itself. */
export function valuesOf(item: ItemAction): readonly Expr[] {
  switch (item.kind) {
    case 'store':
    case 'output':
    case 'poke':
    case 'yield':
    case 'count':
    case 'toggle':
      return [item.value];
    case 'if':
      return [item.condition];
    case 'switch':
      return [item.subject];
    case 'write': {
      const { enable, address, data, mask } = item.write;
      return mask ? [enable, address, data, mask] : [enable, address, data];
    }
    case 'check':
      return [item.any];
    case 'record':
      return [item.hit];
    case 'tally':
      return [item.state];
    case 'def':
      return [];
    case 'sequence':
    case 'clocked':
    case 'reset':
      return [];
    default:
      return assertNever(item);
  }
}

/** Registers that an item changes itself. */
export function writesOf(item: ItemAction): readonly RegDecl[] {
  if (item.kind === 'store') return [item.reg];
  return item.kind === 'reset' ? item.regs : [];
}

/** Sets the depth of all blocks, root downwards. */
export function setDepths(root: Block): void {
  const todo: Block[] = [root];
  for (let block = todo.pop(); block; block = todo.pop()) {
    for (const item of block.items) {
      for (const inner of blocksOf(item)) {
        inner.depth = block.depth + 1;
        todo.push(inner);
      }
    }
  }
}
