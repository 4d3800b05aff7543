// SPDX-License-Identifier: Apache-2.0
import type { StreamPlan, StreamResult } from '../../src/sim/engine.ts';
import { ForeignEngine } from '../engine-base.ts';
import { Channel } from '../protocol/channel.ts';
import { EngineError } from '../protocol/errors.ts';
import { parseEvents } from '../protocol/events.ts';
import { bytesOf, Inbox, Operation, Outbox } from '../protocol/frames.ts';
import { PipedChild } from '../protocol/pipes.ts';
import { decodeResult, encodePlan, pair } from '../protocol/plan.ts';
import type { ModelSource } from '../source.ts';

export interface ChildOptions {
  /** Silence after which the child is taken for hung and killed; long runs give signs of life. */
  readonly timeoutMs?: number;
}

/** A Verilated model in a process of its own: whatever it does, the test gets an answer or an `EngineError`. */
export class ChildVerilator extends ForeignEngine {
  override readonly kind = 'verilator';
  override readonly io: Uint32Array;
  readonly #child: PipedChild;
  readonly #channel: Channel;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #inputs: Uint32Array;
  readonly #outputBytes: Uint8Array;
  /** Inputs of the last settle, which need not be sent again while no step follows. */
  readonly #settledWith: Uint32Array;
  #settled = false;
  #owed = false;
  #waving = false;

  constructor(source: ModelSource, host: string, model: string, options: ChildOptions = {}) {
    super(source.layout, source.top);
    const { words, inputWords } = source.layout;
    this.io = new Uint32Array(words);
    this.#inputs = this.io.subarray(0, inputWords);
    this.#outputBytes = bytesOf(this.io.subarray(inputWords));
    this.#settledWith = new Uint32Array(inputWords);
    const timeoutMs = options.timeoutMs ?? 60_000;
    const what = `The Verilator process of ${source.top}`;
    this.#child = new PipedChild(host, [model, String(timeoutMs)]);
    this.#channel = new Channel(this.#child, { what, timeoutMs, watched: true });
    this.#outbox = new Outbox(this.#channel);
    this.#inbox = new Inbox(this.#channel);
  }

  /** Of the child, to watch or to kill. */
  get pid(): number {
    return this.#child.pid;
  }

  override settle(): void {
    if (this.#settled && this.#unchanged()) return;
    this.checkOpen();
    this.#post(Operation.settle);
    this.#outbox.flush();
    const status = this.#inbox.reply(this.#outputBytes);
    this.#settledWith.set(this.#inputs);
    this.#settled = true;
    this.#owed = false;
    if (status !== 0) this.#fetchEvents();
  }

  override step(cycles = 1, domainMask = this.everyDomain): void {
    this.checkOpen();
    if (domainMask & 1) this.cycles += cycles;
    this.#post(Operation.step, ...pair(cycles), domainMask);
    this.#settled = false;
    this.#owed = true;
  }

  override runBlock(inputs: Uint32Array, cycles: number): Uint32Array {
    this.checkBlock(inputs, cycles);
    const { inputWords, outputWords } = this.layout;
    const outputs = new Uint32Array(cycles * outputWords);
    const rows = inputs.subarray(0, cycles * inputWords);
    this.#outbox.flush();
    this.#channel.write(bytesOf(Uint32Array.of(Operation.block, cycles)));
    this.#channel.transfer(bytesOf(rows), bytesOf(outputs));
    this.#settled = false;
    this.cycles += cycles;
    if (cycles > 0) {
      this.#inputs.set(rows.subarray((cycles - 1) * inputWords));
      this.io.set(outputs.subarray((cycles - 1) * outputWords), inputWords);
    }
    this.#finish(this.#inbox.reply(NOTHING));
    return outputs;
  }

  override runStreams(plan: StreamPlan): StreamResult {
    this.checkOpen();
    this.#outbox.send(Operation.streams, this.#inputs, ...encodePlan(this.layout, plan));
    const { words, status } = this.#inbox.words();
    const result = decodeResult(this.layout, plan, words);
    this.cycles += result.cycles;
    this.#settled = false;
    this.#finish(status);
    return result;
  }

  override waveOn(path: string, from = 0): void {
    this.checkOpen();
    this.#waving = true;
    if (this.#wave(path, from)) return;
    throw new EngineError('usage', `Cannot write waves to ${path}. Was the engine opened with \`traced: true\`?`);
  }

  override waveOff(): void {
    this.checkOpen();
    this.#wave('', 0);
  }

  protected override synchronize(): void {
    if (!this.closed && this.#owed) this.#fetchEvents();
  }

  protected override shutDown(): void {
    try {
      // Waits for the end of the file, which somebody may read next.
      if (this.#waving) this.#wave('', 0);
      this.#outbox.flush();
    } catch {
      // It is dead already, which closing must not complain about.
    }
    this.#child.close();
  }

  /** Queues a frame that ends with the inputs as they are now. */
  #post(operation: number, ...head: readonly number[]): void {
    const frame = this.#outbox.frame(operation, head.length + this.#inputs.length);
    if (frame === null) {
      this.#outbox.send(operation, Uint32Array.from(head), this.#inputs);
      return;
    }
    for (let i = 0; i < head.length; i++) frame[i] = head[i]!;
    frame.set(this.#inputs, head.length);
  }

  #unchanged(): boolean {
    const now = this.#inputs;
    const then = this.#settledWith;
    for (let i = 0; i < now.length; i++) if (now[i] !== then[i]) return false;
    return true;
  }

  #finish(status: number): void {
    this.#owed = false;
    if (status !== 0) this.#fetchEvents();
  }

  #fetchEvents(): void {
    this.#owed = false;
    this.#outbox.send(Operation.events);
    const { words } = this.#inbox.words();
    const text = Buffer.from(bytesOf(words)).toString('utf8', 4, 4 + words[0]!);
    this.note(parseEvents(text, this.top));
  }

  #wave(path: string, from: number): boolean {
    const bytes = Buffer.from(path);
    const words = new Uint32Array(3 + Math.ceil(bytes.length / 4));
    words.set([...pair(from), bytes.length]);
    new Uint8Array(words.buffer).set(bytes, 12);
    this.#outbox.send(Operation.wave, words);
    const reply = new Uint32Array(1);
    this.#finish(this.#inbox.reply(bytesOf(reply)));
    return reply[0] === 1;
  }
}

const NOTHING = new Uint8Array(0);
