// SPDX-License-Identifier: Apache-2.0
import { describe, it } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import { opTable } from '../../src/ir/ops.ts';
import { RandomBits } from '../../src/sim/random.ts';
import { WIDTHS, check } from './wide.cases.ts';

describe('wide choices and parts', () => {
  it('shift by constants, by slices and concats at every distance from a limb', () => {
    for (const width of [129, 200, 300]) {
      check(
        width,
        ({ pool }, _, [a]) =>
          Object.fromEntries(
            [1, 63, 64, 65, 127, 128].flatMap((by) => [
              [`left${by}`, pool.op('concat', [pool.slice(a, 0, width - by), pool.constant(0n, by)])],
              [`right${by}`, pool.op('concat', [pool.constant(0n, by), pool.slice(a, by, width - by)])],
              [`part${by}`, pool.slice(pool.op('not', [a]), by, width - by)],
            ]),
          ),
        (_, a) =>
          Object.fromEntries(
            [1n, 63n, 64n, 65n, 127n, 128n].flatMap((by) => [
              [`left${by}`, (a << by) & mask(width)],
              [`right${by}`, a >> by],
              [`part${by}`, (~a & mask(width)) >> by],
            ]),
          ),
      );
    }
  });

  it('take an entry of a table of constants, of another by a wide index', () => {
    for (const width of [65, 128, 200, 300]) {
      const random = new RandomBits(width);
      const entries = Array.from({ length: 5 }, () => random.pattern(width));
      const entry = (index: bigint): bigint => entries[index < 5n ? Number(index) : 4]!;
      check(
        width,
        ({ pool }, c, [a, b]) => {
          const constants = entries.map((value) => pool.constant(value, width));
          return {
            narrow: pool.op('xor', [pool.op('select', [pool.slice(a, 0, 3), ...constants]), b]),
            wide: pool.op('select', [a, ...constants]),
            choice: pool.op('mux', [c, constants[0]!, pool.op('and', [a, b])]),
          };
        },
        (c, a, b) => ({
          narrow: entry(a & 7n) ^ b,
          wide: entry(a),
          choice: c ? entries[0]! : a & b,
        }),
      );
    }
  });

  it('compare and reduce what has no place of its own', () => {
    for (const width of WIDTHS) {
      const reduce = (op: 'andR' | 'orR' | 'xorR', value: bigint): bigint => opTable[op].evaluate([value], [width], 1);
      check(
        width,
        ({ pool }, _, [a, b]) => {
          const mixed = pool.op('or', [a, pool.op('not', [b])]);
          return {
            all: pool.op('andR', [mixed]),
            some: pool.op('orR', [pool.op('and', [a, b])]),
            parity: pool.op('xorR', [pool.op('xor', [mixed, b])]),
            differ: pool.op('ne', [mixed, a]),
            atMost: pool.op('leS', [mixed, pool.op('xor', [a, b])]),
          };
        },
        (_, a, b) => {
          const mixed = a | (~b & mask(width));
          const signed = (value: bigint): bigint => BigInt.asIntN(width, value);
          return {
            all: reduce('andR', mixed),
            some: reduce('orR', a & b),
            parity: reduce('xorR', mixed ^ b),
            differ: mixed === a ? 0n : 1n,
            atMost: signed(mixed) <= signed(a ^ b) ? 1n : 0n,
          };
        },
      );
    }
  });
});
