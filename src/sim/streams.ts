// SPDX-License-Identifier: Apache-2.0
import type { Engine, StallPattern, StreamPlan, StreamResult, StreamSlot } from './engine.ts';
import { assertNever } from '../ir/expr.ts';
import { xorshift32 } from './random.ts';

/** Draws once a cycle whether a driver or monitor holds back. */
function stallSource(pattern: StallPattern): (cycle: number) => boolean {
  switch (pattern.kind) {
    case 'none':
      return () => false;
    case 'random': {
      let state = pattern.seed >>> 0;
      if (state === 0) throw new RangeError('The seed of a random stall pattern must not be 0.');
      return () => {
        state = xorshift32(state);
        return state >>> 16 < pattern.threshold;
      };
    }
    case 'script': {
      const { pattern: script } = pattern;
      return script.length === 0 ? () => false : (cycle) => script[cycle % script.length] !== 0;
    }
    default:
      return assertNever(pattern);
  }
}

export function slotOf(streams: readonly StreamSlot[], name: string, direction: 'sink' | 'source'): StreamSlot {
  const slot = streams.find((stream) => stream.name === name);
  if (!slot)
    throw new Error(`There is no stream '${name}'; there are ${streams.map((s) => s.name).join(', ') || 'none'}.`);
  if (slot.direction !== direction) throw new Error(`Stream '${name}' is a ${slot.direction}, not a ${direction}.`);
  return slot;
}

/** Offers item after item to a sink of the design. */
class Driver {
  readonly #stall: (cycle: number) => boolean;
  sent = 0;
  #offering = false;

  constructor(
    readonly slot: StreamSlot,
    readonly items: Uint32Array,
    readonly count: number,
    stall: StallPattern,
  ) {
    this.#stall = stallSource(stall);
  }

  drive(io: Uint32Array, cycle: number): void {
    const stalled = this.#stall(cycle);
    if (this.#offering) return;
    this.#offering = !stalled && this.sent < this.count;
    io[this.slot.valid.offset] = this.#offering ? 1 : 0;
    if (!this.#offering) return;
    let from = this.sent * this.slot.words;
    for (const { offset, words } of this.slot.payload) {
      for (let i = 0; i < words; i++) io[offset + i] = this.items[from++]!;
    }
  }

  sample(io: Uint32Array): void {
    if (!this.#offering || io[this.slot.ready.offset] === 0) return;
    this.sent++;
    this.#offering = false;
  }
}

/** Records what a source of the design delivers. */
class Monitor {
  readonly #stall: (cycle: number) => boolean;
  #ready = false;
  count = 0;
  #items = new Uint32Array(64);
  #at = new Uint32Array(64);

  constructor(
    readonly slot: StreamSlot,
    readonly wanted: number,
    stall: StallPattern,
  ) {
    this.#stall = stallSource(stall);
  }

  get result(): { readonly items: Uint32Array; readonly count: number; readonly at: Uint32Array } {
    const { count } = this;
    return { items: this.#items.slice(0, count * this.slot.words), count, at: this.#at.slice(0, count) };
  }

  drive(io: Uint32Array, cycle: number): void {
    this.#ready = !this.#stall(cycle);
    io[this.slot.ready.offset] = this.#ready ? 1 : 0;
  }

  sample(io: Uint32Array, cycle: number): void {
    if (!this.#ready || io[this.slot.valid.offset] === 0) return;
    let to = this.count * this.slot.words;
    if (this.count === this.#at.length) this.#at = grown(this.#at, 1);
    if (to + this.slot.words > this.#items.length) this.#items = grown(this.#items, this.slot.words);
    for (const { offset, words } of this.slot.payload) {
      for (let i = 0; i < words; i++) this.#items[to++] = io[offset + i]!;
    }
    this.#at[this.count++] = cycle;
  }
}

function grown(array: Uint32Array<ArrayBuffer>, by: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2 + by);
  larger.set(array);
  return larger;
}

/** Moves whole streams through an engine cycle by cycle, as `StreamPlan` says: the way when cycles are watched. */
export function runStreams(engine: Engine, streams: readonly StreamSlot[], plan: StreamPlan): StreamResult {
  const drivers = plan.drivers.map((d) => new Driver(slotOf(streams, d.stream, 'sink'), d.items, d.count, d.stall));
  const monitors = plan.monitors.map((m) => new Monitor(slotOf(streams, m.stream, 'source'), m.count, m.stall));
  const satisfied = (): boolean =>
    drivers.every((driver) => driver.sent >= driver.count) &&
    monitors.every((monitor) => monitor.count >= monitor.wanted);
  let cycles = 0;
  let end = satisfied() ? Math.min(plan.drain, plan.maxCycles) : plan.maxCycles;
  let complete = satisfied();
  while (cycles < end) {
    const { io } = engine;
    for (const driver of drivers) driver.drive(io, cycles);
    for (const monitor of monitors) monitor.drive(io, cycles);
    engine.settle();
    for (const driver of drivers) driver.sample(io);
    for (const monitor of monitors) monitor.sample(io, cycles);
    engine.step(1);
    cycles++;
    if (!complete && satisfied()) {
      complete = true;
      end = Math.min(cycles + plan.drain, plan.maxCycles);
    }
  }
  const { io } = engine;
  for (const driver of drivers) io[driver.slot.valid.offset] = 0;
  for (const monitor of monitors) io[monitor.slot.ready.offset] = 0;
  return {
    cycles,
    complete,
    sent: drivers.map((driver) => driver.sent),
    received: monitors.map((monitor) => monitor.result),
  };
}
