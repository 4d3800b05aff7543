// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { RegDecl } from '../../ir/module.ts';
import type { Flat } from '../flat/flat.ts';
import { allBlocksOf, climb, commonAncestor, commonBlock, type Placement } from './place.ts';
import { type Block, type Item, makeItem, type Program, type Reader } from './program.ts';

interface Frame {
  readonly item: Item;
  need: number;
  reader: number;
}

/**
 * Puts the items of all blocks into an order of execution: definitions before their users, readers of a register before its
 * writers, so that registers need no second copy. Where readers and writers form a circle (a swap), the old value
 * is saved first: the register is pinned. Cost: linear.
 */
export function order(flat: Flat, program: Program, placement: Placement): void {
  const pins: Pins = new Map();
  const todo: Block[] = [program.root];
  for (let block = todo.pop(); block; block = todo.pop()) {
    new BlockOrder(block, pins).run();
    for (const item of block.items) todo.push(...allBlocksOf(item));
  }
  for (const [reg, writers] of pins) insertPin(flat, placement, reg, writers);
}

/** Registers whose old value must be saved, with the writers that come before some reader. */
type Pins = Map<RegDecl, Item[]>;

/** Saves a register in the innermost block around its readers and those writers, before the first of them. */
function insertPin(flat: Flat, placement: Placement, reg: RegDecl, hasty: readonly Item[]): void {
  const expr: Expr = flat.pool.ref(reg);
  const readers = placement.readers.get(reg)!;
  const block = commonBlock([...readers, ...hasty]);
  const inside = new Set<Item>();
  for (const item of [...readers, ...(placement.writers.get(reg) ?? [])]) {
    if (commonAncestor(item.block, block) === block) inside.add(climb(item, block));
  }
  const late = placement.defs[expr.id];
  if (late) late.block.items.splice(late.block.items.indexOf(late), 1);
  const at = block.items.findIndex((item) => inside.has(item));
  const def = makeItem(block, { kind: 'def', expr, remote: false });
  placement.defs[expr.id] = def;
  block.items.splice(at, 0, def);
}

class BlockOrder {
  readonly #out: Item[] = [];

  constructor(
    readonly block: Block,
    readonly pins: Pins,
  ) {}

  run(): void {
    const { items, ordered } = this.block;
    // Memory writes come last: they see the registers as they were, through saved values where needed.
    const late = items.filter((item) => item.kind === 'write');
    const early = items.filter((item) => item.kind !== 'write');
    for (const item of early) {
      if (ordered) this.#inPlace(item);
      else this.#visit(item);
    }
    for (const item of late) for (const def of item.needs) this.#visit(def);
    for (const item of late) this.#inPlace(item);
    this.block.items = this.#out;
  }

  /** Emits an item after everything that it needs and that may still move. */
  #visit(root: Item): void {
    if (root.mark !== 'new') return;
    const stack: Frame[] = [this.#enter(root)];
    while (stack.length > 0) {
      const frame = stack.at(-1)!;
      const { item } = frame;
      // Readers first: what the item needs is computed last, right before it, and lives in registers the shorter.
      const reader = item.readers[frame.reader++];
      if (reader) {
        if (reader.item.mark === 'busy' || reader.item.kind === 'write') this.#pin(reader);
        else if (reader.item.mark === 'new') stack.push(this.#enter(reader.item));
        continue;
      }
      const need = item.needs[frame.need++];
      if (need) {
        if (need.mark === 'new') stack.push(this.#enter(need));
        continue;
      }
      this.#emit(item);
      stack.pop();
    }
  }

  #enter(item: Item): Frame {
    item.mark = 'busy';
    return { item, need: 0, reader: 0 };
  }

  /** Emits a statement at its place; statements that read what it writes but come later get the saved value. */
  #inPlace(item: Item): void {
    for (const def of item.needs) this.#visit(def);
    for (const reader of item.readers) {
      if (reader.item.mark === 'done') continue;
      if (reader.item.kind === 'def') this.#visit(reader.item);
      else this.#pin(reader);
    }
    this.#emit(item);
  }

  #emit(item: Item): void {
    item.mark = 'done';
    this.#out.push(item);
  }

  #pin({ reg, writer }: Reader): void {
    const known = this.pins.get(reg);
    if (known) known.push(writer);
    else this.pins.set(reg, [writer]);
  }
}
