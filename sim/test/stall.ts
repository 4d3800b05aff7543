// SPDX-License-Identifier: Apache-2.0
import type { StallPattern } from '../../src/sim/engine.ts';
import type { Random } from './random.ts';

/**
 * How a test says when a driver or monitor holds back: never, with a probability, by a list of 0 and 1 that repeats, or
 * exactly as an engine's plan has it.
 */
export type Stall = number | readonly (0 | 1 | boolean)[] | StallPattern;

/** The pattern behind it. A probability draws its seed from `random`. */
export function stallPattern(stall: Stall | undefined, random: Random): StallPattern {
  if (stall === undefined || stall === 0) return { kind: 'none' };
  if (typeof stall === 'number') {
    if (!(stall > 0 && stall < 1))
      throw new RangeError(`A stall probability lies in 0 to 1 (1 excluded), not ${stall}.`);
    return { kind: 'random', seed: random.word() | 1, threshold: Math.round(stall * 65536) };
  }
  if (!isList(stall)) return stall;
  if (stall.length > 0 && stall.every(Boolean)) throw new RangeError('A stall pattern without a gap stalls for ever.');
  return { kind: 'script', pattern: Uint8Array.from(stall, Number) };
}

function isList(stall: Stall): stall is readonly (0 | 1 | boolean)[] {
  return Array.isArray(stall);
}

/** Draws one cycle after the other; the same numbers as in every engine (see StallPattern). */
export class StallSource {
  readonly #pattern: StallPattern;
  #state: number;

  constructor(pattern: StallPattern) {
    this.#pattern = pattern;
    this.#state = pattern.kind === 'random' ? pattern.seed : 0;
  }

  draw(): boolean {
    const pattern = this.#pattern;
    switch (pattern.kind) {
      case 'none':
        return false;
      case 'random': {
        let x = this.#state;
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        this.#state = x;
        return x >>> 16 < pattern.threshold;
      }
      case 'script': {
        if (pattern.pattern.length === 0) return false;
        const stall = pattern.pattern[this.#state] !== 0;
        this.#state = (this.#state + 1) % pattern.pattern.length;
        return stall;
      }
    }
  }
}
