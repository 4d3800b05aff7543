// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('elsewhen after otherwise', () => {
  const text = reportOf((m) => {
    const io = m.ports({ go: input(Bool), y: output(Bool) });
    const chain = m.when(io.go, () => io.y.assign(1));
    chain.otherwise(() => io.y.assign(0));
    chain.elsewhen(io.go, () => io.y.assign(0));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-S003: elsewhen follows otherwise.
      at test/diagnostics/KLN-S003.test.ts:11:11
      in module top
      cure: Put otherwise last."
  `);
});

test('the valid of a pipeline that has none', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(Bool) });
    const pipe = m.pipeline('pipe');
    pipe.inputs({ a: io.a });
    io.y.assign(pipe.valid(1));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-S003: The pipeline pipe has no valid input.
      at test/diagnostics/KLN-S003.test.ts:26:22
      in module top
      cure: Give the valid option to m.pipeline."
  `);
});
