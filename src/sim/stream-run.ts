// SPDX-License-Identifier: Apache-2.0
import type { StallPattern, StreamPlan, StreamResult, StreamSlot } from './engine.ts';
import type { Machine } from './machine.ts';
import { field, RECORD_BYTES, type StreamCode } from './stream-code.ts';
import { slotOf } from './streams.ts';

/** Items that a monitor holds before they are taken out of memory. */
const MONITOR_ITEMS = 1 << 14;

/** Cycles in one call, so that baseline code is left soon. */
const SLICE = 20_000;

/** The loop for one choice of streams, compiled once. */
export interface StreamLoop {
  readonly code: StreamCode;
  /** Runs from a step up to another; returns the step reached. */
  readonly run: (first: number, last: number, stopWhenDone: boolean) => number;
}

/** Moves streams with the drivers and monitors in the generated code. `advance` hears of every run of cycles. */
export function runCompiled(
  machine: Machine,
  streams: readonly StreamSlot[],
  plan: StreamPlan,
  advance: (cycles: number) => void,
): StreamResult {
  const drivers = plan.drivers.map((driver) => slotOf(streams, driver.stream, 'sink'));
  const monitors = plan.monitors.map((monitor) => slotOf(streams, monitor.stream, 'source'));
  const loop = machine.streamLoop(drivers, monitors);
  const run = new StreamRun(machine, loop, plan, advance);
  return run.result();
}

class StreamRun {
  readonly #received: { readonly items: Uint32Array[]; readonly at: Uint32Array[] }[];
  readonly #buffers: { items: number; at: number }[] = [];
  #step = 0;

  constructor(
    readonly machine: Machine,
    readonly loop: StreamLoop,
    readonly plan: StreamPlan,
    readonly advance: (cycles: number) => void,
  ) {
    this.#received = plan.monitors.map(() => ({ items: [], at: [] }));
    this.#prepare();
  }

  result(): StreamResult {
    const { plan } = this;
    const complete = this.#isDone() || this.#run(plan.maxCycles, true);
    if (complete) this.#run(Math.min(this.#step + plan.drain, plan.maxCycles), false);
    const words = this.machine.words();
    const { drivers, monitors } = this.loop.code;
    for (const { slot } of drivers) this.machine.input(slot.valid.offset, 0);
    for (const { slot } of monitors) this.machine.input(slot.ready.offset, 0);
    return {
      cycles: this.#step,
      complete,
      sent: drivers.map(({ record }) => words[record / 4 + field.count]!),
      received: this.#received.map(({ items, at }) => {
        const joined = join(at);
        return { items: join(items), count: joined.length, at: joined };
      }),
    };
  }

  /** Runs up to a step, or until all is done; says whether it is. */
  #run(last: number, stopWhenDone: boolean): boolean {
    while (this.#step < last) {
      const reached = this.loop.run(this.#step, Math.min(last, this.#step + SLICE), stopWhenDone);
      this.advance(reached - this.#step);
      this.#step = reached;
      this.#collect();
      if (stopWhenDone && this.#isDone()) return true;
    }
    return false;
  }

  #isDone(): boolean {
    const words = this.machine.words();
    const { drivers, monitors } = this.loop.code;
    return [...drivers, ...monitors].every(
      ({ record }) => words[record / 4 + field.count]! >= words[record / 4 + field.wanted]!,
    );
  }

  /** Takes received items out of memory and makes room for as many again. */
  #collect(): void {
    const words = this.machine.words();
    this.loop.code.monitors.forEach(({ slot, record }, i) => {
      const base = record / 4;
      const { items, at } = this.#buffers[i]!;
      const count = (words[base + field.at]! - at) / 4;
      if (count === 0) return;
      this.#received[i]!.items.push(words.slice(items / 4, items / 4 + count * slot.words));
      this.#received[i]!.at.push(words.slice(at / 4, at / 4 + count));
      words[base + field.items] = items;
      words[base + field.at] = at;
      words[base + field.limit] = words[base + field.count]! + MONITOR_ITEMS;
    });
  }

  /** Puts items, scripts and records into memory above everything that lasts. */
  #prepare(): void {
    const { machine, plan } = this;
    const { drivers, monitors } = this.loop.code;
    const sizes: number[] = [];
    drivers.forEach((_, i) => sizes.push(plan.drivers[i]!.items.byteLength, scriptBytes(plan.drivers[i]!.stall)));
    monitors.forEach(({ slot }, i) => {
      sizes.push(4 * slot.words * MONITOR_ITEMS, 4 * MONITOR_ITEMS, scriptBytes(plan.monitors[i]!.stall));
    });
    let at = machine.scratch(sizes.reduce((sum, size) => sum + align(size), 0));
    const words = machine.words();
    const take = (size: number): number => {
      const address = at;
      at += align(size);
      return address;
    };
    drivers.forEach(({ record }, i) => {
      const { items, count, stall } = plan.drivers[i]!;
      words.fill(0, record / 4, (record + RECORD_BYTES) / 4);
      const address = take(items.byteLength);
      words.set(items, address / 4);
      words[record / 4 + field.items] = address;
      words[record / 4 + field.wanted] = count;
      this.#stall(record, stall, take);
    });
    monitors.forEach(({ slot, record }, i) => {
      const { count, stall } = plan.monitors[i]!;
      words.fill(0, record / 4, (record + RECORD_BYTES) / 4);
      const buffer = { items: take(4 * slot.words * MONITOR_ITEMS), at: take(4 * MONITOR_ITEMS) };
      this.#buffers.push(buffer);
      words[record / 4 + field.items] = buffer.items;
      words[record / 4 + field.at] = buffer.at;
      words[record / 4 + field.limit] = MONITOR_ITEMS;
      words[record / 4 + field.wanted] = count;
      this.#stall(record, stall, take);
    });
  }

  #stall(record: number, stall: StallPattern, take: (size: number) => number): void {
    const words = this.machine.words();
    if (stall.kind === 'random') {
      if (stall.seed >>> 0 === 0) throw new RangeError('The seed of a random stall pattern must not be 0.');
      words[record / 4 + field.state] = stall.seed;
      words[record / 4 + field.threshold] = stall.threshold;
    } else if (stall.kind === 'script') {
      const address = take(stall.pattern.length);
      new Uint8Array(words.buffer).set(stall.pattern, address);
      words[record / 4 + field.script] = address;
      words[record / 4 + field.scriptLength] = stall.pattern.length;
    }
  }
}

function scriptBytes(stall: StallPattern): number {
  return stall.kind === 'script' ? stall.pattern.length : 0;
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function join(chunks: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
