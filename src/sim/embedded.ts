// SPDX-License-Identifier: Apache-2.0
import type { Design } from '../ir/module.ts';
import type { DomainSlot, Engine, EngineEvent, PortSlot, StreamPlan, StreamResult } from './engine.ts';
import { Coverage, type CoverageReport } from './coverage.ts';
import { drainRing, instancePath } from './events.ts';
import { flatten } from './flat/flatten.ts';
import { type FlatSignal, signalsOf } from './flat/signals.ts';
import { Inspector, type SignalInfo } from './inspect.ts';
import { Machine } from './machine.ts';
import { memoryMap } from './memory-map.ts';
import type { EmbeddedOptions } from './options.ts';
import { fingerprint, restoreState, saveState, type Snapshot } from './snapshot.ts';
import { powerUp } from './state.ts';
import { runCompiled } from './stream-run.ts';
import { runStreams } from './streams.ts';
import { Trace, type TraceOptions } from './trace.ts';
import type { WaveSink } from './vcd.ts';

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
  readonly #signals: () => readonly FlatSignal[];
  readonly #coverage: Coverage | null;
  #inspector: Inspector | null = null;
  #mark: string | null = null;
  #trace: Trace | null = null;
  #io: Uint32Array;
  #memory: Uint32Array;
  #cycle = 0;
  #started = false;
  #events: EngineEvent[] = [];

  constructor(design: Design, options: EmbeddedOptions = {}) {
    const { flat, root, resolver } = flatten(design, {
      randomCollisions: options.collisions === 'random',
      strictMemory: options.strictMemory ?? true,
      properties: options.properties ?? true,
    });
    const map = memoryMap(flat);
    let signals: readonly FlatSignal[] | null = null;
    this.#signals = () => (signals ??= signalsOf(root, resolver));
    this.#coverage = options.coverage
      ? new Coverage(flat, map, root, resolver, this.#signals(), options.coverage)
      : null;
    this.#machine = new Machine(flat, map, this.#coverage?.observe);
    this.ports = flat.layout.ports;
    this.domains = flat.layout.domains;
    // Without a clock, steps count as those of the first domain do, so that time passes.
    this.#allDomains = 2 ** Math.max(1, this.domains.length) - 1;
    this.#memory = this.#machine.words();
    this.#io = this.#view();
    powerUp(this.#machine, options);
  }

  get io(): Uint32Array {
    const words = this.#machine.words();
    if (words !== this.#memory) {
      this.#memory = words;
      this.#io = this.#view();
    }
    return this.#io;
  }

  get cycle(): number {
    return this.#cycle;
  }

  settle(): void {
    this.#machine.settle(this.#allDomains);
  }

  step(cycles = 1, domainMask = this.#allDomains): void {
    if (!this.#started) cycles -= this.#first(cycles, domainMask);
    const slice = this.#trace ? 1 : SLICE;
    for (let first = 0; first < cycles; first += slice) {
      const count = Math.min(slice, cycles - first);
      this.#trace?.sample(this.#cycle, domainMask);
      this.#machine.run(domainMask, 0, count);
      this.#advance(count, domainMask);
    }
  }

  runBlock(inputs: Uint32Array, cycles: number): Uint32Array {
    const { inputWords, outputWords } = this.#machine.flat.layout;
    if (inputs.length < inputWords * cycles) {
      throw new RangeError(`${cycles} cycles need ${inputWords * cycles} words of inputs, not ${inputs.length}.`);
    }
    const result = new Uint32Array(outputWords * cycles);
    // Watched cycles go one by one.
    const single = this.#trace ? cycles : this.#started ? 0 : Math.min(cycles, 1);
    for (let row = 0; row < single; row++) {
      this.io.set(inputs.subarray(row * inputWords, (row + 1) * inputWords));
      this.settle();
      result.set(this.io.subarray(inputWords), row * outputWords);
      this.step(1);
    }
    this.#runRows(inputs, single, cycles, result);
    // The inputs keep the last row, as if each had been written to `io`.
    if (cycles > 0) this.io.set(inputs.subarray((cycles - 1) * inputWords, cycles * inputWords));
    return result;
  }

  runStreams(plan: StreamPlan): StreamResult {
    const { streams } = this.#machine.flat.layout;
    // Watched cycles go one by one.
    if (this.#trace || (this.#coverage && !this.#started)) return runStreams(this, streams, plan);
    const first = this.#cycle;
    return runCompiled(this.#machine, streams, plan, (cycles) => this.#advance(cycles, this.#allDomains, first));
  }

  takeEvents(): EngineEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** All signals, by path from the top module down. */
  signals(): readonly SignalInfo[] {
    return this.#signals().map(({ path, width, format, kind }) => ({ path, width, format, kind }));
  }

  /** Present value of any signal; logic follows inputs and state, with or without `settle`. */
  read(path: string): bigint {
    return this.#inspect().read(path);
  }

  /** Changes a register. */
  write(path: string, value: bigint): void {
    this.#inspect().write(path, value);
  }

  readMemory(path: string, address: number): bigint {
    return this.#inspect().readMemory(path, address);
  }

  writeMemory(path: string, address: number, value: bigint): void {
    this.#inspect().writeMemory(path, address, value);
  }

  /** Registers, memories, inputs and cycle as bytes. */
  saveState(): Snapshot {
    return saveState(this.#machine, this.#fingerprint(), this.#cycle);
  }

  restoreState(snapshot: Uint8Array): void {
    this.#cycle = restoreState(this.#machine, this.#fingerprint(), snapshot);
  }

  /** Writes waves (VCD) from now on; an earlier trace ends. */
  trace(sink: WaveSink, options: TraceOptions = {}): void {
    this.endTrace();
    this.#trace = new Trace(this.#machine, this.#signals(), sink, options);
  }

  endTrace(): void {
    this.#trace?.close(this.#cycle);
    this.#trace = null;
  }

  /** Hits of covers, and what else the options asked to count. */
  coverage(): CoverageReport {
    const { flat, counters, memory } = this.#machine;
    const view = new DataView(memory.buffer);
    const covers = [...counters].map(([index, address]) => {
      const { name, instance, text } = flat.checks[index]!;
      const hits = Number(view.getBigUint64(address, true));
      return { name, instance: instancePath(flat.top, instance), text, hits };
    });
    return this.#coverage?.report(memory.buffer, covers) ?? { covers, toggle: [], branch: [], fsm: [] };
  }

  close(): void {
    this.endTrace();
    this.#events = [];
  }

  /** The first cycle, after which counters of changes begin. Returns the cycles run. */
  #first(cycles: number, domainMask: number): number {
    this.#started = true;
    if (!this.#coverage || cycles < 1) return 0;
    this.step(1, domainMask);
    this.#coverage.start(new Uint8Array(this.#machine.memory.buffer));
    return 1;
  }

  #runRows(inputs: Uint32Array, from: number, to: number, result: Uint32Array): void {
    const { inputWords, outputWords } = this.#machine.flat.layout;
    const rows = Math.min(to - from, SLICE);
    if (rows <= 0) return;
    const start = this.#machine.blockBuffer(4 * (inputWords + outputWords) * rows + 8);
    const outputAt = start + 4 * inputWords * rows;
    const words = new Uint32Array(this.#machine.memory.buffer);
    for (let first = from; first < to; first += rows) {
      const count = Math.min(rows, to - first);
      words.set(inputs.subarray(first * inputWords, (first + count) * inputWords), start / 4);
      this.#machine.runBlock(start, outputAt, this.#allDomains, 0, count);
      result.set(words.subarray(outputAt / 4, outputAt / 4 + count * outputWords), first * outputWords);
      this.#advance(count, this.#allDomains);
    }
  }

  #inspect(): Inspector {
    return (this.#inspector ??= new Inspector(this.#machine, this.#signals()));
  }

  #fingerprint(): string {
    return (this.#mark ??= fingerprint(this.#machine.flat));
  }

  /** Counts cycles that have run and takes their events; `firstCycle` is that of step 0. */
  #advance(cycles: number, domainMask: number, firstCycle = this.#cycle): void {
    const events = drainRing(this.#machine, firstCycle);
    if (events.length > 0) this.#events.push(...events);
    if ((domainMask & 1) === 1) this.#cycle += cycles;
  }

  #view(): Uint32Array {
    const { map, flat, memory } = this.#machine;
    return new Uint32Array(memory.buffer, map.io, flat.layout.words);
  }
}
