// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, input, output, sink, source, UInt } from '../../dsl/index.ts';
import { laneBits, type TCoreParams } from './tcore.params.ts';

/** Interfaces around TCore; docs/rationale/zkflex.md has their laws. */

/** What a lane takes: operands in the low bits of the mode, zeros above; `tag` comes back with the result. */
export function laneRequestType(p: TCoreParams, lane: number) {
  const word = UInt(laneBits(p, lane));
  return Bundle({ a: word, b: word, tag: UInt(p.tagBits) });
}

export const laneNames = ['lane0', 'lane1', 'lane2', 'lane3', 'lane4'] as const;

type Lanes<T> = Record<(typeof laneNames)[number], T>;

function lanes<T>(make: (lane: number) => T): Lanes<T> {
  return Object.fromEntries(laneNames.map((name, i) => [name, make(i)])) as Lanes<T>;
}

/** Lanes seen from TCore. Results cannot be held back: they come a fixed number of cycles after their operands. */
export function laneServer(p: TCoreParams) {
  return lanes((i) => ({
    request: sink(laneRequestType(p, i), 'operands; ready in one cycle of three, in product-only mode in every cycle'),
    result: {
      valid: output(Bool),
      x: output(UInt(2 * laneBits(p, i)), 'modular product in the low half, or the whole product'),
      tag: output(UInt(p.tagBits)),
    },
  }));
}

/** Lanes seen from who uses them. */
export function laneClient(p: TCoreParams) {
  return lanes((i) => ({
    request: source(laneRequestType(p, i), 'operands'),
    result: { valid: input(Bool), x: input(UInt(2 * laneBits(p, i))), tag: input(UInt(p.tagBits)) },
  }));
}

/** Configuration of TCore and of all who compute with it: taken with `load` when nothing is in flight. */
export function modulusType(p: TCoreParams) {
  return Bundle({
    /** 0, 1, 2: operands of 2L, 3L, 6L bits. */
    mode: UInt(2),
    /** p, odd. */
    modulus: UInt(6 * p.limb),
    /** -p^-1 mod 2^n, n the bits of the mode. */
    inverse: UInt(6 * p.limb),
    /** Products of 2n bits without reduction, one a cycle and lane. */
    product: Bool,
  });
}
