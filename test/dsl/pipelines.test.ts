// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import {
  Bool,
  Bundle,
  input,
  type ModuleBuilder,
  output,
  sink,
  source,
  streamPipeline,
  UInt,
} from '../../src/dsl/index.ts';
import { simulate } from '../../sim/index.ts';
import { blockOf, elaborated, expectRows, faultOf } from './support.ts';

/** (a + b) * c in two stages; the latency is the stage of the result. */
function multiplyAdd(m: ModuleBuilder, isStalled: boolean) {
  const io = m.ports({
    a: input(UInt(4)),
    b: input(UInt(4)),
    c: input(UInt(4)),
    go: input(Bool),
    move: input(Bool),
    y: output(UInt(9)),
    done: output(Bool),
  });
  const pipe = m.pipeline('p', isStalled ? { valid: io.go, advance: io.move } : { valid: io.go });
  const { a, b, c } = pipe.inputs({ a: io.a, b: io.b, c: io.c });
  const { sum } = pipe.regs({ sum: a.addFull(b) });
  const aligned = pipe.balance({ sum, c });
  const { product } = pipe.regs({ product: aligned.sum.mul(aligned.c) });
  const { y } = pipe.outputs({ y: product });
  expect(pipe.stageOf({ product })).toBe(2);
  io.y.assign(y);
  io.done.assign(pipe.valid(2));
  return io;
}

