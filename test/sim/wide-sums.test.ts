// SPDX-License-Identifier: Apache-2.0
import { describe, it } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import type { Expr } from '../../src/ir/expr.ts';
import { WIDTHS, check } from './wide.cases.ts';

describe('wide sums', () => {
  for (const width of WIDTHS) {
    const cut = (value: bigint): bigint => value & mask(width);

    it(`carry through all limbs of ${width} bits, alone and inside other values`, () => {
      check(
        width,
        ({ pool }, _, [a, b]) => {
          const twice = pool.op('add', [pool.op('sub', [a, b]), pool.op('add', [a, b])]);
          return {
            sum: pool.op('add', [a, b]),
            difference: pool.op('sub', [a, b]),
            twice,
            masked: pool.op('and', [pool.op('not', [pool.op('add', [a, a])]), b]),
            isZero: pool.op('eq', [pool.op('sub', [b, a]), pool.constant(0n, width)]),
            isLess: pool.op('ltU', [pool.op('sub', [a, b]), pool.op('xor', [a, b])]),
          };
        },
        (_, a, b) => ({
          sum: cut(a + b),
          difference: cut(a - b),
          twice: cut(2n * a),
          masked: ~cut(2n * a) & b,
          isZero: a === b ? 1n : 0n,
          isLess: cut(a - b) < (a ^ b) ? 1n : 0n,
        }),
      );
    });

    it(`of ${width} bits are chosen by a condition, beside either operand and beside others`, () => {
      check(
        width,
        ({ pool }, c, [a, b]) => {
          const add = (x: Expr, y: Expr): Expr => pool.op('add', [x, y]);
          const sub = (x: Expr, y: Expr): Expr => pool.op('sub', [x, y]);
          const mux = (yes: Expr, no: Expr): Expr => pool.op('mux', [c, yes, no]);
          const b2 = pool.op('not', [b]);
          return {
            first: mux(add(a, b), a),
            second: mux(add(b2, a), a),
            unless: mux(a, pool.op('add', [a, pool.constant(1n, width)])),
            less: mux(sub(a, b2), a),
            unlessLess: mux(b, sub(b, a)),
            subtrahend: mux(sub(a, b), b),
            third: mux(pool.op('add', [a, pool.constant(3n, width)]), b2),
          };
        },
        (c, a, b) => ({
          first: c ? cut(a + b) : a,
          second: c ? cut(a - b - 1n) : a,
          unless: c ? a : cut(a + 1n),
          less: c ? cut(a + b + 1n) : a,
          unlessLess: c ? b : cut(b - a),
          subtrahend: c ? cut(a - b) : b,
          third: c ? cut(a + 3n) : cut(~b),
        }),
      );
    });

    it(`of ${width} bits have more than two operands, and are operands of other operators`, () => {
      check(
        width,
        ({ pool }, c, [a, b]) => {
          const add = (...xs: Expr[]): Expr => xs.reduce((sum, x) => pool.op('add', [sum, x]));
          const sub = (...xs: Expr[]): Expr => xs.reduce((sum, x) => pool.op('sub', [sum, x]));
          const [na, nb] = [pool.op('not', [a]), pool.op('not', [b])];
          return {
            three: add(a, b, nb),
            four: add(add(a, na), add(b, b)),
            lessTwo: sub(a, b, na),
            twoCarries: add(a, pool.constant(mask(64), width), b),
            twoBorrows: sub(a, b, pool.constant(mask(64), width)),
            lessSum: sub(a, add(b, nb)),
            lessDifference: sub(nb, sub(a, b)),
            moreAndLess: sub(add(a, b), na),
            lessAndMore: add(sub(a, b), nb),
            xor: pool.op('xor', [add(a, b), na]),
            twoSums: pool.op('or', [add(a, nb), sub(b, a)]),
            sumOfXor: add(pool.op('xor', [add(a, b), b]), pool.op('and', [sub(a, b), na])),
            oneOf: pool.op('mux', [c, sub(a, nb), add(a, b, b)]),
            gatedSum: pool.op('mux', [c, add(a, add(b, nb)), a]),
            gatedThenXor: pool.op('xor', [pool.op('mux', [c, sub(na, b), na]), b]),
            chosenOperand: add(pool.op('mux', [c, a, nb]), b, a),
            isAllOnes: pool.op('andR', [add(a, b)]),
          };
        },
        (c, a, b) => {
          const [na, nb] = [cut(~a), cut(~b)];
          return {
            three: cut(a + b + nb),
            four: cut(a + na + b + b),
            lessTwo: cut(a - b - na),
            twoCarries: cut(a + mask(64) + b),
            twoBorrows: cut(a - b - mask(64)),
            lessSum: cut(a - b - nb),
            lessDifference: cut(nb - a + b),
            moreAndLess: cut(a + b - na),
            lessAndMore: cut(a - b + nb),
            xor: cut(a + b) ^ na,
            twoSums: cut(a + nb) | cut(b - a),
            sumOfXor: cut((cut(a + b) ^ b) + (cut(a - b) & na)),
            oneOf: c ? cut(a - nb) : cut(a + b + b),
            gatedSum: c ? cut(a + b + nb) : a,
            gatedThenXor: (c ? cut(na - b) : na) ^ b,
            chosenOperand: cut((c ? a : nb) + b + a),
            isAllOnes: cut(a + b) === mask(width) ? 1n : 0n,
          };
        },
      );
    });

    it(`of ${width} bits that have another use are not taken for a part of the choice`, () => {
      check(
        width,
        ({ pool }, c, [a, b]) => {
          const sum = pool.op('sub', [a, b]);
          return { chosen: pool.op('mux', [c, sum, a]), sum };
        },
        (c, a, b) => ({ chosen: c ? cut(a - b) : a, sum: cut(a - b) }),
      );
    });
  }
});
