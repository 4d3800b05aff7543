// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import type { Expr } from '../../src/ir/expr.ts';
import { opTable } from '../../src/ir/ops.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { RandomBits } from '../../src/sim/random.ts';
import { ModuleDraft, peek, poke, set, when } from './support.ts';

/** Whole limbs, whole pairs of limbs, one bit and one 32-bit word more, and more than one group of sixteen limbs. */
const WIDTHS = [65, 96, 128, 129, 160, 192, 256, 768, 800, 1024, 1025, 2100];

/** Values between which carries run through few limbs, all, or none. */
function operands(width: number): bigint[] {
  const random = new RandomBits(width);
  const all = mask(width);
  const top = 1n << BigInt(width - 1);
  const limbs = [64n, 128n, 192n, 1024n].filter((at) => at < BigInt(width));
  const edges = limbs.flatMap((at) => [1n << at, (1n << at) - 1n, all ^ ((1n << at) - 1n), all ^ (1n << at)]);
  // Two carries out of the lowest limb make one more of the limb above, and that one of the next.
  if (width >= 192) edges.push(mask(192) - (1n << 64n));
  return [0n, 1n, all, all - 1n, top, top - 1n, ...edges, random.pattern(width), random.pattern(width)];
}

type Pair = readonly [Expr, Expr];

/** Outputs over inputs `c` (one bit), `a` and `b`, compared with `model` for all pairs of operands. */
function check(
  width: number,
  build: (draft: ModuleDraft, c: Expr, ab: Pair) => Record<string, Expr>,
  model: (c: boolean, a: bigint, b: bigint) => Record<string, bigint>,
): void {
  const draft = new ModuleDraft('dut');
  const c = draft.input('c', 1);
  const ab: Pair = [draft.input('a', width), draft.input('b', width)];
  for (const [name, value] of Object.entries(build(draft, c, ab))) draft.output(name, value);
  const engine = createEmbedded(draft.design);
  const wrong: string[] = [];
  const values = operands(width);
  for (const a of values) {
    poke(engine, 'a', a);
    for (const b of values) {
      poke(engine, 'b', b);
      for (const chosen of [false, true]) {
        poke(engine, 'c', chosen ? 1 : 0);
        engine.settle();
        for (const [name, wanted] of Object.entries(model(chosen, a, b))) {
          const got = peek(engine, name);
          if (got !== wanted) wrong.push(`${name}(${chosen}, ${a}, ${b}) is ${got}, not ${wanted}`);
        }
      }
    }
  }
  expect(wrong.slice(0, 3), `${wrong.length} results of ${width} bits`).toEqual([]);
}

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

