// SPDX-License-Identifier: Apache-2.0

/**
 * Requests to the test bench (bench.v.hbs): a letter, then numbers. Verilog's $fread fills a vector from its most significant byte
 * on, so numbers are big-endian and a row of words has its last word first. Replies are written by `%z`: two little-endian
 * words for each word of the outputs, values and then which bits of them are unknown.
 */
export class Requests {
  readonly #parts: Buffer[] = [];
  readonly #words: number;

  /** `inputWords`: length of a row. */
  constructor(inputWords: number) {
    this.#words = inputWords;
  }

  settle(io: Uint32Array): this {
    return this.#add('s').#row(io, 0);
  }

  step(io: Uint32Array, cycles: number, mask: number): this {
    return this.#add('t').#numbers(cycles, mask).#row(io, 0);
  }

  block(rows: Uint32Array, cycles: number): this {
    this.#add('b').#numbers(cycles);
    for (let i = 0; i < cycles; i++) this.#row(rows, i * this.#words);
    return this;
  }

  wave(path: string, from: number): this {
    const text = Buffer.alloc(1024);
    const bytes = Buffer.from(path);
    bytes.copy(text, text.length - bytes.length);
    this.#add('w').#numbers(from).#parts.push(text);
    return this;
  }

  /** Everything traced so far goes to the file; answered by two words. */
  waveFlush(): this {
    return this.#add('f');
  }

  waveOff(): this {
    return this.#add('o');
  }

  /** All of them, and begins anew. */
  take(): Buffer {
    return Buffer.concat(this.#parts.splice(0));
  }

  #add(letter: string): this {
    this.#parts.push(Buffer.from(letter));
    return this;
  }

  #numbers(...values: readonly number[]): this {
    const bytes = Buffer.allocUnsafe(4 * values.length);
    values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
    this.#parts.push(bytes);
    return this;
  }

  #row(words: Uint32Array, at: number): this {
    const count = Math.max(1, this.#words); // a model without inputs still has a word to read
    const bytes = Buffer.alloc(4 * count);
    for (let i = 0; i < this.#words; i++) bytes.writeUInt32BE(words[at + i]!, 4 * (count - 1 - i));
    this.#parts.push(bytes);
    return this;
  }
}
