// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { z } from 'zod';
import { block, input, output, UInt } from '../../src/dsl/index.ts';
import { report } from './support.ts';

const Params = z.strictObject({ width: z.int().min(1).max(64), depth: z.int().min(2).default(4) });

const delay = block('delay', Params, (m, p) => {
  const io = m.ports({ a: input(UInt(p.width)), y: output(UInt(p.width)) });
  io.y.assign(io.a);
});

test('numbers out of range: all at once', () => {
  expect(report(() => delay({ width: 65, depth: 1 }))).toMatchInlineSnapshot(`
    "error KLN-P001: delay: parameter width: Too big: expected number to be <=64.
      at test/diagnostics/KLN-P001.test.ts:15:23
      in module delay
      cure: Give a value in the range that the block documents.

    error KLN-P001: delay: parameter depth: Too small: expected number to be >=2.
      at test/diagnostics/KLN-P001.test.ts:15:23
      in module delay
      cure: Give a value in the range that the block documents."
  `);
});

test('a misspelt parameter', () => {
  expect(report(() => delay({ width: 8, dept: 3 } as never))).toMatchInlineSnapshot(`
    "error KLN-P001: delay: there is no parameter dept. Did you mean depth?
      at test/diagnostics/KLN-P001.test.ts:29:23
      in module delay
      cure: It has width, depth."
  `);
});

test('defaults and limits are fine', () => {
  expect(report(() => delay({ width: 64 }))).toBe('');
});
