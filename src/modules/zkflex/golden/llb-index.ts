// SPDX-License-Identifier: Apache-2.0
import type { BaselineRun } from './bucket-baselines.ts';
import { type Adder, AdderPipe } from './bucket-run.ts';
import type { Item, Pair } from './llb.ts';

/** An accumulator at work on a bucket: points that are still to be added, and whether it waits for a sum. */
interface Accumulator<P> {
  readonly key: number;
  readonly left: P[];
  sum: P;
  busy: boolean;
}

/**
 * LLB-idx of paper 4.3, cycle by cycle: first every item is put on the list of its bucket, one a cycle, newest first. Then a walk through the buckets, one a
 * cycle, gives each one with a list to the next free accumulator. An accumulator adds the points of its list to itself one after the other; in a
 * cycle one of them, the one that has waited longest, gets the point that is next on its list. Sums leave in the order of the walk.
 */
export function runLlbIndex<P>(
  items: readonly Item<P>[],
  size: { readonly keys: number; readonly accumulators: number },
  adder: Adder<P>,
): BaselineRun<P> {
  const lists: P[][] = Array.from({ length: size.keys }, () => []);
  for (const { key, point } of items) lists[key]!.unshift(point);
  const pipe = new AdderPipe(adder);
  const issued: Pair<P>[] = [];
  const sums: Item<P>[] = [];
  const active: Accumulator<P>[] = [];
  const waiting: Accumulator<P>[] = [];
  let next = 0;
  let cycle = items.length;
  for (; next < size.keys || active.length > 0; cycle += 1) {
    const result = pipe.due(cycle);
    if (result !== null) {
      pipe.take();
      const accumulator = active.find(({ key }) => key === result.key)!;
      accumulator.sum = result.point;
      accumulator.busy = false;
      if (accumulator.left.length > 0) waiting.push(accumulator);
    }
    const [oldest] = active;
    if (oldest !== undefined && !oldest.busy && oldest.left.length === 0) {
      sums.push({ key: oldest.key, point: oldest.sum });
      active.shift();
    }
    if (pipe.accepts(cycle) && waiting.length > 0) {
      const { key, left, sum } = waiting[0]!;
      waiting.shift()!.busy = true;
      const pair = { key, x: left.shift()!, y: sum };
      issued.push(pair);
      pipe.start(pair, cycle);
    }
    if (next < size.keys && (lists[next]!.length === 0 || active.length < size.accumulators)) {
      const [first, ...left] = lists[next]!;
      if (first !== undefined) {
        const accumulator = { key: next, left, sum: first, busy: false };
        active.push(accumulator);
        if (left.length > 0) waiting.push(accumulator);
      }
      next += 1;
    }
  }
  return { cycles: cycle, issued, sums };
}