describe('wide registers are computed where they lie', () => {
  /** Next values over the register itself, an input and a condition; each is a design of its own. */
  const updates: Record<
    string,
    {
      build: (draft: ModuleDraft, own: Expr, x: Expr, c: Expr) => Expr;
      model: (own: bigint, x: bigint, c: boolean, width: bigint) => bigint;
    }
  > = {
    accumulates: { build: ({ pool }, own, x) => pool.op('add', [own, x]), model: (own, x) => own + x },
    'is subtracted': { build: ({ pool }, own, x) => pool.op('sub', [x, own]), model: (own, x) => x - own },
    doubles: { build: ({ pool }, own) => pool.op('add', [own, own]), model: (own) => 2n * own },
    'accumulates when enabled': {
      build: ({ pool }, own, x, c) => pool.op('mux', [c, pool.op('add', [own, x]), own]),
      model: (own, x, c) => (c ? own + x : own),
    },
    'accumulates or is replaced': {
      build: ({ pool }, own, x, c) => pool.op('mux', [c, pool.op('add', [own, x]), x]),
      model: (own, x, c) => (c ? own + x : x),
    },
    'accumulates two values, and is turned over': {
      build: ({ pool }, own, x, c) => {
        const other = pool.op('mux', [c, x, pool.op('not', [x])]);
        return pool.op('xor', [pool.op('add', [pool.op('add', [x, own]), other]), pool.op('not', [own])]);
      },
      model: (own, x, c) => (x + own + (c ? x : ~x)) ^ ~own,
    },
    'is one of two values in memory': {
      build: ({ pool }, own, x, c) => pool.op('mux', [c, x, own]),
      model: (own, x, c) => (c ? x : own),
    },
    'turns by some bits': {
      build: ({ pool }, own, x, c) => {
        const turned = pool.op('concat', [pool.slice(own, 0, 45), pool.slice(own, 45, own.width - 45)]);
        return pool.op('xor', [turned, pool.op('mux', [c, x, pool.constant(0n, own.width)])]);
      },
      model: (own, x, c, width) => (((own & mask(45)) << (width - 45n)) | (own >> 45n)) ^ (c ? x : 0n),
    },
    'adds itself turned by a limb': {
      build: ({ pool }, own, x) => {
        const turned = pool.op('concat', [pool.slice(own, 0, 64), pool.slice(own, 64, own.width - 64)]);
        return pool.op('add', [pool.op('xor', [own, x]), turned]);
      },
      model: (own, x, _, width) => (own ^ x) + (((own & mask(64)) << (width - 64n)) | (own >> 64n)),
    },
    'is multiplied or divided': {
      build: ({ pool }, own, x, c) => {
        const half = Math.floor(own.width / 2);
        const product = pool.op('mulU', [pool.slice(own, 0, half), pool.slice(own, half, own.width - half)]);
        return pool.op('mux', [c, product, pool.op('divU', [x, own])]);
      },
      model: (own, x, c, width) => {
        const half = width / 2n;
        if (c) return (own & mask(Number(half))) * (own >> half);
        return own === 0n ? mask(Number(width)) : x / own;
      },
    },
  };

  for (const [name, { build, model }] of Object.entries(updates)) {
    it(name, () => {
      for (const width of WIDTHS) {
        const draft = new ModuleDraft('dut');
        const [c, x] = [draft.input('c', 1), draft.input('x', width)];
        const reg = draft.reg('own', width, 5n);
        draft.assign(reg, build(draft, draft.pool.ref(reg), x, c));
        draft.output('out', draft.pool.ref(reg));
        const engine = createEmbedded(draft.design);
        poke(engine, 'rst', 1);
        engine.step();
        poke(engine, 'rst', 0);
        let own = 5n;
        operands(width).forEach((value, i) => {
          poke(engine, 'x', value);
          poke(engine, 'c', i % 3 === 0 ? 0 : 1);
          engine.step(2);
          for (let k = 0; k < 2; k++) own = model(own, value, i % 3 !== 0, BigInt(width)) & mask(width);
          engine.settle();
          expect(peek(engine, 'out'), `${width} bits, operand ${i}`).toBe(own);
        });
      }
    });
  }

  it('swap, and keep what a statement does not assign', () => {
    for (const width of WIDTHS) {
      const draft = new ModuleDraft('dut');
      const { pool } = draft;
      const c = draft.input('c', 1);
      const [a, b] = [draft.reg('a', width, 1n), draft.reg('b', width, mask(width))];
      draft.module.body.push(
        when(c, [set(a, pool.op('add', [pool.ref(b), pool.ref(a)])), set(b, pool.ref(a))], [set(b, pool.ref(a))]),
      );
      draft.output('a_out', pool.ref(a));
      draft.output('b_out', pool.ref(b));
      const engine = createEmbedded(draft.design);
      poke(engine, 'rst', 1);
      engine.step();
      poke(engine, 'rst', 0);
      let [first, second] = [1n, mask(width)];
      for (const chosen of [1, 1, 0, 1, 0, 0, 1, 1]) {
        poke(engine, 'c', chosen);
        engine.step();
        [first, second] = [chosen ? (first + second) & mask(width) : first, first];
        engine.settle();
        expect([peek(engine, 'a_out'), peek(engine, 'b_out')], `${width} bits`).toEqual([first, second]);
      }
    }
  });
});

