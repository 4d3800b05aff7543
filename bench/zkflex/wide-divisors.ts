// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, output, UInt } from '../../src/dsl/index.ts';
import { mask } from '../../src/ir/bits.ts';

const UNITS = 16;

/** Odd numbers of any width to begin with. */
function firstOf(unit: number, which: number, width: number): bigint {
  let value = 1n;
  for (let bits = 0; bits < width; bits += 32)
    value = value * 0x9e37_79b9_7f4a_7c15n + BigInt(4 * unit + 2 * which + 1);
  return (value & mask(width)) | 1n;
}

/**
 * 16 units that find a greatest common divisor by subtraction: two registers, two comparisons, two differences and choices each. Where a unit is done it begins anew with
 * its divisor added to the first numbers.
 */
export const wideDivisors = block(
  'wide_divisors',
  z.strictObject({ width: z.int().multipleOf(32) }),
  (m, { width }) => {
    const io = m.ports({ digest: output(UInt(32)) });
    const word = UInt(width);
    const units = Array.from({ length: UNITS }, (_, i) => {
      const first = [0, 1].map((which) => firstOf(i, which, width)) as [bigint, bigint];
      const regs = m.regs({ [`x${i}`]: word.init(first[0]), [`y${i}`]: word.init(first[1]) });
      const [x, y] = [regs[`x${i}`]!, regs[`y${i}`]!];
      m.when(x.eq(y), () => {
        x.next(x.addWrap(x.constant(first[0], width)));
        y.next(x.addWrap(x.constant(first[1], width)));
      })
        .elsewhen(y.lt(x), () => x.next(x.subWrap(y)))
        .otherwise(() => y.next(y.subWrap(x)));
      return x.slice(31, 0);
    });
    io.digest.assign(units.reduce((all, one) => all.xor(one)));
  },
);

/** The first number of each unit after some cycles. */
export function divisorsAfter(width: number, cycles: number): bigint[] {
  return Array.from({ length: UNITS }, (_, i) => {
    const first = [firstOf(i, 0, width), firstOf(i, 1, width)] as const;
    let [x, y] = first;
    for (let cycle = 0; cycle < cycles; cycle++) {
      if (x === y) [x, y] = [(x + first[0]) & mask(width), (x + first[1]) & mask(width)];
      else if (y < x) x -= y;
      else y -= x;
    }
    return x;
  });
}
