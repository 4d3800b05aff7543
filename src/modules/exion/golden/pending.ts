// SPDX-License-Identifier: Apache-2.0

/** Blocks that wait to be merged, by number; "pend" of paper 3.3. */
export interface Pending {
  size(): number;
  /** Takes the block that starts the next word. */
  popFront(): number;
  /** Blocks to be tried for the next slot, in order. */
  candidates(tries: number): number[];
  /** Takes one of the candidates. */
  remove(block: number): void;
}

/** Blocks 0 .. count - 1 as one list, dense to sparse: partners come from its end. */
export function listOf(count: number): Pending {
  const list = Array.from({ length: count }, (_, block) => block);
  return {
    size: () => list.length,
    popFront: () => list.shift()!,
    candidates: (tries) => [...list].reverse().slice(0, tries), // tries beyond the front of the list do not happen
    remove: (block) => void list.splice(list.indexOf(block), 1),
  };
}
