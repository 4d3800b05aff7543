// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type { StreamPlan, StreamResult } from '../../src/sim/engine.ts';
import { ForeignEngine } from '../engine-base.ts';
import { EngineError } from '../protocol/errors.ts';
import { parseEvents } from '../protocol/events.ts';
import { decodeResult, encodePlan } from '../protocol/plan.ts';
import type { ModelSource } from '../source.ts';

/** What an addon's `create` gives; see sim/verilator/native/addon.cpp. */
interface Native {
  settle(): void;
  step(inputs: Uint32Array, cycles: number, mask: number): void;
  block(inputs: Uint32Array, outputs: Uint32Array, cycles: number): void;
  streams(plan: Uint32Array): Uint32Array;
  events(): string;
  wave(path: string, from: number): boolean;
  close(): void;
}

const load = createRequire(import.meta.url);
const HAS_EVENTS = 1;

/**
 * A Verilated model in this process. A single `step` is not done at once: its inputs are kept beside `io` and the next
 * `settle` does both, so that a clock cycle of a reactive test costs one call.
 */
export class InProcessVerilator extends ForeignEngine {
  override readonly kind = 'verilator';
  override readonly io: Uint32Array;
  readonly #native: Native;
  readonly #shared: Uint32Array;
  readonly #inputWords: number;
  readonly #held: number;
  readonly #heldMask: number;
  readonly #status: number;

  constructor(source: ModelSource, addon: string) {
    super(source.layout, source.top);
    const { words, inputWords } = source.layout;
    this.#inputWords = inputWords;
    this.#held = words;
    this.#heldMask = words + inputWords;
    this.#status = this.#heldMask + 1;
    this.#shared = new Uint32Array(new ArrayBuffer((this.#status + 1) * 4));
    this.io = this.#shared.subarray(0, words);
    this.#native = (load(addon) as { create(shared: Uint32Array): Native }).create(this.#shared);
  }

  override settle(): void {
    this.#native.settle();
    if (this.#shared[this.#status] !== 0) this.#check();
  }

  override step(cycles = 1, domainMask = this.everyDomain): void {
    const shared = this.#shared;
    if (domainMask & 1) this.cycles += cycles;
    if (cycles !== 1 || shared[this.#heldMask] !== 0 || this.#inputWords > 64 || domainMask === 0) {
      this.checkOpen();
      this.#native.step(this.io, cycles, domainMask);
      if (shared[this.#status] !== 0) this.#check();
      return;
    }
    const held = this.#held;
    for (let i = 0; i < this.#inputWords; i++) shared[held + i] = shared[i]!;
    shared[this.#heldMask] = domainMask;
  }

  override runBlock(inputs: Uint32Array, cycles: number): Uint32Array {
    this.checkBlock(inputs, cycles);
    const outputs = new Uint32Array(cycles * this.layout.outputWords);
    this.#native.block(inputs, outputs, cycles);
    this.cycles += cycles;
    if (this.#shared[this.#status] !== 0) this.#check();
    return outputs;
  }

  override runStreams(plan: StreamPlan): StreamResult {
    this.checkOpen();
    const result = decodeResult(this.layout, plan, this.#native.streams(encodePlan(this.layout, plan)));
    this.cycles += result.cycles;
    if (this.#shared[this.#status] !== 0) this.#check();
    return result;
  }

  override waveOn(path: string, from = 0): void {
    this.checkOpen();
    if (!this.#native.wave(path, from)) {
      throw new EngineError('usage', `Cannot write waves to ${path}. Was the engine opened with \`traced: true\`?`);
    }
  }

  override waveOff(): void {
    this.checkOpen();
    this.#native.wave('', 0);
  }

  protected override synchronize(): void {
    if (this.closed) return;
    if (this.#shared[this.#heldMask] !== 0 || this.#shared[this.#status]! & HAS_EVENTS) this.#drain();
  }

  protected override shutDown(): void {
    this.#native.close();
  }

  #check(): void {
    if (this.#shared[this.#status]! & HAS_EVENTS) this.#drain();
  }

  #drain(): void {
    this.note(parseEvents(this.#native.events(), this.top));
  }
}
