// SPDX-License-Identifier: Apache-2.0
import type { Design } from '../ir/module.ts';
import type { DomainSlot, Engine, EngineEvent, PortSlot, StreamPlan, StreamResult } from './engine.ts';
import { drainRing } from './events.ts';
import { flatten } from './flat/flatten.ts';
import { Machine } from './machine.ts';
import { memoryMap } from './memory-map.ts';
import type { EmbeddedOptions } from './options.ts';
import { powerUp } from './state.ts';
import { runStreams } from './streams.ts';

/** Compiles a design to WebAssembly in this process. Uses nothing but what every JavaScript host has. */
export function createEmbedded(design: Design, options: EmbeddedOptions = {}): EmbeddedEngine {
  return new EmbeddedEngine(design, options);
}

/** Steps run by one call into the generated code: calls let the host replace baseline code by optimised code. */
const SLICE = 20_000;

export class EmbeddedEngine implements Engine {
  readonly kind = 'embedded';
  readonly ports: readonly PortSlot[];
  readonly domains: readonly DomainSlot[];
  readonly #machine: Machine;
  readonly #allDomains: number;
  #io: Uint32Array;
  #cycle = 0;
  #events: EngineEvent[] = [];

  constructor(design: Design, options: EmbeddedOptions = {}) {
    const { flat } = flatten(design, {
      randomCollisions: options.collisions === 'random',
      strictMemory: options.strictMemory ?? true,
    });
    this.#machine = new Machine(flat, memoryMap(flat));
    this.ports = flat.layout.ports;
    this.domains = flat.layout.domains;
    this.#allDomains = 2 ** this.domains.length - 1;
    this.#io = this.#view();
    powerUp(this.#machine, options);
  }

  get io(): Uint32Array {
    if (this.#io.buffer !== this.#machine.memory.buffer) this.#io = this.#view();
    return this.#io;
  }

  get cycle(): number {
    return this.#cycle;
  }

  settle(): void {
    this.#machine.settle(this.#allDomains);
  }

  step(cycles = 1, domainMask = this.#allDomains): void {
    for (let first = 0; first < cycles; first += SLICE) {
      const count = Math.min(SLICE, cycles - first);
      this.#machine.run(domainMask, 0, count);
      this.#advance(count, domainMask);
    }
  }

  runBlock(inputs: Uint32Array, cycles: number): Uint32Array {
    const { inputWords, outputWords } = this.#machine.flat.layout;
    if (inputs.length !== inputWords * cycles) {
      throw new RangeError(`${cycles} cycles need ${inputWords * cycles} words of inputs, not ${inputs.length}.`);
    }
    const rows = Math.max(1, Math.min(cycles, SLICE));
    const start = this.#machine.blockBuffer(4 * (inputWords + outputWords) * rows + 8);
    const outputAt = start + 4 * inputWords * rows;
    const result = new Uint32Array(outputWords * cycles);
    for (let first = 0; first < cycles; first += rows) {
      const count = Math.min(rows, cycles - first);
      const words = new Uint32Array(this.#machine.memory.buffer);
      words.set(inputs.subarray(first * inputWords, (first + count) * inputWords), start / 4);
      this.#machine.runBlock(start, outputAt, this.#allDomains, 0, count);
      const from = new Uint32Array(this.#machine.memory.buffer, outputAt, count * outputWords);
      result.set(from, first * outputWords);
      this.#advance(count, this.#allDomains);
    }
    // The inputs keep the last row, as if each had been written to `io`.
    if (cycles > 0) this.io.set(inputs.subarray((cycles - 1) * inputWords), 0);
    return result;
  }

  runStreams(plan: StreamPlan): StreamResult {
    return runStreams(this, this.#machine.flat.layout.streams, plan);
  }

  takeEvents(): EngineEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  close(): void {
    this.#events = [];
  }

  #advance(cycles: number, domainMask: number): void {
    const events = drainRing(this.#machine, this.#cycle);
    if (events.length > 0) this.#events.push(...events);
    if ((domainMask & 1) === 1) this.#cycle += cycles;
  }

  #view(): Uint32Array {
    const { map, flat, memory } = this.#machine;
    return new Uint32Array(memory.buffer, map.io, flat.layout.words);
  }
}
