// SPDX-License-Identifier: Apache-2.0

/** Seeded random source (xoshiro128**). Equal seeds give equal sequences on every machine. */
export class Random {
  readonly seed: number;
  readonly #state = new Uint32Array(4);

  constructor(seed: number) {
    this.seed = seed >>> 0;
    // splitmix32, so that small seeds do not give similar sequences.
    let x = this.seed;
    for (let i = 0; i < 4; i++) {
      x = (x + 0x9e3779b9) >>> 0;
      let z = x;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      this.#state[i] = z ^ (z >>> 15);
    }
  }

  /** 32 random bits. */
  word(): number {
    const s = this.#state;
    const scaled = Math.imul(s[1]!, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** A fraction in 0 .. 1, 1 excluded. */
  fraction(): number {
    return this.word() / 2 ** 32;
  }

  /** A whole number in 0 .. below - 1. */
  below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** A whole number in low .. high, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with the given probability. */
  bool(probability = 0.5): boolean {
    return this.fraction() < probability;
  }

  /** `width` random bits: a number up to 32, a bigint above, as ports have them. */
  bits(width: number): number | bigint {
    if (width <= 32) return width === 0 ? 0 : this.word() >>> (32 - width);
    let value = 0n;
    for (let have = 0; have < width; have += 32) value = (value << 32n) | BigInt(this.word());
    return BigInt.asUintN(width, value);
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('There is nothing to pick from.');
    return choices[this.below(choices.length)]!;
  }

  /** A new array in random order. */
  shuffle<T>(items: readonly T[]): T[] {
    const mixed = [...items];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
    }
    return mixed;
  }

  /** An independent source that depends on this seed and a name only, not on what was drawn before. */
  fork(name: string): Random {
    let hash = this.seed ^ 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new Random(hash);
  }
}

/** `KILN_SEED` (a number, or `random`) wins over the test's own seed, so that a failure can be repeated from outside. */
export function chooseSeed(wanted: number | undefined): number {
  const forced = process.env['KILN_SEED'];
  if (forced === 'random') return Math.floor(Math.random() * 2 ** 32);
  if (forced === undefined || forced === '') return wanted ?? 1;
  const seed = Number(forced);
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`KILN_SEED must be a whole number or "random", not "${forced}".`);
  return seed;
}
