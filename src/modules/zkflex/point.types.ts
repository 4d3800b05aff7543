// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, UInt } from '../../dsl/index.ts';

/** What `kind` of a point says. */
export const pointKind = { infinity: 0, affine: 1, xyzz: 2 } as const;

/**
 * A point as it travels between units, 2 + 4 `coordinate` bits. Coordinates are canonical, in Montgomery form, zeros above the bits of the mode.
 * Infinity ignores all coordinates, an affine point ignores `zz` and `zzz`. x = X / ZZ, y = Y / ZZZ.
 */
export function pointType(coordinate: number) {
  const word = UInt(coordinate);
  return Bundle({ kind: UInt(2), x: word, y: word, zz: word, zzz: word });
}

/** What a point engine does: a + b, or 2a with `double`; `tag` comes back with the result. */
export function operationType(coordinate: number, tagBits: number) {
  const point = pointType(coordinate);
  return Bundle({ tag: UInt(tagBits), double: Bool, a: point, b: point });
}

/** What a point engine gives. */
export function answerType(coordinate: number, tagBits: number) {
  return Bundle({ tag: UInt(tagBits), point: pointType(coordinate) });
}

/** Field and curve y^2 = x^3 + a x + b of all points; held steady while a unit works. b is not needed. */
export function curveType(coordinate: number) {
  const word = UInt(coordinate);
  return Bundle({
    /** Mode of TCore: 0, 1, 2. */
    mode: UInt(2),
    /** p. */
    modulus: word,
    /** a R mod p. */
    a: word,
    /** a = 0: doublings take 9 products and not 11. */
    aIsZero: Bool,
  });
}
