// SPDX-License-Identifier: Apache-2.0
import type { MemoryModel } from './axi4-memory.ts';
import { AddressChannel, type BusPorts } from './axi4-slots.ts';

/** Bursts under way at most; then addresses wait. */
const BURSTS = 16;

/** Read channels of the memory model. */
export class Axi4Reads {
  #count = 0;
  // Bursts under way, oldest first.
  readonly #address = new Float64Array(BURSTS);
  readonly #left = new Int32Array(BURSTS);
  readonly #id = new Int32Array(BURSTS);
  readonly #due = new Float64Array(BURSTS);
  /** Burst whose beat is offered, or -1. */
  #offered = -1;
  readonly #channel: AddressChannel;
  readonly #beatBytes: number;
  readonly #valid: number;
  readonly #ready: number;
  readonly #data: number;
  readonly #response: number;
  readonly #last: number;
  readonly #idPort: number;

  constructor(
    readonly model: MemoryModel,
    ports: BusPorts,
    readonly interleave: boolean,
  ) {
    this.#beatBytes = 4 * ports.words('rdata').length;
    this.#channel = new AddressChannel(ports, 'ar', this.#beatBytes);
    this.#valid = ports.at('rvalid');
    this.#ready = ports.at('rready');
    this.#data = ports.at('rdata');
    this.#response = ports.at('rresp');
    this.#last = ports.at('rlast');
    this.#idPort = ports.optional('rid');
  }

  get pending(): number {
    return this.#count;
  }

  reset(): void {
    this.#count = 0;
    this.#offered = -1;
    this.#channel.reset();
  }

  drive(io: Uint32Array): void {
    const { model } = this;
    io[this.#channel.ready] = this.#count < BURSTS && model.moves() ? 1 : 0;
    if (this.#offered < 0 && this.#count > 0 && model.moves()) this.#offer(io);
    io[this.#valid] = this.#offered >= 0 ? 1 : 0;
  }

  sample(io: Uint32Array): void {
    const { model } = this;
    if (this.#offered >= 0 && io[this.#ready] === 1) this.#endBeat();
    if (!this.#channel.sample(io)) return;
    const i = this.#count++;
    this.#address[i] = this.#channel.burst(io);
    this.#left[i] = io[this.#channel.len]! + 1;
    this.#id[i] = this.#channel.idOf(io);
    this.#due[i] = model.due();
    model.served.reads++;
  }

  /** Takes the next beat of a burst that is due: the oldest of some ID. */
  #offer(io: Uint32Array): void {
    const { model } = this;
    const wanted = this.interleave ? model.draw() % this.#count : 0;
    let chosen = -1;
    for (let i = 0; i <= wanted; i++) {
      if (this.#due[i]! > model.now) continue;
      let isOldest = true;
      for (let j = 0; j < i; j++) if (this.#id[j] === this.#id[i]) isOldest = false;
      if (isOldest) chosen = i;
    }
    if (chosen < 0) return;
    this.#offered = chosen;
    const address = this.#address[chosen]!;
    const response = model.responseOf(address, this.#beatBytes);
    if (this.#idPort >= 0) io[this.#idPort] = this.#id[chosen]!;
    io[this.#response] = response;
    io[this.#last] = this.#left[chosen] === 1 ? 1 : 0;
    const { bytes } = model;
    for (let at = 0; at < this.#beatBytes; at += 4) {
      const from = address + at;
      // What an error brings is junk on purpose.
      io[this.#data + (at >> 2)] =
        response === 0
          ? (bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24)) >>> 0
          : model.draw();
    }
  }

  #endBeat(): void {
    const i = this.#offered;
    this.#offered = -1;
    this.model.served.readBeats++;
    this.#address[i]! += this.#beatBytes;
    if (--this.#left[i]! > 0) return;
    this.#count--;
    this.#address.copyWithin(i, i + 1);
    this.#left.copyWithin(i, i + 1);
    this.#id.copyWithin(i, i + 1);
    this.#due.copyWithin(i, i + 1);
  }
}
