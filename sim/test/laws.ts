// SPDX-License-Identifier: Apache-2.0
import type { StreamSlot } from '../../src/sim/engine.ts';
import { SimulationError } from './errors.ts';
import type { ItemCodec } from './items.ts';
import type { CycleHook } from './scheduler.ts';

/**
 * The laws of a stream, checked every cycle: valid, once up, stays until the transfer; the payload is stable while it
 * waits; valid is low in reset (from the cycle after its first clock edge on).
 */
export class LawChecker implements CycleHook {
  readonly #stream: StreamSlot;
  readonly #codec: ItemCodec;
  readonly #inReset: () => boolean;
  readonly #offered: Uint32Array;
  #wasStalled = false;
  #wasReset = false;

  constructor(stream: StreamSlot, codec: ItemCodec, inReset: () => boolean) {
    this.#stream = stream;
    this.#codec = codec;
    this.#inReset = inReset;
    this.#offered = new Uint32Array(stream.words);
  }

  /** After cycles that were not seen. */
  forget(): void {
    this.#wasStalled = false;
    this.#wasReset = false;
  }

  drive(): void {
    // Looks only.
  }

  sample(io: Uint32Array, cycle: number): void {
    const valid = io[this.#stream.valid.offset] !== 0;
    const reset = this.#inReset();
    if (reset) {
      if (valid && this.#wasReset) this.#broken(cycle, 'valid is high in reset');
      this.#wasStalled = false;
      this.#wasReset = true;
      return;
    }
    this.#wasReset = false;
    if (this.#wasStalled) {
      if (!valid) this.#broken(cycle, 'valid fell before the transfer');
      if (this.#changed(io)) this.#payloadChanged(io, cycle);
    }
    this.#wasStalled = valid && io[this.#stream.ready.offset] === 0;
    if (this.#wasStalled) this.#keep(io, this.#offered);
  }

  #keep(io: Uint32Array, into: Uint32Array): void {
    let at = 0;
    for (const { offset, words } of this.#stream.payload) {
      for (let i = 0; i < words; i++) into[at++] = io[offset + i]!;
    }
  }

  #changed(io: Uint32Array): boolean {
    let at = 0;
    for (const { offset, words } of this.#stream.payload) {
      for (let i = 0; i < words; i++) if (this.#offered[at++] !== io[offset + i]) return true;
    }
    return false;
  }

  #payloadChanged(io: Uint32Array, cycle: number): never {
    const now = new Uint32Array(this.#offered.length);
    this.#keep(io, now);
    const [before, after] = [this.#offered, now].map((words) => show(this.#codec.unpack(words, 0)));
    return this.#broken(cycle, `the payload changed while it waited, from ${before} to ${after}`);
  }

  #broken(cycle: number, what: string): never {
    throw new SimulationError(`Stream ${this.#stream.name} breaks the handshake law in cycle ${cycle}: ${what}.`);
  }
}

/** Any item on one line. */
export function show(item: unknown): string {
  if (typeof item === 'bigint') return `${item} (0x${item.toString(16)})`;
  if (typeof item !== 'object' || item === null) return String(item);
  if (Array.isArray(item)) return `[${item.map(show).join(', ')}]`;
  return `{ ${Object.entries(item)
    .map(([name, value]) => `${name}: ${show(value)}`)
    .join(', ')} }`;
}