describe('pipelines', () => {
  test('values are balanced, valid goes along, latency is the stage', async () => {
    await expectRows(
      blockOf('free', (m) => multiplyAdd(m, false)),
      [
        [{ a: 1, b: 2, c: 3, go: 1, move: 0 }, { done: 0 }],
        [{ a: 15, b: 15, c: 15, go: 1 }, { done: 0 }],
        [
          { a: 9, b: 9, c: 9, go: 0 },
          { done: 1, y: 9 },
        ],
        [
          { a: 2, b: 2, c: 2, go: 1 },
          { done: 1, y: 450 },
        ],
        [{ a: 0, b: 0, c: 0, go: 0 }, { done: 0 }],
        [{}, { done: 1, y: 8 }],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('all stages hold while it does not advance', async () => {
    await expectRows(
      blockOf('stalled', (m) => multiplyAdd(m, true)),
      [
        [{ a: 1, b: 2, c: 3, go: 1, move: 1 }, { done: 0 }],
        [{ a: 2, b: 2, c: 2, go: 1, move: 0 }, { done: 0 }],
        [{ a: 4, b: 4, c: 4, go: 1, move: 1 }, { done: 0 }],
        [
          { go: 0, move: 0 },
          { done: 1, y: 9 },
        ],
        [
          { go: 0, move: 1 },
          { done: 1, y: 9 },
        ],
        [
          { go: 0, move: 1 },
          { done: 1, y: 32 },
        ],
        [{ go: 0, move: 1 }, { done: 0 }],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('data registers have no reset, the valid chain has', () => {
    const { top } = elaborated((m) => multiplyAdd(m, false));
    expect(top.regs.map((reg) => [reg.name, reg.reset])).toEqual([
      ['p_sum', null],
      ['p_c_s1', null],
      ['p_product', null],
      ['p_valid_s1', 0n],
      ['p_valid_s2', 0n],
    ]);
  });

  test('delayed copies are shared', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ a: input(UInt(4)), x: output(UInt(4)), y: output(UInt(4)) });
      const pipe = m.pipeline('p');
      const { a } = pipe.inputs({ a: io.a });
      const { late } = pipe.delayTo({ late: a }, 3);
      const { again } = pipe.delayTo({ again: a }, 2);
      io.x.assign(pipe.outputs({ x: late }).x);
      io.y.assign(pipe.outputs({ y: again }).y);
    });
    expect(top.regs.map((reg) => reg.name)).toEqual(['p_late_s1', 'p_late_s2', 'p_late_s3']);
  });

  test('bundles travel as a whole', async () => {
    const dut = blockOf('pairs', (m) => {
      const Pair = Bundle({ x: UInt(4), y: UInt(4) });
      const io = m.ports({ in: input(Pair), out: output(Pair) });
      const pipe = m.pipeline('p');
      const { pair } = pipe.inputs({ pair: io.in });
      const { held } = pipe.regs({ held: pair });
      m.drive(io.out, pipe.outputs({ out: held }).out);
    });
    await expectRows(dut, [
      [{ in_x: 1, in_y: 2 }, {}],
      [
        { in_x: 3, in_y: 4 },
        { out_x: 1, out_y: 2 },
      ],
      [{}, { out_x: 3, out_y: 4 }],
    ]);
  });

  test('constants and values from outside have no stage', () => {
    const text = faultOf((m) => {
      const io = m.ports({ a: input(UInt(4)), still: input(UInt(4)), y: output(UInt(4)) });
      const pipe = m.pipeline('p');
      const { a } = pipe.inputs({ a: io.a });
      const { b } = pipe.regs({ b: a.addWrap(1) });
      io.y.assign(pipe.outputs({ y: b.xor(io.still) }).y);
    });
    expect(text).toBe('');
  });
});

describe('stages that do not meet', () => {
  test('two stages in one expression', () => {
    const text = faultOf((m) => {
      const pipe = m.pipeline('p');
      const { a } = pipe.inputs({ a: m.ports({ a: input(UInt(4)) }).a });
      const { b } = pipe.regs({ b: a });
      a.addWrap(b);
    });
    expect(text).toBe('KLN-S004 top: add mixes pipeline stages: a is in stage 0 of p, p_b is in stage 1 of p.');
  });

  test('two pipelines', () => {
    const text = faultOf((m) => {
      const io = m.ports({ a: input(UInt(4)) });
      const { a } = m.pipeline('p').inputs({ a: io.a });
      const { b } = m.pipeline('q').inputs({ b: io.a });
      a.and(b);
    });
    expect(text).toBe('KLN-S004 top: and mixes pipeline stages: a is in stage 0 of p, a is in stage 0 of q.');
  });

  test('back in time', () => {
    const text = faultOf((m) => {
      const pipe = m.pipeline('p');
      const { b } = pipe.regs(pipe.inputs({ b: m.ports({ a: input(UInt(4)) }).a }));
      pipe.delayTo({ b }, 0);
    });
    expect(text).toBe('KLN-S004 top: p_b is in stage 1 of p and cannot go back to stage 0.');
  });

  test('valid without a valid input', () => {
    expect(faultOf((m) => m.pipeline('p').valid(1))).toBe('KLN-S003 top: The pipeline p has no valid input.');
  });
});

describe('a pipeline between streams', () => {
  const squares = (stages: number) =>
    blockOf(`squares_${stages}`, (m) => {
      const io = m.ports({ in: sink(UInt(6)), out: source(UInt(12)) });
      streamPipeline(m, 'p', io.in, io.out, (pipe, value) => {
        const product = value.mul(value).resize(12);
        return pipe.delayTo({ product }, stages).product as never;
      });
      return io;
    });

  test.each([1, 3])('%d stages: nothing is lost, order is kept', async (stages) => {
    for (const engine of ['embedded', 'icarus'] as const) {
      await simulate(squares(stages), { engine, wave: 'off' }, async (dut) => {
        await dut.reset();
        const items = Array.from({ length: 40 }, (_, i) => (i * 11) & 63);
        void dut.driver('in', { stall: 0.3 }).send(items);
        expect(await dut.monitor('out', { stall: 0.5 }).take(40)).toEqual(items.map((item) => item * item));
      });
    }
  });

  test('0 stages are wires', async () => {
    await expectRows(squares(0), [
      [
        { in_valid: 1, in_payload: 9, out_ready: 0 },
        { out_valid: 1, out_payload: 81, in_ready: 0 },
      ],
      [
        { in_valid: 0, in_payload: 2, out_ready: 1 },
        { out_valid: 0, in_ready: 1 },
      ],
    ]);
  });

  test.each([1, 3])('%d stages: one item a cycle, latency the stage', async (stages) => {
    await simulate(squares(stages), { wave: 'off' }, async (dut) => {
      await dut.reset();
      const start = dut.engine.cycle;
      void dut.driver('in').send([1, 2, 3, 4, 5]);
      expect(await dut.monitor('out').take(5)).toEqual([1, 4, 9, 16, 25]);
      expect(dut.engine.cycle - start).toBeLessThanOrEqual(stages + 5 + 1);
    });
  });
});
