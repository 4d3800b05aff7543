// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { ModuleDraft, peek, poke, set, when } from './support.ts';
import { updates } from './wide.updates.ts';
import { WIDTHS, operands } from './wide.cases.ts';

describe('wide registers are computed where they lie', () => {
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
