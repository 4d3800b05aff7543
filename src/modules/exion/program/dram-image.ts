// SPDX-License-Identifier: Apache-2.0
import { Regions } from './regions.ts';
import { dramUnit, roundUp } from './target.ts';

/** What the memory outside holds before the program starts; parts are whole units of 64 bytes and whole scratchpad words. */
export class DramImage {
  readonly regions = new Regions();
  readonly #parts: { readonly from: number; readonly bytes: Uint8Array }[] = [];
  readonly #unit: number;

  constructor(size: number) {
    this.#unit = Math.max(dramUnit, 4 * size);
  }

  /** Bytes to memory; the address of its first byte in units of 64 bytes. */
  put(name: string, bytes: Uint8Array): number {
    const from = this.reserve(name, bytes.length);
    this.#parts.push({ from: from * dramUnit, bytes });
    return from;
  }

  /** Room for what the program stores; the address of its first byte in units of 64 bytes. */
  reserve(name: string, bytes: number): number {
    return this.regions.take(name, roundUp(Math.max(1, bytes), this.#unit)) / dramUnit;
  }

  /** Parts of equal size for the iterations: address of the first and distance of two, in units of 64 bytes. */
  putSeries(name: string, series: readonly Uint8Array[]): { dram: number; stride: number } {
    const each = roundUp(Math.max(1, ...series.map(({ length }) => length)), this.#unit);
    const all = new Uint8Array(each * series.length);
    series.forEach((bytes, i) => all.set(bytes, i * each));
    return { dram: this.put(name, all), stride: each / dramUnit };
  }

  /** All bytes, as long as all parts. */
  bytes(): Uint8Array {
    const image = new Uint8Array(this.regions.end);
    for (const { from, bytes } of this.#parts) image.set(bytes, from);
    return image;
  }
}
