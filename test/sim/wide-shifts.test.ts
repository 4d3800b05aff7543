// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import { opTable } from '../../src/ir/ops.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { RandomBits } from '../../src/sim/random.ts';
import { ModuleDraft, peek, poke } from './support.ts';
import { WIDTHS } from './wide.cases.ts';

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
