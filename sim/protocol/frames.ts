// SPDX-License-Identifier: Apache-2.0
import type { Channel } from './channel.ts';

/** Requests to the child; the other end is sim/verilator/native/child.cpp. A frame is operation, length, words. */
export const Operation = { settle: 1, step: 2, block: 3, streams: 4, events: 5, wave: 6 } as const;

/** Bytes of words, without a copy. */
export function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** Frames that wait to be sent together: steps have no reply, so a cycle is one write and one read. */
export class Outbox {
  readonly #channel: Channel;
  readonly #words = new Uint32Array(1 << 14);
  readonly #bytes = bytesOf(this.#words);
  #length = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Room for a frame of `length` words; null when it is too long to wait and must be sent by itself. */
  frame(operation: number, length: number): Uint32Array | null {
    if (this.#length + 2 + length > this.#words.length) this.flush();
    if (2 + length > this.#words.length) return null;
    const at = this.#length;
    this.#words[at] = operation;
    this.#words[at + 1] = length;
    this.#length = at + 2 + length;
    return this.#words.subarray(at + 2, this.#length);
  }

  /** Sends what waits, then a frame of any length. */
  send(operation: number, ...parts: readonly Uint32Array[]): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const frame = this.frame(operation, length);
    if (frame === null) {
      this.#channel.write(bytesOf(Uint32Array.of(operation, length)));
      for (const part of parts) this.#channel.write(bytesOf(part));
      return;
    }
    let at = 0;
    for (const part of parts) {
      frame.set(part, at);
      at += part.length;
    }
    this.flush();
  }

  flush(): void {
    if (this.#length === 0) return;
    const length = this.#length;
    this.#length = 0;
    this.#channel.write(this.#bytes.subarray(0, length * 4));
  }
}

/** Replies: length, status and the words asked for. */
export class Inbox {
  readonly #channel: Channel;
  readonly #head = new Uint32Array(2);
  readonly #headBytes = bytesOf(this.#head);

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Fills `into` with a reply of exactly that length and returns the status. */
  reply(into: Uint8Array): number {
    this.#channel.read(this.#headBytes);
    if (into.length > 0) this.#channel.read(into);
    return this.#head[1]!;
  }

  /** A reply of any length, and its status. */
  words(): { words: Uint32Array; status: number } {
    this.#channel.read(this.#headBytes);
    const words = new Uint32Array(this.#head[0]!);
    if (words.length > 0) this.#channel.read(bytesOf(words));
    return { words, status: this.#head[1]! };
  }
}
