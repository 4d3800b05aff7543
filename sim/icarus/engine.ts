// SPDX-License-Identifier: Apache-2.0
import type { EngineEvent, StreamPlan, StreamResult } from '../../src/sim/engine.ts';
import { runStreams } from '../../src/sim/streams.ts';
import { ForeignEngine } from '../engine-base.ts';
import { Channel } from '../protocol/channel.ts';
import { EngineError } from '../protocol/errors.ts';
import { parseEvents } from '../protocol/events.ts';
import { bytesOf } from '../protocol/frames.ts';
import { PipedChild } from '../protocol/pipes.ts';
import { streamOf } from '../protocol/plan.ts';
import type { ModelSource } from '../source.ts';
import { BENCH_PATH } from './bench.ts';
import { Requests } from './requests.ts';
import { UnknownCheck } from './unknowns.ts';

export interface IcarusOptions {
  readonly timeoutMs?: number;
  /** Unknown bits on outputs after reset are failures; on by default. */
  readonly xIsError?: boolean;
}

/** A model in vvp. Slow, with four values, and independent of the other two: a third opinion. */
export class IcarusEngine extends ForeignEngine {
  override readonly kind = 'icarus';
  override readonly io: Uint32Array;
  /** Unknown bits of the outputs, a row for each cycle of the last `runBlock` or the one row of the last `settle`. */
  unknown: Uint32Array;
  readonly #child: PipedChild;
  readonly #channel: Channel;
  readonly #requests: Requests;
  readonly #check: UnknownCheck | null;
  /** Values and unknown bits, as they come. */
  readonly #pairs: Uint32Array;
  #stepped = true;
  #waving = false;
  #lastInputs: Uint32Array;
  #read = 0;
  #rest = '';
  #printCycle = 0;

  constructor(source: ModelSource, vvp: string, model: string, options: IcarusOptions = {}) {
    super(source.layout, source.top);
    const { words, inputWords, outputWords } = source.layout;
    this.io = new Uint32Array(words);
    this.unknown = new Uint32Array(outputWords);
    this.#pairs = new Uint32Array(2 * Math.max(1, outputWords));
    this.#lastInputs = new Uint32Array(inputWords);
    this.#requests = new Requests(inputWords);
    this.#check = (options.xIsError ?? true) ? new UnknownCheck(source.layout, source.top) : null;
    this.#child = new PipedChild(vvp, ['-n', model]);
    const what = `The Icarus process of ${source.top}`;
    this.#channel = new Channel(this.#child, { what, timeoutMs: options.timeoutMs ?? 60_000, watched: false });
  }

