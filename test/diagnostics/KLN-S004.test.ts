// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('values of two stages in one expression', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)) });
    const pipe = m.pipeline('pipe');
    const { a, b } = pipe.inputs({ a: io.a, b: io.b });
    const { sum } = pipe.regs({ sum: a.addWrap(b) });
    io.y.assign(sum.xor(b));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-S004: xor mixes pipeline stages: pipe_sum is in stage 1 of pipe, b is in stage 0 of pipe.
      at test/diagnostics/KLN-S004.test.ts:12:21
      in module top
      cure: Bring them to one stage with the balance method of the pipeline."
  `);
});

test('balanced values are fine', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)) });
    const pipe = m.pipeline('pipe');
    const { a, b } = pipe.inputs({ a: io.a, b: io.b });
    const { sum } = pipe.regs({ sum: a.addWrap(b) });
    const late = pipe.balance({ sum, b });
    const { y } = pipe.outputs({ y: late.sum.xor(late.b) });
    io.y.assign(y);
  });
  expect(text).toBe('');
});
