// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type { StreamPlan, StreamResult } from '../../src/sim/engine.ts';
import { ForeignEngine } from '../engine-base.ts';
import { EngineError } from '../protocol/errors.ts';
import { parseEvents } from '../protocol/events.ts';
import { concatWords, decodeResult, encodePlan } from '../protocol/plan.ts';
import type { ModelSource } from '../source.ts';

/** An addon; see sim/verilator/native/addon.cpp. */
interface Native {
  /** Index of the instance that all functions but `create` work on. */
  readonly selected: Uint32Array;
  create(shared: Uint32Array): number;
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
 * A Verilated model in this process. A single `step` with the inputs of the last `settle` is not done at once, but with the
 * next `settle`, so that a clock cycle of a reactive test costs one call.
 */
export class InProcessVerilator extends ForeignEngine {
  override readonly kind = 'verilator';
  override readonly io: Uint32Array;
  readonly #addon: Native;
  readonly #selected: Uint32Array;
  readonly #index: number;
  readonly #shared: Uint32Array;
  readonly #inputWords: number;
  /** Where in `#shared`: inputs as the model has seen them last, domain mask of a step that is owed, status. */
  readonly #driven: number;
  readonly #owed: number;
  readonly #status: number;

  constructor(source: ModelSource, addon: string) {
    super(source.layout, source.top);
    const { words, inputWords } = source.layout;
    this.#inputWords = inputWords;
    this.#driven = words;
    this.#owed = words + inputWords;
    this.#status = this.#owed + 1;
    // One array for all: views side by side are slower to read and write than indices into one.
    this.#shared = new Uint32Array(new ArrayBuffer((this.#status + 1) * 4));
    this.io = this.#shared.subarray(0, words);
    this.#addon = load(addon) as Native;
    this.#selected = this.#addon.selected;
    this.#index = this.#addon.create(this.#shared);
  }

  override settle(): void {
    this.#selected[0] = this.#index;
    this.#addon.settle();
    if (this.#shared[this.#status] !== 0) this.#check();
  }

  override step(cycles = 1, domainMask = this.everyDomain): void {
    const shared = this.#shared;
    if (domainMask & 1) this.cycles += cycles;
    if (cycles === 1 && shared[this.#owed] === 0) {
      // With the inputs of the last settle, as nearly always, the next settle can do it.
      const driven = this.#driven;
      const count = this.#inputWords;
      let i = 0;
      while (i < count && shared[i] === shared[driven + i]) i++;
      if (i === count) {
        shared[this.#owed] = domainMask;
        return;
      }
    }
    this.checkOpen();
    this.#native().step(this.io, cycles, domainMask);
    if (shared[this.#status] !== 0) this.#check();
  }

  #native(): Native {
    this.#selected[0] = this.#index;
    return this.#addon;
  }

  override runBlock(inputs: Uint32Array, cycles: number): Uint32Array {
    this.checkBlock(inputs, cycles);
    const outputs = new Uint32Array(cycles * this.layout.outputWords);
    this.#native().block(inputs, outputs, cycles);
    this.cycles += cycles;
    if (this.#shared[this.#status] !== 0) this.#check();
    return outputs;
  }

  override runStreams(plan: StreamPlan): StreamResult {
    this.checkOpen();
    const result = decodeResult(this.layout, plan, this.#native().streams(concatWords(encodePlan(this.layout, plan))));
    this.cycles += result.cycles;
    if (this.#shared[this.#status] !== 0) this.#check();
    return result;
  }

  override waveOn(path: string, from = 0): void {
    this.checkOpen();
    if (!this.#native().wave(path, from)) {
      throw new EngineError('usage', `Cannot write waves to ${path}. Was the engine opened with \`traced: true\`?`);
    }
  }

  override waveOff(): void {
    this.checkOpen();
    this.#native().wave('', 0);
  }

  protected override synchronize(): void {
    if (this.closed) return;
    if (this.#shared[this.#owed] !== 0 || this.#shared[this.#status]! & HAS_EVENTS) this.#drain();
  }

  protected override shutDown(): void {
    this.#native().close();
  }

  #check(): void {
    if (this.#shared[this.#status]! & HAS_EVENTS) this.#drain();
  }

  #drain(): void {
    this.note(parseEvents(this.#native().events(), this.top));
  }
}
