// SPDX-License-Identifier: Apache-2.0
import { readSync, writeSync } from 'node:fs';
import { EngineError } from './errors.ts';
import { sleep, TIMEOUT_EXIT, type PipedChild } from './pipes.ts';

/** About 5 us each. */
const TRIES = 12;
const MOST_SKIPS = 1023;

export interface ChannelOptions {
  /** For messages: `The Verilator process of fifo`. */
  readonly what: string;
  readonly timeoutMs: number;
  /** The child is watched by a process of its own, so that we can wait in a blocking read, the fastest way there is. */
  readonly watched: boolean;
}

/**
 * Bytes to and from a child, synchronously but never for ever: a dead child gives an error with its last words, a
 * silent one is killed, by its watcher or from here.
 */
export class Channel {
  readonly #child: PipedChild;
  readonly #options: ChannelOptions;
  readonly #buffer = Buffer.allocUnsafe(1 << 18);
  #begin = 0;
  #end = 0;
  #failure: EngineError | null = null;
  /** Reads that do not wait awake, and how many it was when that was last found to be vain. */
  #skips = 0;
  #vain = 0;

  constructor(child: PipedChild, options: ChannelOptions) {
    this.#child = child;
    this.#options = options;
  }

  write(bytes: Uint8Array): void {
    this.transfer(bytes, NOTHING);
  }

  /** Fills `into` from the child. */
  read(into: Uint8Array): void {
    this.transfer(NOTHING, into);
  }

  /** Writes all of `from` and fills `into`, whichever way there is room: neither side can block the other. */
  transfer(from: Uint8Array, into: Uint8Array): void {
    if (this.#failure !== null) throw this.#failure;
    let put = 0;
    let got = this.#takeBuffered(into, 0);
    let idleSince = 0;
    while (put < from.length || got < into.length) {
      const before = put + got;
      if (put < from.length) put += this.#tryWrite(from, put);
      if (got < into.length) got = this.#receive(into, got, put === from.length && this.#options.watched);
      if (put + got > before) idleSince = 0;
      else if (idleSince === 0) idleSince = performance.now();
      else if (performance.now() - idleSince > this.#options.timeoutMs * 2) this.#hung();
      else sleep(performance.now() - idleSince < 20 ? 0.02 : 1);
    }
  }

  #receive(into: Uint8Array, at: number, block: boolean): number {
    const read = (into: Uint8Array, at: number, most: number): number =>
      block ? this.#awaitRead(into, at, most) : this.#tryRead(into, at, most, false);
    if (into.length - at >= this.#buffer.length) return at + read(into, at, into.length - at);
    this.#begin = 0;
    this.#end = 0;
    this.#end = read(this.#buffer, 0, this.#buffer.length);
    return this.#takeBuffered(into, at);
  }

  /**
   * Waits awake for a short time, since a processor that goes to sleep takes tens of microseconds to come back, and then in a
   * blocking read. Where waiting awake did not help, it is not tried for a while: the child may need this very processor.
   */
  #awaitRead(into: Uint8Array, at: number, most: number): number {
    if (this.#skips > 0) {
      this.#skips--;
      return this.#tryRead(into, at, most, true);
    }
    const { stackTraceLimit } = Error;
    // "Not yet" comes as an exception, which is twice as dear with a stack.
    Error.stackTraceLimit = 0;
    let got = 0;
    for (let tries = 0; got === 0 && tries < TRIES; tries++) got = attempt(this.#child.fromChild, into, at, most);
    Error.stackTraceLimit = stackTraceLimit;
    if (got === ENDED) this.#dead();
    if (got > 0) {
      this.#vain = 0;
      return got;
    }
    this.#vain = Math.min(2 * this.#vain + 1, MOST_SKIPS);
    this.#skips = this.#vain;
    return this.#tryRead(into, at, most, true);
  }

  #takeBuffered(into: Uint8Array, at: number): number {
    const take = Math.min(this.#end - this.#begin, into.length - at);
    if (take === 0) return at;
    into.set(this.#buffer.subarray(this.#begin, this.#begin + take), at);
    this.#begin += take;
    return at + take;
  }

  #tryRead(into: Uint8Array, at: number, most: number, block: boolean): number {
    const got = attempt(block ? this.#child.fromChildBlocking : this.#child.fromChild, into, at, most);
    if (got === ENDED) this.#dead();
    return got;
  }

  #tryWrite(from: Uint8Array, at: number): number {
    try {
      return writeSync(this.#child.toChild, from, at, from.length - at);
    } catch (error) {
      if (isBusy(error)) return 0;
      this.#dead();
    }
  }

  #dead(): never {
    const { exitCode, signal } = this.#child.ending();
    if (exitCode === TIMEOUT_EXIT && this.#options.watched) this.#hung();
    const how =
      signal !== null ? `was ended by ${signal}` : exitCode !== null ? `ended with exit code ${exitCode}` : 'ended';
    const details = { exitCode, signal, output: this.#child.printed() };
    this.#fail(new EngineError('crash', `${this.#options.what} ${how}.`, details));
  }

  #hung(): never {
    this.#child.kill();
    const seconds = this.#options.timeoutMs / 1000;
    const text = `${this.#options.what} has given no sign of life for ${seconds} s and was killed.`;
    this.#fail(new EngineError('timeout', text, { signal: 'SIGKILL', output: this.#child.printed() }));
  }

  #fail(error: EngineError): never {
    this.#failure = error;
    throw error;
  }
}

const NOTHING = new Uint8Array(0);

const ENDED = -1;

/** What a read gave: bytes, 0 for not yet, or `ENDED`. */
function attempt(fd: number, into: Uint8Array, at: number, most: number): number {
  try {
    return readSync(fd, into, at, most, null) || ENDED;
  } catch (error) {
    return isBusy(error) ? 0 : ENDED;
  }
}

function isBusy(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAGAIN' || code === 'EINTR';
}
