// SPDX-License-Identifier: Apache-2.0
import { type Mask, isMarked } from './bitmask.ts';
import { bitmap } from './bits.ts';
import { type Block, formBlocks } from './condense.ts';
import { type Pending, listOf } from './pending.ts';

/**
 * Where a weight column may lie, and so in which lane of which block it may be (paper 4 "WMEM").
 * - free: any lane; blocks are consecutive groups of C kept columns.
 * - lane: column n in lane n mod C.
 * - colour: as lane, and in sub-bank (n / C) mod 4; a word combines blocks of distinct sub-banks.
 */
export type Placement = 'free' | 'lane' | 'colour';

/** SB of the colour placement. */
export const colours = 4;

export interface PlacedBlocks {
  readonly blocks: readonly Block[];
  /** The list the merge loop takes blocks from; a new one, nothing taken yet. */
  readonly pending: Pending;
}

/** Blocks of the kept columns, which come in sorted order. */
export function placeBlocks(
  mask: Mask,
  ordered: readonly number[],
  cols: number,
  placement: Placement = 'free',
): PlacedBlocks {
  if (placement === 'colour') return colourBlocks(mask, ordered, cols);
  const blocks = placement === 'lane' ? laneBlocks(mask, ordered, cols) : formBlocks(mask, ordered, cols);
  return { blocks, pending: listOf(blocks.length) };
}

/** One sorted list a lane; block b takes the b-th entry of each, none where the list is exhausted. */
export function laneBlocks(mask: Mask, ordered: readonly number[], cols: number): Block[] {
  const lists = Array.from({ length: cols }, (_, j) => ordered.filter((n) => n % cols === j));
  const count = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: count }, (_, b) => {
    const ids = lists.map((list) => list[b] ?? null);
    const marked = (t: number, n: number | null): boolean => n !== null && isMarked(mask, t, n);
    return { ids, rows: Array.from({ length: mask.rows }, (_, t) => bitmap(cols, (j) => marked(t, ids[j]!))) };
  });
}

/** Lane blocks of each sub-bank; blocks of sub-bank 0 are numbered first. */
function colourBlocks(mask: Mask, ordered: readonly number[], cols: number): PlacedBlocks {
  const queues = Array.from({ length: colours }, (_, colour) =>
    laneBlocks(
      mask,
      ordered.filter((n) => Math.floor(n / cols) % colours === colour),
      cols,
    ),
  );
  let first = 0;
  const numbers = queues.map((queue) => queue.map(() => first++));
  return { blocks: queues.flat(), pending: queuesOf(numbers) };
}

/**
 * Queues of the sub-banks: A is the front of the longest queue, partners come from the unused ones, the longest first; the lowest sub-bank
 * on ties.
 */
function queuesOf(numbers: readonly number[][]): Pending {
  const queues = numbers.map((queue) => [...queue]);
  let unused: number[][] = [];
  const byLength = (): number[][] => [...queues].sort((a, b) => b.length - a.length); // a stable sort
  return {
    size: () => queues.reduce((sum, queue) => sum + queue.length, 0),
    popFront() {
      const [longest] = byLength();
      const block = longest!.shift()!;
      unused = byLength().filter((queue) => queue !== longest);
      return block;
    },
    candidates: (tries) => unused.flatMap((queue) => [...queue].reverse().slice(0, tries)),
    remove(block) {
      const queue = unused.find((each) => each.includes(block))!;
      queue.splice(queue.indexOf(block), 1);
      unused = unused.filter((each) => each !== queue);
    },
  };
}
