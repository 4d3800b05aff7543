// SPDX-License-Identifier: Apache-2.0
import type { Engine, StreamPlan } from '../../src/sim/engine.ts';
import type { IoLayout } from '../../src/sim/layout.ts';

type Entry =
  | { readonly kind: 'step'; readonly inputs: Uint32Array; cycles: number }
  | { readonly kind: 'streams'; readonly inputs: Uint32Array; readonly plan: StreamPlan };

/**
 * Everything that was put into an engine, so that a failed run can be repeated with waves. Held inputs cost one entry
 * however long they are held; a stream plan is kept as it is.
 */
export class Recorder {
  readonly #inputWords: number;
  readonly #most: number;
  readonly #entries: Entry[] = [];
  #words = 0;
  #cycles = 0;

  /** `mostWords`: the run is no longer recorded beyond this. */
  constructor(layout: IoLayout, mostWords = 1 << 25) {
    this.#inputWords = layout.inputWords;
    this.#most = mostWords;
  }

  get cycles(): number {
    return this.#cycles;
  }

  /** Too long to be repeated. */
  get overflowed(): boolean {
    return this.#words > this.#most;
  }

  step(io: Uint32Array, cycles: number): void {
    this.#cycles += cycles;
    if (this.overflowed) return;
    const last = this.#entries.at(-1);
    if (last?.kind === 'step' && this.#same(last.inputs, io)) last.cycles += cycles;
    else this.#add({ kind: 'step', inputs: io.slice(0, this.#inputWords), cycles }, this.#inputWords + 8);
  }

  streams(io: Uint32Array, plan: StreamPlan): void {
    const size = plan.drivers.reduce((sum, driver) => sum + driver.items.length, 0);
    this.#add({ kind: 'streams', inputs: io.slice(0, this.#inputWords), plan }, size);
  }

  /** Does it all again, up to and including cycle `last`. */
  replay(engine: Engine): void {
    for (const entry of this.#entries) {
      engine.io.set(entry.inputs);
      if (entry.kind === 'step') engine.step(entry.cycles);
      else engine.runStreams(entry.plan);
    }
    engine.settle();
  }

  #add(entry: Entry, words: number): void {
    this.#words += words;
    if (this.overflowed) this.#entries.length = 0;
    else this.#entries.push(entry);
  }

  #same(inputs: Uint32Array, io: Uint32Array): boolean {
    for (let i = 0; i < inputs.length; i++) if (inputs[i] !== io[i]) return false;
    return true;
  }
}
