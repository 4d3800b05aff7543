// SPDX-License-Identifier: Apache-2.0
import type { Item, Block, Program } from './program.ts';
import { allBlocksOf, type Placement } from './place.ts';
import { blocksOf } from './program.ts';

/** Rough number of instructions in one wasm function: large enough for locality, small enough for the optimiser. */
const FUNCTION_COST = 800;

/**
 * Cuts a large program into functions and marks the values that one function computes and another uses; those go
 * through memory. Returns the number of functions; function 0 is the program's entry.
 */
export function split(program: Program, placement: Placement): number {
  const splitter = new Splitter();
  splitter.spread(program.root, 0);
  for (const def of placement.defs) {
    if (!def) continue;
    def.remote = (placement.users[def.expr.id] ?? []).some((user) => user.func !== def.func);
  }
  return splitter.count;
}

class Splitter {
  count = 1;
  readonly #totals = new Map<Block, number>();

  spread(block: Block, func: number): void {
    if (this.#total(block) <= FUNCTION_COST) {
      this.#assign(block, func);
      return;
    }
    const parts: { readonly func: number; readonly items: Item[] }[] = [];
    let size = Infinity;
    for (const item of block.items) {
      const cost = this.#cost(item);
      if (size + cost > FUNCTION_COST) {
        parts.push({ func: this.count++, items: [] });
        size = 0;
      }
      const part = parts.at(-1)!;
      part.items.push(item);
      size += cost;
      item.func = part.func;
      for (const inner of item.lazy) this.#assign(inner, part.func);
      for (const inner of blocksOf(item)) this.spread(inner, part.func);
    }
    block.parts = parts;
  }

  #assign(block: Block, func: number): void {
    const todo: Block[] = [block];
    for (let next = todo.pop(); next; next = todo.pop()) {
      for (const item of next.items) {
        item.func = func;
        todo.push(...allBlocksOf(item));
      }
    }
  }

  #cost(item: Item): number {
    return allBlocksOf(item).reduce((sum, block) => sum + this.#total(block), item.cost);
  }

  #total(block: Block): number {
    let total = this.#totals.get(block);
    if (total === undefined) {
      total = block.items.reduce((sum, item) => sum + this.#cost(item), 0);
      this.#totals.set(block, total);
    }
    return total;
  }
}
