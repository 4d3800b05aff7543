// SPDX-License-Identifier: Apache-2.0

/** xorshift32 (13, 17, 5): small, fast and the same on every host. The state must not be zero. */
export function xorshift32(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x >>> 0;
}

/** A state that is never zero, well spread over neighbouring seeds. */
export function seedState(seed: number): number {
  const mixed = Math.imul((seed ^ (seed >>> 16)) + 0x9e3779b9, 0x85ebca6b) >>> 0;
  return mixed === 0 ? 1 : mixed;
}

/** Random patterns of any width. */
export class RandomBits {
  #state: number;

  constructor(seed: number) {
    this.#state = seedState(seed);
  }

  word(): number {
    this.#state = xorshift32(this.#state);
    return this.#state;
  }

  pattern(width: number): bigint {
    let value = 0n;
    for (let bits = 0; bits < width; bits += 32) value = (value << 32n) | BigInt(this.word());
    return value & ((1n << BigInt(width)) - 1n);
  }
}
