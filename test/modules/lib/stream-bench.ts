// SPDX-License-Identifier: Apache-2.0
import { openEngine } from '../../../sim/index.ts';
import { type BlockCall, elaborate } from '../../../src/dsl/index.ts';
import type { Engine, EngineKind, StallPattern, StreamResult, StreamSlot } from '../../../src/sim/engine.ts';
import { createEmbedded } from '../../../src/sim/embedded.ts';
import { ioLayout } from '../../../src/sim/layout.ts';

/** One item of a stream: its payload ports in order; a stream with one port takes a plain number. */
export type Item = bigint | readonly bigint[];

export interface Flow {
  readonly drive: Readonly<Record<string, readonly Item[]>>;
  /** Items to wait for. */
  readonly collect: Readonly<Record<string, number>>;
  /** Seed of the stalls of every stream; 0 for none. */
  readonly seed?: number;
  /** Stalls by stream name, in place of random ones. */
  readonly stall?: Readonly<Record<string, readonly number[]>>;
  readonly maxCycles?: number;
}

export interface Flowed {
  readonly received: Readonly<Record<string, Item[]>>;
  readonly at: Readonly<Record<string, readonly number[]>>;
  readonly cycles: number;
}

/** A design in an engine, after reset. */
export interface Bench {
  readonly engine: Engine;
  readonly streams: readonly StreamSlot[];
  /** Moves the streams; fails on failed properties and on streams that are not done. */
  run(flow: Flow): Flowed;
  close(): void;
}

export async function openBench(call: BlockCall, kind: EngineKind = 'embedded'): Promise<Bench> {
  const design = elaborate(call);
  const engine: Engine =
    kind === 'embedded' ? createEmbedded(design, { collisions: 'random' }) : await openEngine(design, { engine: kind });
  const { streams } = ioLayout(design.top);
  reset(engine);
  return {
    engine,
    streams,
    run: (flow) => run(engine, streams, flow),
    close: () => {
      engine.close();
    },
  };
}

/** Opens a bench, runs one flow, closes it. */
export async function flow(call: BlockCall, plan: Flow, kind: EngineKind = 'embedded'): Promise<Flowed> {
  const bench = await openBench(call, kind);
  try {
    return bench.run(plan);
  } finally {
    bench.close();
  }
}

export function reset(engine: Engine): void {
  const resets = new Set(engine.domains.map((domain) => domain.reset));
  const slots = engine.ports.filter((port) => resets.has(port.name));
  for (const slot of slots) engine.io[slot.offset] = 1;
  engine.step(3);
  for (const slot of slots) engine.io[slot.offset] = 0;
  engine.settle();
  engine.takeEvents();
}

function run(engine: Engine, streams: readonly StreamSlot[], plan: Flow): Flowed {
  const slotOf = (name: string): StreamSlot => streams.find((slot) => slot.name === name)!;
  const stallOf = (name: string, index: number): StallPattern => {
    const script = plan.stall?.[name];
    if (script) return { kind: 'script', pattern: Uint8Array.from(script) };
    if (!plan.seed) return { kind: 'none' };
    // Some streams stall rarely and some most of the time.
    const random = (plan.seed * 7919 + index * 104729) >>> 0;
    return { kind: 'random', seed: random | 1, threshold: [8_000, 32_000, 54_000][random % 3]! };
  };
  const drivers = Object.entries(plan.drive).map(([name, items], i) => {
    const words = items.flatMap((item) => wordsOf(slotOf(name), item));
    return { stream: name, items: Uint32Array.from(words), count: items.length, stall: stallOf(name, i) };
  });
  const monitors = Object.entries(plan.collect).map(([name, count], i) => {
    return { stream: name, count, stall: stallOf(name, drivers.length + i) };
  });
  const maxCycles = plan.maxCycles ?? 200_000;
  const result = engine.runStreams({ drivers, monitors, maxCycles, drain: 20 });
  const failed = engine.takeEvents().filter((event) => event.kind !== 'message');
  if (failed.length > 0) {
    const texts = failed.slice(0, 5).map((e) => `${e.kind} ${e.name} in ${e.instance}, cycle ${e.cycle} ${e.text}`);
    throw new Error(`${failed.length} properties failed, seed ${plan.seed}: ${texts.join('; ')}`);
  }
  if (!result.complete) throw new Error(incomplete(plan, result));
  const names = Object.keys(plan.collect);
  const items = result.received.map(({ items: words, count }, i) => itemsOf(slotOf(names[i]!), words, count));
  return {
    received: Object.fromEntries(names.map((name, i) => [name, items[i]!])),
    at: Object.fromEntries(names.map((name, i) => [name, [...result.received[i]!.at]])),
    cycles: result.cycles,
  };
}

function incomplete(plan: Flow, result: StreamResult): string {
  const sent = Object.entries(plan.drive).map(([name, items], i) => `${name} ${result.sent[i]} of ${items.length}`);
  const got = Object.entries(plan.collect).map(([name, n], i) => `${name} ${result.received[i]!.count} of ${n}`);
  return `Not done after ${result.cycles} cycles, seed ${plan.seed}: sent ${sent.join(', ')}; received ${got.join(', ')}.`;
}

function wordsOf(slot: StreamSlot, item: Item): number[] {
  const values = typeof item === 'bigint' ? [item] : item;
  const ports = slot.payload.filter((port) => port.width > 0);
  return ports.flatMap((port, i) =>
    Array.from({ length: port.words }, (_, w) => Number((values[i]! >> BigInt(32 * w)) & 0xffff_ffffn)),
  );
}

function itemsOf(slot: StreamSlot, words: Uint32Array, count: number): Item[] {
  const ports = slot.payload.filter((port) => port.width > 0);
  let at = 0;
  return Array.from({ length: count }, () => {
    const values = ports.map((port) => {
      let value = 0n;
      for (let w = 0; w < port.words; w++) value |= BigInt(words[at++]!) << BigInt(32 * w);
      return value;
    });
    return values.length === 1 ? values[0]! : values;
  });
}

/** Numbers from a seed (xorshift32). */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
  }
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % limit;
  }
  bits(width: number): bigint {
    let value = 0n;
    for (let i = 0; i < width; i += 16) value = (value << 16n) | BigInt(this.below(0x10000));
    return value & ((1n << BigInt(width)) - 1n);
  }
  items(count: number, width: number): bigint[] {
    return Array.from({ length: count }, () => this.bits(width));
  }
}

/** An item for a stream without payload is no value at all. */
export function payloadOf(width: number, values: readonly bigint[]): Item[] {
  return width === 0 ? values.map(() => []) : [...values];
}
