// SPDX-License-Identifier: Apache-2.0
import { allBlocksOf, climb, type Placement } from './place.ts';
import { type Block, blocksOf, type Item, type Part, type Program } from './program.ts';

/**
 * Rough numbers of instructions in one wasm function. V8's optimiser does worse than its baseline compiler on functions of some ten
 * thousand instructions, so it gets small ones, cut where the fewest values pass from one to the next.
 */
const LEAST_COST = 500;
const MOST_COST = 1500;

/**
 * Cuts a large program into functions and marks the values that one function computes and another uses; those go
 * through memory. Returns the number of functions; function 0 is the program's entry.
 */
export function split(program: Program, placement: Placement): number {
  const splitter = new Splitter(placement);
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

  constructor(readonly placement: Placement) {}

  spread(block: Block, func: number): void {
    if (this.#total(block) <= MOST_COST) {
      assign(block, func);
      return;
    }
    const parts: Part[] = [];
    let from = 0;
    for (const to of this.#cuts(block)) {
      const part = { func: this.count++, items: block.items.slice(from, to) };
      parts.push(part);
      from = to;
      for (const item of part.items) {
        item.func = part.func;
        for (const inner of item.lazy) assign(inner, part.func);
        for (const inner of blocksOf(item)) this.spread(inner, part.func);
      }
    }
    block.parts = parts;
  }

  /** Ends of the runs of items that become functions. */
  #cuts(block: Block): number[] {
    const { items } = block;
    const live = this.#live(block);
    const ends: number[] = [];
    let size = 0;
    let best = -1;
    for (let i = 0; i < items.length; i++) {
      const cost = this.#cost(items[i]!);
      if (size + cost > MOST_COST && best >= 0) {
        ends.push(best);
        // What lies behind the chosen end belongs to the next function.
        size = 0;
        for (let k = best; k < i; k++) size += this.#cost(items[k]!);
        best = -1;
      }
      size += cost;
      if (size >= LEAST_COST && (best < 0 || live[i + 1]! <= live[best]!)) best = i + 1;
    }
    ends.push(items.length);
    return ends;
  }

  /** For each position in a block, how many values defined before it are used behind it. */
  #live({ items }: Block): number[] {
    const position = new Map(items.map((item, i) => [item, i]));
    const change = new Array<number>(items.length + 2).fill(0);
    items.forEach((item, i) => {
      if (item.kind !== 'def') return;
      let last = i;
      for (const user of this.placement.users[item.expr.id] ?? []) {
        last = Math.max(last, position.get(climb(user, item.block)) ?? i);
      }
      change[i + 1]!++;
      change[last + 1]!--;
    });
    for (let i = 1; i < change.length; i++) change[i]! += change[i - 1]!;
    return change;
  }

  #cost(item: Item): number {
    let cost = item.cost;
    for (const block of allBlocksOf(item)) cost += this.#total(block);
    return cost;
  }

  #total(block: Block): number {
    let total = this.#totals.get(block);
    if (total === undefined) {
      total = 0;
      for (const item of block.items) total += this.#cost(item);
      this.#totals.set(block, total);
    }
    return total;
  }
}

/** Puts a whole block into one function. */
function assign(block: Block, func: number): void {
  const todo: Block[] = [block];
  for (let next = todo.pop(); next; next = todo.pop()) {
    for (const item of next.items) {
      item.func = func;
      todo.push(...allBlocksOf(item));
    }
  }
}
