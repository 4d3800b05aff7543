// SPDX-License-Identifier: Apache-2.0
import type { Engine, PortSlot } from '../../src/sim/engine.ts';

/** Ports of a design by name, for experiments that drive it cycle by cycle. */
export class PortSet {
  readonly #engine: Engine;
  readonly #slots: ReadonlyMap<string, PortSlot>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#slots = new Map(engine.ports.map((slot) => [slot.name, slot]));
  }

  /** Sets an input of up to 32 bits; one of 0 bits, which is not there, takes anything. */
  set(name: string, value: number): void {
    const slot = this.#slots.get(name);
    if (slot !== undefined && slot.words > 0) this.#engine.io[slot.offset] = value;
  }

  /** Sets a wide input, bit 0 of word 0 lowest; words beyond the given ones become 0. */
  setWords(name: string, words: ArrayLike<number>): void {
    const slot = this.#slots.get(name);
    if (slot === undefined) return;
    for (let i = 0; i < slot.words; i++) this.#engine.io[slot.offset + i] = words[i] ?? 0;
  }

  get(name: string): number {
    const { offset, words } = this.#slot(name);
    return words === 0 ? 0 : this.#engine.io[offset]!;
  }

  getWords(name: string): Uint32Array {
    const { offset, words } = this.#slot(name);
    return this.#engine.io.slice(offset, offset + words);
  }

  isHigh(name: string): boolean {
    return this.get(name) === 1;
  }

  #slot(name: string): PortSlot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new Error(`the design has no port ${name}`);
    return slot;
  }
}

/** Fields of `width` bits side by side, the first lowest, as words. */
export function packFields(fields: readonly number[], width: number): number[] {
  const bits = fields.reduceRight((all, field) => (all << BigInt(width)) | BigInt(field), 0n);
  return Array.from({ length: Math.ceil((fields.length * width) / 32) }, (_, i) =>
    Number((bits >> BigInt(32 * i)) & 0xffff_ffffn),
  );
}

/** Bytes as the words of a port. */
export function wordsOf(bytes: Int8Array): Uint32Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  return new Uint32Array(padded.buffer);
}
