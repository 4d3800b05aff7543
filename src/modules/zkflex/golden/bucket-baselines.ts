// SPDX-License-Identifier: Apache-2.0
import { type Adder, AdderPipe } from './bucket-run.ts';
import type { Item, Pair } from './llb.ts';

/** What LLB is compared with (paper 4.3): one accumulator a bucket, stalls, or one point that waits. */
export interface BaselineRun<P> {
  readonly cycles: number;
  readonly issued: readonly Pair<P>[];
  /** The buckets with a point, in key order. */
  readonly sums: readonly Item<P>[];
}

/** Additions that any method needs: all but one of the items of every bucket. */
export function fewestAdditions(items: readonly { readonly key: number }[]): number {
  return items.length - new Set(items.map(({ key }) => key)).size;
}

const sorted = <P>(sums: Map<number, P>): Item<P>[] =>
  [...sums].map(([key, point]) => ({ key, point })).sort((a, b) => a.key - b.key);

/**
 * Accumulators in place. An item whose bucket is being added to waits; of the oldest `window` items the first one that need not wait
 * goes on, one a cycle. A window of 1 is the in-order stall.
 */
export function runStalling<P>(items: readonly Item<P>[], window: number, adder: Adder<P>): BaselineRun<P> {
  const sums = new Map<number, P>();
  const busy = new Set<number>();
  const pipe = new AdderPipe(adder);
  const issued: Pair<P>[] = [];
  const waiting: Item<P>[] = [];
  let at = 0;
  let cycle = 0;
  for (; ; cycle += 1) {
    const result = pipe.due(cycle);
    if (result !== null) {
      pipe.take();
      sums.set(result.key, result.point);
      busy.delete(result.key);
    }
    while (waiting.length < window && at < items.length) waiting.push(items[at++]!);
    if (waiting.length === 0 && pipe.empty) break;
    const chosen = waiting.findIndex(({ key }) => !busy.has(key) && (!sums.has(key) || pipe.accepts(cycle)));
    if (chosen < 0) continue;
    const [{ key, point }] = waiting.splice(chosen, 1) as [Item<P>];
    const sum = sums.get(key);
    if (sum === undefined) {
      sums.set(key, point);
      continue;
    }
    const pair = { key, x: point, y: sum };
    issued.push(pair);
    pipe.start(pair, cycle);
    busy.add(key);
  }
  return { cycles: cycle, issued, sums: sorted(sums) };
}

/** One point waits in a bucket for the next; one arrival a cycle, results before inputs. Results queue when the adder cannot start. */
export function runOneResident<P>(items: readonly Item<P>[], adder: Adder<P>): BaselineRun<P> {
  const resident = new Map<number, P>();
  const pipe = new AdderPipe(adder);
  const issued: Pair<P>[] = [];
  let at = 0;
  let cycle = 0;
  for (; at < items.length || !pipe.empty; cycle += 1) {
    const result = pipe.due(cycle);
    const item = result ?? items[at];
    if (item === undefined) continue;
    const { key, point } = item;
    const other = resident.get(key);
    if (other !== undefined && !pipe.accepts(cycle)) continue;
    if (result !== null) pipe.take();
    else at += 1;
    if (other === undefined) {
      resident.set(key, point);
      continue;
    }
    resident.delete(key);
    const pair = { key, x: point, y: other };
    issued.push(pair);
    pipe.start(pair, cycle);
  }
  return { cycles: cycle, issued, sums: sorted(resident) };
}
