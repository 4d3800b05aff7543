// SPDX-License-Identifier: Apache-2.0
import type { PortSlot } from '../src/sim/engine.ts';

/** Finds ports of a bus in an engine's `io` by their names without the prefix. */
export class BusPorts {
  readonly #slots: ReadonlyMap<string, PortSlot>;

  constructor(
    ports: readonly PortSlot[],
    readonly prefix: string,
  ) {
    this.#slots = new Map(ports.map((slot) => [slot.name, slot]));
  }

  has(name: string): boolean {
    const slot = this.#slots.get(`${this.prefix}_${name}`);
    return slot !== undefined && slot.width > 0;
  }

  slot(name: string): PortSlot {
    const slot = this.#slots.get(`${this.prefix}_${name}`);
    if (slot === undefined) throw new Error(`the design has no port ${this.prefix}_${name}`);
    return slot;
  }

  /** In 32-bit words from the start of `io`. */
  at(name: string): number {
    return this.slot(name).offset;
  }

  /** As `at`; -1 for a port that is not there or has no bits. */
  optional(name: string): number {
    return this.has(name) ? this.at(name) : -1;
  }

  /** Every word of a port. */
  words(name: string): number[] {
    const { offset, words } = this.slot(name);
    return Array.from({ length: words }, (_, i) => offset + i);
  }
}

/** AR or AW of a master: where its ports lie, and the laws that its bursts have to keep. */
export class AddressChannel {
  readonly valid: number;
  readonly ready: number;
  readonly len: number;
  readonly id: number;
  readonly #name: string;
  readonly #address: readonly number[];
  readonly #size: number;
  readonly #burst: number;
  readonly #held: HeldItem;
  readonly #beatBytes: number;

  constructor(ports: BusPorts, name: 'ar' | 'aw', beatBytes: number) {
    this.#name = name.toUpperCase();
    this.#beatBytes = beatBytes;
    this.valid = ports.at(`${name}valid`);
    this.ready = ports.at(`${name}ready`);
    this.len = ports.at(`${name}len`);
    this.id = ports.optional(`${name}id`);
    this.#address = ports.words(`${name}addr`);
    this.#size = ports.at(`${name}size`);
    this.#burst = ports.at(`${name}burst`);
    const payload = [this.id, this.len, this.#size, this.#burst, ...this.#address];
    this.#held = new HeldItem(this.#name, this.valid, this.ready, payload);
  }

  reset(): void {
    this.#held.reset();
  }

  /** Looks at the channel; true when a burst is accepted in this cycle. */
  sample(io: Uint32Array): boolean {
    this.#held.sample(io);
    return io[this.valid] === 1 && io[this.ready] === 1;
  }

  /** The byte address of the burst that is accepted now, after its checks. */
  burst(io: Uint32Array): number {
    let address = io[this.#address[0]!]!;
    if (this.#address.length > 1) address += io[this.#address[1]!]! * 2 ** 32;
    const size = this.#beatBytes;
    const bytes = size * (io[this.len]! + 1);
    const fail = (text: string): never => {
      throw new Error(`AXI4: burst of ${bytes} bytes at ${address} on ${this.#name} ${text}`);
    };
    if (io[this.#burst] !== 1) fail('is not INCR');
    if (2 ** io[this.#size]! !== size) fail(`has beats of ${2 ** io[this.#size]!} bytes, not ${size}`);
    if (address % size !== 0) fail(`is not aligned to ${size}`);
    if (Math.floor(address / 4096) !== Math.floor((address + bytes - 1) / 4096)) fail('crosses 4 KiB');
    return address;
  }

  idOf(io: Uint32Array): number {
    return this.id < 0 ? 0 : io[this.id]!;
  }
}

/** What a master offers stays, unchanged, until it is taken. */
export class HeldItem {
  readonly #payload: Int32Array;
  readonly #before: Uint32Array;
  #waits = false;

  constructor(
    readonly name: string,
    readonly valid: number,
    readonly ready: number,
    payload: readonly number[],
  ) {
    this.#payload = Int32Array.from(payload.filter((offset) => offset >= 0));
    this.#before = new Uint32Array(this.#payload.length);
  }

  reset(): void {
    this.#waits = false;
  }

  sample(io: Uint32Array): void {
    const isValid = io[this.valid] === 1;
    if (this.#waits) {
      if (!isValid) throw new Error(`AXI4: ${this.name}VALID fell before its item was taken`);
      for (let i = 0; i < this.#payload.length; i++) {
        if (io[this.#payload[i]!] !== this.#before[i])
          throw new Error(`AXI4: ${this.name} changed before it was taken`);
      }
    }
    this.#waits = isValid && io[this.ready] === 0;
    if (this.#waits) for (let i = 0; i < this.#payload.length; i++) this.#before[i] = io[this.#payload[i]!]!;
  }
}
