// SPDX-License-Identifier: Apache-2.0
import type { FlatSignal } from './flat/signals.ts';
import type { Machine } from './machine.ts';
import { storedBytes } from './memory-map.ts';
import { addItem, newBlock } from './plan/program.ts';
import { VcdWriter, type VcdSignal, type WaveSink } from './vcd.ts';

export interface TraceOptions {
  /** First and last cycle to write. Default: all from now on. */
  readonly start?: number;
  readonly stop?: number;
  /** Signals to write, by path (`u_fifo.count`). Default: all. */
  readonly select?: (path: string) => boolean;
}

/** Waves of a running engine. Code that brings the signals into one place is compiled when tracing starts. */
export class Trace {
  readonly #writer: VcdWriter;
  readonly #observe: (step: number, domains: number) => void;
  readonly #address: number;
  readonly #words: number;
  readonly #start: number;
  readonly #stop: number;

  constructor(
    readonly machine: Machine,
    signals: readonly FlatSignal[],
    sink: WaveSink,
    options: TraceOptions,
  ) {
    const { flat, map } = machine;
    const chosen = signals.filter(({ path }) => options.select?.(path) ?? true);
    const root = newBlock();
    const at = chosen.map(({ width }) => map.arena.alloc(storedBytes(width), 8));
    this.#address = at[0] ?? map.arena.top;
    this.#words = (map.arena.top - this.#address) >> 2;
    chosen.forEach((signal, i) => addItem(root, { kind: 'poke', address: at[i]!, value: signal.value() }));
    this.#observe = machine.loadProgram({ name: 'observe', root });
    this.#start = options.start ?? 0;
    this.#stop = options.stop ?? Infinity;
    const variables = chosen.map(({ scope, label, width, format, kind }, i): VcdSignal => ({
      scope,
      label,
      width,
      format,
      isReg: kind === 'reg',
      offset: (at[i]! - this.#address) >> 2,
    }));
    const clocks = flat.layout.domains.map((domain) => domain.clock);
    this.#writer = new VcdWriter(variables, clocks, flat.top, sink);
  }

  /** Writes the present values, before the clock edge that ends the cycle. */
  sample(cycle: number, domains: number): void {
    if (cycle < this.#start || cycle > this.#stop) return;
    this.#observe(0, domains);
    const words = new Uint32Array(this.machine.memory.buffer, this.#address, this.#words);
    this.#writer.sample(cycle, words, domains);
  }

  close(cycle: number): void {
    this.#writer.close(Math.min(cycle, this.#stop + 1));
  }
}
