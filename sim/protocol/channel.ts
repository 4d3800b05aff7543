// SPDX-License-Identifier: Apache-2.0
import { readSync, writeSync } from 'node:fs';
import { EngineError } from './errors.ts';
import { sleep, type PipedChild } from './pipes.ts';

/**
 * Bytes to and from a child, synchronously but never for ever: a dead child gives an error with its last words, a
 * silent one is killed after `timeoutMs` of silence.
 */
export class Channel {
  readonly #child: PipedChild;
  readonly #what: string;
  readonly #timeoutMs: number;
  readonly #buffer = Buffer.allocUnsafe(1 << 18);
  #begin = 0;
  #end = 0;
  #failure: EngineError | null = null;

  constructor(child: PipedChild, what: string, timeoutMs: number) {
    this.#child = child;
    this.#what = what;
    this.#timeoutMs = timeoutMs;
  }

  write(bytes: Uint8Array): void {
    this.#usable();
    let at = this.#tryWrite(bytes, 0);
    if (at === bytes.length) return;
    const wait = new Wait(this.#timeoutMs);
    while (at < bytes.length) {
      const put = this.#tryWrite(bytes, at);
      if (put > 0) wait.restart();
      else if (!wait.again()) this.#hung();
      at += put;
    }
  }

  /** Fills `into` from the child. */
  read(into: Uint8Array): void {
    this.transfer(null, into);
  }

  /** Writes all of `from` and fills `into`, whichever way there is room: neither side can block the other. */
  transfer(from: Uint8Array | null, into: Uint8Array): void {
    this.#usable();
    const out = from ?? into.subarray(0, 0);
    let put = 0;
    let got = this.#takeBuffered(into, 0);
    let wait: Wait | null = null;
    while (put < out.length || got < into.length) {
      const before = put + got;
      if (put < out.length) put += this.#tryWrite(out, put);
      if (got < into.length) got = this.#receive(into, got);
      if (put + got > before) wait?.restart();
      else if (!(wait ??= new Wait(this.#timeoutMs)).again()) this.#hung();
    }
  }

  #receive(into: Uint8Array, at: number): number {
    if (into.length - at >= this.#buffer.length) return at + this.#tryRead(into, at, into.length - at);
    const got = this.#tryRead(this.#buffer, 0, this.#buffer.length);
    this.#begin = 0;
    this.#end = got;
    return this.#takeBuffered(into, at);
  }

  #takeBuffered(into: Uint8Array, at: number): number {
    const take = Math.min(this.#end - this.#begin, into.length - at);
    if (take === 0) return at;
    into.set(this.#buffer.subarray(this.#begin, this.#begin + take), at);
    this.#begin += take;
    return at + take;
  }

  #tryRead(into: Uint8Array, at: number, most: number): number {
    let got: number;
    try {
      got = readSync(this.#child.fromChild, into, at, most, null);
    } catch (error) {
      if (isBusy(error)) return 0;
      this.#dead();
    }
    if (got === 0) this.#dead();
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

  #usable(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  #dead(): never {
    const { exitCode, signal } = this.#child.ending();
    const how =
      signal !== null ? `was ended by ${signal}` : exitCode !== null ? `ended with exit code ${exitCode}` : 'ended';
    this.#fail(new EngineError('crash', `${this.#what} ${how}.`, { exitCode, signal, output: this.#child.printed() }));
  }

  #hung(): never {
    const text = `${this.#what} has not answered for ${this.#timeoutMs / 1000} s and was killed.`;
    const error = new EngineError('timeout', text, { signal: 'SIGKILL', output: this.#child.printed() });
    this.#child.kill();
    this.#fail(error);
  }

  #fail(error: EngineError): never {
    this.#failure = error;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAGAIN' || code === 'EINTR';
}

/** Spins first, because a cycle takes microseconds, then sleeps briefly, and after some milliseconds longer. */
class Wait {
  readonly #timeoutMs: number;
  #since = 0;
  #tries = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  restart(): void {
    this.#tries = 0;
  }

  /** False when the time is up. */
  again(): boolean {
    if (this.#tries === 0) this.#since = performance.now();
    this.#tries++;
    if (this.#tries < 30) return true;
    const waited = performance.now() - this.#since;
    if (waited > this.#timeoutMs) return false;
    sleep(waited < 10 ? 0.01 : 1);
    return true;
  }
}
