// SPDX-License-Identifier: Apache-2.0
import type { Format } from '../ir/module.ts';

/** Receives a piece of the file; the bytes are valid during the call only. */
export type WaveSink = (chunk: Uint8Array) => void;

export interface VcdSignal {
  /** Instances from the top module down. */
  readonly scope: readonly string[];
  readonly label: string;
  readonly width: number;
  readonly format: Format;
  readonly isReg: boolean;
  /** First 32-bit word of the value in the samples given to `sample`, least significant first. */
  readonly offset: number;
}

/** Time units of a clock cycle: the clock rises at its begin and falls in its middle. */
const PERIOD = 10;
const CHUNK = 1 << 16;

/** Writes value change dumps as bytes: only changes, no strings in the inner loop. */
export class VcdWriter {
  readonly #buffer = new Uint8Array(CHUNK);
  #length = 0;
  readonly #ids: Uint8Array[];
  readonly #textIds: (Uint8Array | null)[];
  readonly #clockIds: Uint8Array[];
  #before: Uint32Array | null = null;

  constructor(
    readonly signals: readonly VcdSignal[],
    readonly clocks: readonly string[],
    readonly top: string,
    readonly sink: WaveSink,
  ) {
    let next = 0;
    const id = (): Uint8Array => identifier(next++);
    this.#clockIds = clocks.map(id);
    this.#ids = signals.map(id);
    this.#textIds = signals.map(({ format }) => (format.kind === 'enum' ? id() : null));
    this.#header();
  }

  /** Values during a cycle. Clocks not in `domainMask` do not rise. */
  sample(cycle: number, words: Uint32Array, domainMask: number): void {
    const before = this.#before;
    this.#text(`#${cycle * PERIOD}\n`);
    if (!before) this.#text('$dumpvars\n');
    this.#clockIds.forEach((id, i) => {
      if ((domainMask >>> i) & 1) this.#bit(1, id);
    });
    this.signals.forEach((signal, i) => {
      if (!before || changed(signal, words, before)) this.#change(signal, i, words);
    });
    if (!before) this.#text('$end\n');
    this.#text(`#${cycle * PERIOD + PERIOD / 2}\n`);
    for (const id of this.#clockIds) this.#bit(0, id);
    if (before) before.set(words);
    else this.#before = words.slice();
  }

  /** Ends the last cycle and hands out what is left. */
  close(cycle: number): void {
    this.#text(`#${cycle * PERIOD}\n`);
    this.#flush();
  }

  #change({ width, format, offset }: VcdSignal, index: number, words: Uint32Array): void {
    if (width === 1) {
      this.#bit(words[offset]! & 1, this.#ids[index]!);
    } else {
      this.#reserve(width + 8);
      this.#byte(0x62);
      let bit = width - 1;
      // Leading zeros are implied.
      while (bit > 0 && !((words[offset + (bit >>> 5)]! >>> (bit & 31)) & 1)) bit--;
      for (; bit >= 0; bit--) this.#byte(0x30 + ((words[offset + (bit >>> 5)]! >>> (bit & 31)) & 1));
      this.#byte(0x20);
      this.#append(this.#ids[index]!);
      this.#byte(0x0a);
    }
    const text = this.#textIds[index];
    if (!text || format.kind !== 'enum') return;
    this.#text(`s${format.names[words[offset]!] ?? String(words[offset]!)} `);
    this.#append(text);
    this.#byte(0x0a);
  }

  #bit(value: number, id: Uint8Array): void {
    this.#reserve(8);
    this.#byte(0x30 + value);
    this.#append(id);
    this.#byte(0x0a);
  }

  #header(): void {
    this.#text('$version Kiln embedded simulator $end\n$timescale 1ns $end\n');
    this.#text(`$scope module ${this.top} $end\n`);
    this.clocks.forEach((clock, i) => this.#variable('wire', 1, this.#clockIds[i]!, clock));
    let open: readonly string[] = [];
    this.signals.forEach(({ scope, label, width, format, isReg }, i) => {
      const common = scope.findIndex((name, depth) => open[depth] !== name);
      const keep = common < 0 ? scope.length : common;
      for (let depth = open.length; depth > keep; depth--) this.#text('$upscope $end\n');
      for (const name of scope.slice(Math.min(keep, open.length))) this.#text(`$scope module ${name} $end\n`);
      open = scope;
      this.#variable(isReg ? 'reg' : 'wire', width, this.#ids[i]!, label);
      if (format.kind === 'enum') this.#variable('string', 1, this.#textIds[i]!, `${label}_text`);
    });
    for (let depth = open.length; depth >= 0; depth--) this.#text('$upscope $end\n');
    this.#text('$enddefinitions $end\n');
  }

  #variable(kind: string, width: number, id: Uint8Array, label: string): void {
    this.#text(`$var ${kind} ${width} `);
    this.#append(id);
    this.#text(` ${label}${width > 1 ? ` [${width - 1}:0]` : ''} $end\n`);
  }

  #text(text: string): void {
    for (let i = 0; i < text.length; i++) {
      this.#reserve(1);
      this.#byte(text.charCodeAt(i));
    }
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    for (const byte of bytes) this.#byte(byte);
  }

  #byte(value: number): void {
    this.#buffer[this.#length++] = value;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes > CHUNK) this.#flush();
  }

  #flush(): void {
    if (this.#length > 0) this.sink(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}

function changed({ offset, width }: VcdSignal, now: Uint32Array, before: Uint32Array): boolean {
  for (let i = offset; i < offset + Math.ceil(width / 32); i++) if (now[i] !== before[i]) return true;
  return false;
}

/** Short identifiers of printable characters, `!` to `~`. */
function identifier(index: number): Uint8Array {
  const digits: number[] = [];
  let rest = index;
  do {
    digits.push(33 + (rest % 94));
    rest = Math.floor(rest / 94) - 1;
  } while (rest >= 0);
  return Uint8Array.from(digits);
}
