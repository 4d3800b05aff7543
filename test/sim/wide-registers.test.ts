// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import type { Expr } from '../../src/ir/expr.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { ModuleDraft, peek, poke, set, when } from './support.ts';
import { WIDTHS, operands } from './wide.cases.ts';

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
