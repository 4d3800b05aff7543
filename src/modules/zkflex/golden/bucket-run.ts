// SPDX-License-Identifier: Apache-2.0
import { type Item, Llb, type LlbSize, type Pair } from './llb.ts';

/** A point adder: starts an addition every `interval` cycles, gives the sum `latency` cycles later. */
export interface Adder<P> {
  readonly interval: number;
  readonly latency: number;
  add(x: P, y: P): P;
}

export interface BucketRun<P> {
  /** Until the last sum is in its bucket. */
  readonly cycles: number;
  readonly issued: readonly Pair<P>[];
  /** Most nodes that were occupied or reserved. */
  readonly peak: number;
  /** What left a pool that was too small, in order. */
  readonly spilled: readonly Item<P>[];
  /** What is left in the buckets, in key order. */
  readonly sums: readonly Item<P>[];
}

/** The adder as a pipe: what is issued in cycle t comes back in cycle t + latency. */
export class AdderPipe<P> {
  readonly #adder: Adder<P>;
  readonly #flight: { readonly item: Item<P>; readonly due: number }[] = [];
  #next = 0;

  constructor(adder: Adder<P>) {
    this.#adder = adder;
  }

  get empty(): boolean {
    return this.#flight.length === 0;
  }

  accepts(cycle: number): boolean {
    return cycle >= this.#next;
  }

  start({ key, x, y }: Pair<P>, cycle: number): void {
    this.#next = cycle + this.#adder.interval;
    this.#flight.push({ item: { key, point: this.#adder.add(x, y) }, due: cycle + this.#adder.latency });
  }

  /** The result that is due, or null; it stays until `take`. */
  due(cycle: number): Item<P> | null {
    const first = this.#flight[0];
    return first !== undefined && first.due <= cycle ? first.item : null;
  }

  take(): void {
    this.#flight.shift();
  }
}

/** LLB, an adder and one input a cycle: what happens in each cycle is the order of paper 4.3. */
export function runLlb<P>(items: readonly Item<P>[], size: LlbSize, adder: Adder<P>): BucketRun<P> {
  const llb = new Llb<P>(size);
  const pipe = new AdderPipe(adder);
  const issued: Pair<P>[] = [];
  const spilled: Item<P>[] = [];
  let peak = 0;
  let at = 0;
  let cycle = 0;
  for (; at < items.length || !pipe.empty || llb.pairs > 0; cycle += 1) {
    const accepts = llb.accepts;
    if (at < items.length && !accepts && llb.pairs === 0 && pipe.empty) spilled.push(llb.spill());
    const result = pipe.due(cycle);
    if (result !== null) {
      pipe.take();
      llb.result(result);
    }
    if (at < items.length && accepts) {
      llb.input(items[at]!);
      at += 1;
    }
    peak = Math.max(peak, llb.used);
    if (pipe.accepts(cycle)) {
      const pair = llb.issue();
      if (pair !== null) {
        issued.push(pair);
        pipe.start(pair, cycle);
      }
    }
  }
  return { cycles: cycle, issued, peak, spilled, sums: llb.drain() };
}