  override settle(): void {
    const inputs = this.io.subarray(0, this.layout.inputWords);
    if (!this.#stepped && inputs.every((word, i) => word === this.#lastInputs[i])) return;
    this.checkOpen();
    this.#requests.settle(this.io);
    this.#transfer(bytesOf(this.#pairs));
    this.unknown = new Uint32Array(this.layout.outputWords);
    const values = this.io.subarray(this.layout.inputWords);
    split(this.#pairs, values, this.unknown);
    this.#lastInputs.set(inputs);
    this.#stepped = false;
    const unknowns = this.#check?.look(this.io, 0, values, this.unknown, this.cycles) ?? [];
    this.note([...this.#printed(), ...unknowns]);
  }

  override step(cycles = 1, domainMask = this.everyDomain): void {
    this.checkOpen();
    const most = 2 ** 31 - 1; // a Verilog integer
    for (let left = cycles; left > 0; left -= most) this.#requests.step(this.io, Math.min(left, most), domainMask);
    if (cycles > 0) this.#check?.stepped(this.io, 0);
    if (domainMask & 1) this.cycles += cycles;
    this.#stepped = true;
  }

  override runBlock(inputs: Uint32Array, cycles: number): Uint32Array {
    this.checkBlock(inputs, cycles);
    const { inputWords, outputWords } = this.layout;
    const pairs = new Uint32Array(cycles * this.#pairs.length + 2);
    this.#requests.block(inputs, cycles);
    this.#transfer(bytesOf(pairs));
    const outputs = new Uint32Array(cycles * outputWords);
    this.unknown = new Uint32Array(cycles * outputWords);
    const events: EngineEvent[] = [];
    for (let i = 0; i < cycles; i++) {
      const row = pairs.subarray(i * this.#pairs.length, (i + 1) * this.#pairs.length);
      const values = outputs.subarray(i * outputWords, (i + 1) * outputWords);
      const unknown = this.unknown.subarray(i * outputWords, (i + 1) * outputWords);
      split(row, values, unknown);
      events.push(...(this.#check?.look(inputs, i * inputWords, values, unknown, this.cycles + i) ?? []));
      this.#check?.stepped(inputs, i * inputWords);
    }
    if (cycles > 0) {
      this.io.set(inputs.subarray((cycles - 1) * inputWords, cycles * inputWords));
      this.io.set(outputs.subarray((cycles - 1) * outputWords), inputWords);
    }
    this.cycles += cycles;
    this.#stepped = true;
    this.note([...this.#printed(), ...events]);
    return outputs;
  }

  override runStreams(plan: StreamPlan): StreamResult {
    for (const { stream } of plan.drivers) streamOf(this.layout, stream, 'driver');
    for (const { stream } of plan.monitors) streamOf(this.layout, stream, 'monitor');
    return runStreams(this, this.layout.streams, plan);
  }

  override waveOn(path: string, from = 0): void {
    this.checkOpen();
    if (Buffer.byteLength(path) > 1024)
      throw new EngineError('usage', `The path of the wave file is too long: ${path}`);
    this.#requests.wave(path, from);
    this.#waving = true;
  }

  override waveOff(): void {
    this.checkOpen();
    this.#requests.waveOff();
    this.#flushWave();
  }

  protected override synchronize(): void {
    if (this.closed || !this.#stepped) return;
    this.settle();
  }

  protected override shutDown(): void {
    try {
      this.#flushWave();
      this.#channel.write(this.#requests.take());
    } catch {
      // It is dead already, which closing must not complain about.
    }
    this.#child.close();
  }

  /** Whoever reads the file next finds it whole. */
  #flushWave(): void {
    if (!this.#waving) return;
    this.#requests.waveFlush();
    this.#transfer(new Uint8Array(8));
  }

  #transfer(into: Uint8Array): void {
    try {
      this.#channel.transfer(this.#requests.take(), into);
    } catch (error) {
      throw this.#stopped(error);
    }
  }

  /** vvp simply ends when a model calls $finish, $stop or $fatal. */
  #stopped(error: unknown): unknown {
    if (!(error instanceof EngineError) || error.fault !== 'crash' || error.exitCode === null || error.exitCode > 1) {
      return error;
    }
    const text = `${this.top} stopped in or before cycle ${this.cycles}: it called $finish, $stop or $fatal.`;
    const output = error.output.replace(/^KILN-CYCLE .*\n?/gm, '');
    return new EngineError('stopped', text, { output, exitCode: error.exitCode });
  }

  /** Events in what vvp has printed since the last look; KILN-CYCLE lines say in which cycle. */
  #printed(): EngineEvent[] {
    const text = this.#child.printed(this.#read);
    if (text === '') return [];
    this.#read += Buffer.byteLength(text);
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    const dated: string[] = [];
    for (const line of lines) {
      if (line.startsWith('KILN-CYCLE ')) this.#printCycle = Number(line.slice(11));
      else if (!line.startsWith('VCD info: ')) dated.push(`${this.#printCycle} ${line}\n`);
    }
    return dated.length === 0 ? [] : parseEvents(dated.join(''), this.top, BENCH_PATH);
  }
}

/** From value and unknown word in turn to words of each; an unknown bit reads as 0. */
function split(pairs: Uint32Array, values: Uint32Array, unknown: Uint32Array): void {
  for (let i = 0; i < values.length; i++) {
    unknown[i] = pairs[2 * i + 1]!;
    values[i] = pairs[2 * i]! & ~pairs[2 * i + 1]!;
  }
}