describe('wide shifts by variable amounts', () => {
  type Shift = 'shl' | 'shrU' | 'shrS';
  const shift = (op: Shift, value: bigint, by: bigint, width: number): bigint =>
    opTable[op].evaluate([value, by], [width, width], width);
  const SHIFTS: readonly Shift[] = ['shl', 'shrU', 'shrS'];

  for (const width of WIDTHS) {
    it(`bring what they should to every bit of ${width}`, () => {
      const draft = new ModuleDraft('dut');
      const { pool } = draft;
      const [a, by] = [draft.input('a', width), draft.input('by', 12)];
      // Ones on both sides, so that bits which come in from there show.
      const [below, own, above] = ['below', 'own', 'above'].map((name) => draft.reg(name, width, null));
      for (const reg of [below, above]) draft.assign(reg!, pool.constant(mask(width), width));
      draft.assign(own!, a);
      for (const op of SHIFTS) {
        draft.output(op, pool.op(op, [pool.ref(own!), by]));
        draft.output(`${op}Sum`, pool.op(op, [pool.op('add', [a, pool.constant(1n, width)]), by]));
      }
      const engine = createEmbedded(draft.design);
      const random = new RandomBits(width);
      const amounts = [
        ...Array.from({ length: Math.min(width, 300) + 2 }, (_, i) => i),
        width - 1,
        width,
        width + 1,
        4095,
      ];
      for (const value of [mask(width), 1n << BigInt(width - 1), random.pattern(width)]) {
        poke(engine, 'a', value);
        engine.step(2);
        for (const amount of amounts) {
          poke(engine, 'by', amount);
          engine.settle();
          for (const op of SHIFTS) {
            expect(peek(engine, op), `${op} ${value} by ${amount}`).toBe(shift(op, value, BigInt(amount), width));
            const next = (value + 1n) & mask(width);
            expect(peek(engine, `${op}Sum`), `${op} ${next} by ${amount}`).toBe(shift(op, next, BigInt(amount), width));
          }
        }
      }
    });

    it(`of registers of ${width} bits where they lie, by amounts of any width`, () => {
      for (const op of SHIFTS) {
        for (const amountWidth of [3, 32, 40, width]) {
          const draft = new ModuleDraft('dut');
          const { pool } = draft;
          const [x, by, load] = [draft.input('x', width), draft.input('by', amountWidth), draft.input('load', 1)];
          const reg = draft.reg('own', width, null);
          draft.assign(reg, pool.op('mux', [load, x, pool.op(op, [pool.ref(reg), by])]));
          draft.output('out', pool.ref(reg));
          const engine = createEmbedded(draft.design);
          const value = new RandomBits(width).pattern(width) | (1n << BigInt(width - 1));
          const last = mask(amountWidth);
          for (const by of [0n, 1n, 5n, 8n, 63n, 64n, 127n, BigInt(width - 3), BigInt(width), 1n << 32n, last]) {
            if (by > last) continue;
            poke(engine, 'x', value);
            poke(engine, 'load', 1);
            engine.step();
            poke(engine, 'load', 0);
            poke(engine, 'by', by);
            engine.step();
            engine.settle();
            expect(peek(engine, 'out'), `${op} by ${by} of ${amountWidth} bits`).toBe(shift(op, value, by, width));
          }
        }
      }
    });
  }

  it('of a register that is longer than all that lies before it', () => {
    const width = 40_000;
    const start = new RandomBits(1).pattern(width);
    for (const op of SHIFTS) {
      for (const amount of [0, 1, 17, 20_001, 39_999, 40_000, 65_535]) {
        const draft = new ModuleDraft('dut');
        const { pool } = draft;
        const [reg, by] = [draft.reg('own', width, start), draft.input('by', 16)];
        draft.assign(reg, pool.op(op, [pool.ref(reg), by]));
        const engine = createEmbedded(draft.design);
        poke(engine, 'by', amount);
        poke(engine, 'rst', 1);
        engine.step();
        poke(engine, 'rst', 0);
        engine.step();
        expect(engine.read('own') === shift(op, start, BigInt(amount), width), `${op} by ${amount}`).toBe(true);
      }
    }
  });
});

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
