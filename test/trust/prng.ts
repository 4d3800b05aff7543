// SPDX-License-Identifier: Apache-2.0

/** Seeded random numbers (mulberry32): the same seed gives the same circuits and stimuli on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 .. 2^32 - 1. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 .. bound - 1. */
  below(bound: number): number {
    return this.word() % bound;
  }

  /** low .. high, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** `count` results of `make`. */
  list<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, i) => make(i));
  }

  /** A pattern in which long runs of zeros and ones are as likely as noise. */
  pattern(width: number): bigint {
    const style = this.below(8);
    const ones = 2n ** BigInt(width) - 1n;
    if (style === 0) return 0n;
    if (style === 1) return ones;
    if (style === 2) return width === 0 ? 0n : 1n << BigInt(this.below(width));
    let noise = 0n;
    for (let done = 0; done < width; done += 32) noise = (noise << 32n) | BigInt(this.word());
    noise &= ones;
    if (style === 3) return noise >> BigInt(this.below(width + 1));
    return noise;
  }

  /** An independent stream, so that one more draw here changes nothing there. */
  fork(): Random {
    return new Random(this.word());
  }
}
