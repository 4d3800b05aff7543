// SPDX-License-Identifier: Apache-2.0
import type { Engine } from '../src/sim/engine.ts';
import { Axi4Reads } from './axi4-reads.ts';
import { BusPorts } from './axi4-slots.ts';
import { Axi4Writes } from './axi4-writes.ts';
import type { Participant } from './cycle-loop.ts';

export interface Axi4MemoryOptions {
  /** Of the port of the design, `m_axi` by default. */
  readonly prefix?: string;
  /** Contents from byte address 0 on; accesses beyond are answered with DECERR. */
  readonly bytes: Uint8Array;
  readonly seed?: number;
  /** Least and most cycles from an address to its first data, or from the last data to the response; 1 and 1 by default. */
  readonly latency?: readonly [number, number];
  /** Fraction of cycles in which a channel stalls, each on its own; 0 by default. */
  readonly stall?: number;
  /** Data of bursts with different IDs come mixed; on by default, of no effect with one ID. */
  readonly interleave?: boolean;
  /** Byte ranges that are answered with SLVERR; writes there are dropped. */
  readonly faults?: readonly { readonly from: number; readonly to: number }[];
}

/** What the channels of a memory share. */
export interface MemoryModel {
  readonly bytes: Uint8Array;
  readonly served: { reads: number; readBeats: number; writes: number; writeBeats: number };
  /** Cycles so far. */
  readonly now: number;
  /** Whether a channel moves in this cycle. */
  moves(): boolean;
  /** When something that is asked for now can be answered. */
  due(): number;
  /** 32 random bits. */
  draw(): number;
  /** Answer to a beat of so many bytes: 0 OKAY, 2 SLVERR, 3 DECERR. */
  responseOf(address: number, beatBytes: number): number;
}

/**
 * A memory behind an AXI4 master port of a design: serves INCR bursts of full beats; the master may lack all read or all write channels.
 * Ready and valid of the five channels come from its state alone, with random stalls, so the design may not wait for one of them
 * with another. Breaches of the protocol are thrown: bursts across 4 KiB, a wrong WLAST, an item that changes or goes away
 * before it is taken.
 *
 * One `drive` and one `sample` a cycle (see `CycleLoop`), on any engine; nothing is allocated in them.
 */
export class Axi4Memory implements Participant, MemoryModel {
  readonly bytes: Uint8Array;
  /** Bursts and beats so far. */
  readonly served = { reads: 0, readBeats: 0, writes: 0, writeBeats: 0 };
  now = 0;
  readonly #reads: Axi4Reads | null;
  readonly #writes: Axi4Writes | null;
  readonly #faults: readonly { readonly from: number; readonly to: number }[];
  /** Of 16 bits; below it a channel stalls. */
  readonly #threshold: number;
  readonly #least: number;
  readonly #spread: number;
  #random: number;

  constructor(engine: Engine, options: Axi4MemoryOptions) {
    this.bytes = options.bytes;
    this.#faults = options.faults ?? [];
    this.#threshold = Math.round((options.stall ?? 0) * 0x10000);
    const [least, most] = options.latency ?? [1, 1];
    this.#least = least;
    this.#spread = most - least + 1;
    this.#random = Math.imul(options.seed ?? 1, 0x9e3779b1) >>> 0 || 1;
    const ports = new BusPorts(engine.ports, options.prefix ?? 'm_axi');
    this.#reads = ports.has('arvalid') ? new Axi4Reads(this, ports, options.interleave ?? true) : null;
    this.#writes = ports.has('awvalid') ? new Axi4Writes(this, ports) : null;
    if (this.#reads === null && this.#writes === null) throw new Error(`no AXI4 master at ${ports.prefix}_*`);
  }

  /** Forgets what is under way, as at a reset of the design. */
  reset(): void {
    this.#reads?.reset();
    this.#writes?.reset();
  }

  /** Bursts, beats and responses that are under way. */
  get pending(): number {
    return (this.#reads?.pending ?? 0) + (this.#writes?.pending ?? 0);
  }

  drive(io: Uint32Array): void {
    this.now++;
    this.#reads?.drive(io);
    this.#writes?.drive(io);
  }

  sample(io: Uint32Array): void {
    this.#reads?.sample(io);
    this.#writes?.sample(io);
  }

  moves(): boolean {
    return this.#threshold === 0 || this.draw() >>> 16 >= this.#threshold;
  }

  due(): number {
    return this.now + this.#least + (this.#spread === 1 ? 0 : this.draw() % this.#spread);
  }

  draw(): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (this.#random = x >>> 0);
  }

  responseOf(address: number, beatBytes: number): number {
    const end = address + beatBytes;
    for (let i = 0; i < this.#faults.length; i++) {
      if (address < this.#faults[i]!.to && end > this.#faults[i]!.from) return 2;
    }
    return end > this.bytes.length ? 3 : 0;
  }
}
