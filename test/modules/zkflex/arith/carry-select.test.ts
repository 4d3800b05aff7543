// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { simulate } from '../../../../sim/index.ts';
import { block, Bool, input, output, UInt } from '../../../../src/dsl/index.ts';
import { addSubtract, carrySave } from '../../../../src/modules/zkflex/arith/carry-save.ts';
import { blockSums, resolve } from '../../../../src/modules/zkflex/arith/carry-select.ts';
import { prefixSums } from '../../../../src/modules/zkflex/arith/prefix.ts';
import { Stages } from '../../../../src/modules/zkflex/arith/stages.ts';

/** All adders side by side. */
const adders = block('adders', z.strictObject({ width: z.int() }), (m, { width }) => {
  const word = UInt(width);
  const io = m.ports({
    a: input(word),
    b: input(word),
    c: input(word),
    carry_in: input(Bool),
    sum: output(word),
    carry: output(Bool),
    added: output(word),
    subtracted: output(word),
    saved: output(word),
  });
  const stages = new Stages(m, 'none');
  const { a, b } = stages.enter({ a: io.a, b: io.b });
  const { sum, carry } = resolve(stages, 'sum', blockSums(stages, 'sum', a, b), io.carry_in);
  const out = stages.leave({ sum, carry });
  io.sum.assign(out.sum);
  io.carry.assign(out.carry);
  io.added.assign(addSubtract(io.a, io.b, io.carry_in.constant(0n, 1)));
  io.subtracted.assign(addSubtract(io.a, io.b, io.carry_in.constant(1n, 1)));
  const rows = carrySave(io.a, io.b, io.c, io.carry_in);
  io.saved.assign(rows.sum.addWrap(rows.carries));
  return io;
});

describe('wide adders', () => {
  // 63: one block; 64: two; 200: four; 800: thirteen.
  it.each([1, 2, 5, 63, 64, 126, 127, 200, 800])('of %i bits are exact', async (width) => {
    await simulate(adders({ width }), { engine: 'embedded' }, async (dut) => {
      const ones = (1n << BigInt(width)) - 1n;
      const operand = (): bigint => {
        const random = BigInt(dut.random.bits(width));
        return dut.random.pick([random, ones, 0n, ones ^ (1n << BigInt(dut.random.below(width))), ones - random]);
      };
      for (let i = 0; i < 300; i++) {
        const [a, c, carryIn] = [operand(), operand(), dut.random.below(2)];
        // a + b is often a row of ones, through which a carry runs all the way.
        const b = i % 3 === 0 ? ones - a : operand();
        dut.in.a.value = a;
        dut.in.b.value = b;
        dut.in.c.value = c;
        dut.in.carry_in.value = carryIn;
        const total = a + b + BigInt(carryIn);
        const read = (name: string): bigint => BigInt(dut.output(name).value as number | bigint);
        expect([read('sum'), read('carry')]).toEqual([total & ones, total >> BigInt(width)]);
        expect([read('added'), read('subtracted')]).toEqual([(a + b) & ones, (a - b) & ones]);
        expect(read('saved')).toBe((total + c) & ones);
        await dut.cycle();
      }
    });
  });
});

describe('prefix sums', () => {
  it.each([1, 2, 3, 7, 8, 9, 66])('of %i items are the sums of all beginnings, in order, in few levels', (count) => {
    const items = Array.from({ length: count }, (_, i) => ({ text: String.fromCharCode(97 + (i % 26)), depth: 0 }));
    const sums = prefixSums(items, (high, low) => ({
      text: low.text + high.text,
      depth: 1 + Math.max(low.depth, high.depth),
    }));
    sums.forEach(({ text, depth }, i) => {
      const beginning = items.slice(0, i + 1).map((item) => item.text);
      expect(text).toBe(beginning.join(''));
      expect(depth).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
    });
  });
});
