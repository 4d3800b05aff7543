// SPDX-License-Identifier: Apache-2.0
import type { StallPattern, StreamSlot } from '../../src/sim/engine.ts';
import type { ItemCodec } from './items.ts';
import type { CycleHook } from './scheduler.ts';
import { StallSource } from './stall.ts';

/** A wait of the test: for a condition, named for messages. */
export type WaitFor = (what: string, test: () => boolean, timeout?: number) => Promise<void>;

/** What transactors need from the test bench around them. */
export interface Bench {
  readonly waitFor: WaitFor;
  /** The reset of the stream's domain is active. */
  readonly inReset: () => boolean;
  /** Inputs have been written outside of the drive phase. */
  readonly changed: () => void;
  readonly io: () => Uint32Array;
}

/** Offers items to a sink of the design, as a StreamPlan's driver does: once valid is up it stays until the transfer. */
export class Driver<T = unknown> implements CycleHook {
  readonly stream: StreamSlot;
  readonly #codec: ItemCodec;
  readonly #bench: Bench;
  readonly #queue: Uint32Array[] = [];
  #stall: StallSource;
  #stalled = false;
  #offering = false;
  #queued = 0;
  #sent = 0;

  constructor(stream: StreamSlot, codec: ItemCodec, stall: StallPattern, bench: Bench) {
    this.stream = stream;
    this.#codec = codec;
    this.#stall = new StallSource(stall);
    this.#bench = bench;
  }

  /** Items accepted so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Everything queued has been accepted. */
  get idle(): boolean {
    return this.#sent === this.#queued;
  }

  /** Replaces the stall pattern from now on. */
  stall(pattern: StallPattern): void {
    this.#stall = new StallSource(pattern);
  }

  /** Appends an item; it is offered in this cycle if nothing is before it and no stall holds it. */
  queue(item: T): void {
    const words = new Uint32Array(this.#codec.words);
    this.#codec.pack(item, words, 0);
    this.#queue.push(words);
    this.#queued++;
    if (this.#offering || this.#stalled || this.#bench.inReset()) return;
    this.#offer(this.#bench.io());
    this.#bench.changed();
  }

  /**
   * Appends items and waits until all have been accepted; goes on in the cycle after the last transfer. An item that does not fit is thrown at
   * once, so that a test which does not wait for the promise sees it too.
   */
  send(items: T | readonly T[], options: { timeout?: number } = {}): Promise<void> {
    for (const item of Array.isArray(items) ? (items as readonly T[]) : [items as T]) this.queue(item);
    const goal = this.#queued;
    const what = `acceptance of ${goal} items by stream ${this.stream.name}`;
    return this.#bench.waitFor(what, () => this.#sent >= goal, options.timeout);
  }

  drive(io: Uint32Array): void {
    this.#stalled = this.#stall.draw();
    if (this.#bench.inReset()) {
      this.#offering = false;
      io[this.stream.valid.offset] = 0;
      return;
    }
    if (!this.#offering && !this.#stalled && this.#queue.length > 0) this.#offer(io);
    io[this.stream.valid.offset] = this.#offering ? 1 : 0;
  }

  sample(io: Uint32Array): void {
    if (!this.#offering || io[this.stream.ready.offset] === 0 || this.#bench.inReset()) return;
    this.#queue.shift();
    this.#sent++;
    this.#offering = false;
  }

  #offer(io: Uint32Array): void {
    this.#offering = true;
    io[this.stream.valid.offset] = 1;
    const item = this.#queue[0]!;
    let at = 0;
    for (const port of this.stream.payload) {
      for (let i = 0; i < port.words; i++) io[port.offset + i] = item[at++]!;
    }
  }
}

/** One item as a monitor saw it. */
export interface Received<T> {
  readonly item: T;
  readonly cycle: number;
}

/** Takes items from a source of the design, as a StreamPlan's monitor does: ready is low in stalled cycles. */
export class Monitor<T = unknown> implements CycleHook {
  readonly stream: StreamSlot;
  readonly #codec: ItemCodec;
  readonly #bench: Bench;
  readonly #listeners: ((item: T, cycle: number) => void)[] = [];
  readonly #waiting: Received<T>[] = [];
  readonly #scratch: Uint32Array;
  #stall: StallSource;
  #count = 0;

  constructor(stream: StreamSlot, codec: ItemCodec, stall: StallPattern, bench: Bench) {
    this.stream = stream;
    this.#codec = codec;
    this.#stall = new StallSource(stall);
    this.#bench = bench;
    this.#scratch = new Uint32Array(codec.words);
  }

  /** Items received so far. */
  get count(): number {
    return this.#count;
  }

  stall(pattern: StallPattern): void {
    this.#stall = new StallSource(pattern);
  }

  /** Calls back at each transfer; what has a listener does not wait for `next`. */
  onItem(listener: (item: T, cycle: number) => void): this {
    this.#listeners.push(listener);
    return this;
  }

  /** The next item, waiting for it if need be. */
  async next(options: { timeout?: number } = {}): Promise<T> {
    return (await this.nextWithCycle(options)).item;
  }

  async nextWithCycle(options: { timeout?: number } = {}): Promise<Received<T>> {
    while (this.#waiting.length === 0) {
      const what = `item ${this.#count} of stream ${this.stream.name}`;
      await this.#bench.waitFor(what, () => this.#waiting.length > 0, options.timeout);
    }
    return this.#waiting.shift()!;
  }

  /** The next `count` items. */
  async take(count: number, options: { timeout?: number } = {}): Promise<T[]> {
    const what = `${count} items of stream ${this.stream.name}`;
    await this.#bench.waitFor(what, () => this.#waiting.length >= count, options.timeout);
    return this.#waiting.splice(0, count).map(({ item }) => item);
  }

  drive(io: Uint32Array): void {
    const stalled = this.#stall.draw();
    io[this.stream.ready.offset] = stalled || this.#bench.inReset() ? 0 : 1;
  }

  sample(io: Uint32Array, cycle: number): void {
    if (io[this.stream.ready.offset] === 0 || io[this.stream.valid.offset] === 0) return;
    this.#count++;
    let at = 0;
    for (const port of this.stream.payload) {
      for (let i = 0; i < port.words; i++) this.#scratch[at++] = io[port.offset + i]!;
    }
    const item = this.#codec.unpack(this.#scratch, 0) as T;
    if (this.#listeners.length === 0) this.#waiting.push({ item, cycle });
    for (const listener of this.#listeners) listener(item, cycle);
  }
}
