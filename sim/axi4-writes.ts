// SPDX-License-Identifier: Apache-2.0
import type { MemoryModel } from './axi4-memory.ts';
import { AddressChannel, type BusPorts, HeldItem } from './axi4-slots.ts';

/** Bursts that wait for data, and responses that wait to be given, at most; then addresses wait. */
const BURSTS = 16;
/** Beats of data that may be ahead of their address. */
const AHEAD = 16;

/** Write channels of the memory model. */
export class Axi4Writes {
  #count = 0;
  readonly #address = new Float64Array(BURSTS);
  readonly #left = new Int32Array(BURSTS);
  readonly #id = new Int32Array(BURSTS);
  /** Worst answer of the oldest burst so far. */
  #worst = 0;
  // Beats that no burst has taken.
  #ahead = 0;
  readonly #aheadData: Uint32Array;
  readonly #aheadStrobe: Uint32Array;
  readonly #aheadLast = new Uint8Array(AHEAD);
  // Responses, oldest first; the first one may be offered.
  #responses = 0;
  #isOffered = false;
  readonly #responseId = new Int32Array(2 * BURSTS);
  readonly #responseCode = new Int32Array(2 * BURSTS);
  readonly #responseDue = new Float64Array(2 * BURSTS);
  readonly #channel: AddressChannel;
  readonly #held: HeldItem;
  readonly #dataWords: number;
  readonly #strobeWords: number;
  readonly #wvalid: number;
  readonly #wready: number;
  readonly #wdata: number;
  readonly #wstrb: number;
  readonly #wlast: number;
  readonly #bvalid: number;
  readonly #bready: number;
  readonly #bresp: number;
  readonly #bid: number;

  constructor(
    readonly model: MemoryModel,
    ports: BusPorts,
  ) {
    const [data, strobe] = [ports.words('wdata'), ports.words('wstrb')];
    this.#dataWords = data.length;
    this.#strobeWords = strobe.length;
    this.#channel = new AddressChannel(ports, 'aw', 4 * data.length);
    [this.#wvalid, this.#wready] = [ports.at('wvalid'), ports.at('wready')];
    [this.#wdata, this.#wstrb, this.#wlast] = [ports.at('wdata'), ports.at('wstrb'), ports.at('wlast')];
    this.#held = new HeldItem('W', this.#wvalid, this.#wready, [this.#wlast, ...data, ...strobe]);
    [this.#bvalid, this.#bready, this.#bresp] = [ports.at('bvalid'), ports.at('bready'), ports.at('bresp')];
    this.#bid = ports.optional('bid');
    this.#aheadData = new Uint32Array(AHEAD * this.#dataWords);
    this.#aheadStrobe = new Uint32Array(AHEAD * this.#strobeWords);
  }

  get pending(): number {
    return this.#count + this.#ahead + this.#responses;
  }

  reset(): void {
    this.#count = this.#ahead = this.#responses = this.#worst = 0;
    this.#isOffered = false;
    this.#channel.reset();
    this.#held.reset();
  }

  drive(io: Uint32Array): void {
    const { model } = this;
    io[this.#channel.ready] = this.#count < BURSTS && this.#responses < BURSTS && model.moves() ? 1 : 0;
    io[this.#wready] = this.#ahead < AHEAD && model.moves() ? 1 : 0;
    if (!this.#isOffered && this.#responses > 0 && this.#responseDue[0]! <= model.now && model.moves()) {
      this.#isOffered = true;
      if (this.#bid >= 0) io[this.#bid] = this.#responseId[0]!;
      io[this.#bresp] = this.#responseCode[0]!;
    }
    io[this.#bvalid] = this.#isOffered ? 1 : 0;
  }

  sample(io: Uint32Array): void {
    this.#held.sample(io);
    if (this.#isOffered && io[this.#bready] === 1) {
      this.#isOffered = false;
      this.#responses--;
      this.#responseId.copyWithin(0, 1);
      this.#responseCode.copyWithin(0, 1);
      this.#responseDue.copyWithin(0, 1);
    }
    if (this.#channel.sample(io)) {
      const i = this.#count++;
      this.#address[i] = this.#channel.burst(io);
      this.#left[i] = io[this.#channel.len]! + 1;
      this.#id[i] = this.#channel.idOf(io);
      this.model.served.writes++;
    }
    if (io[this.#wvalid] === 1 && io[this.#wready] === 1) {
      const i = this.#ahead++;
      for (let w = 0; w < this.#dataWords; w++) this.#aheadData[i * this.#dataWords + w] = io[this.#wdata + w]!;
      for (let w = 0; w < this.#strobeWords; w++) this.#aheadStrobe[i * this.#strobeWords + w] = io[this.#wstrb + w]!;
      this.#aheadLast[i] = io[this.#wlast]!;
    }
    while (this.#ahead > 0 && this.#count > 0) this.#beat();
  }

  /** The oldest beat of data meets the oldest burst. */
  #beat(): void {
    const { model } = this;
    const address = this.#address[0]!;
    const beatBytes = 4 * this.#dataWords;
    const response = model.responseOf(address, beatBytes);
    if (response !== 0) this.#worst = response;
    else {
      for (let b = 0; b < beatBytes; b++) {
        if (((this.#aheadStrobe[b >> 5]! >>> (b & 31)) & 1) === 0) continue;
        model.bytes[address + b] = this.#aheadData[b >> 2]! >>> (8 * (b & 3));
      }
    }
    const isLast = --this.#left[0]! === 0;
    if (isLast !== (this.#aheadLast[0] === 1)) {
      throw new Error(`AXI4: WLAST is ${this.#aheadLast[0]} with ${this.#left[0]} beats to go`);
    }
    model.served.writeBeats++;
    this.#address[0] = address + beatBytes;
    this.#ahead--;
    this.#aheadData.copyWithin(0, this.#dataWords);
    this.#aheadStrobe.copyWithin(0, this.#strobeWords);
    this.#aheadLast.copyWithin(0, 1);
    if (isLast) this.#endBurst();
  }

  #endBurst(): void {
    const r = this.#responses++;
    this.#responseId[r] = this.#id[0]!;
    this.#responseCode[r] = this.#worst;
    this.#responseDue[r] = this.model.due();
    this.#worst = 0;
    this.#count--;
    this.#address.copyWithin(0, 1);
    this.#left.copyWithin(0, 1);
    this.#id.copyWithin(0, 1);
  }
}
