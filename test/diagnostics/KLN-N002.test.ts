// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { z } from 'zod';
import { block, input, output, UInt } from '../../src/dsl/index.ts';
import { report, reportOf } from './support.ts';

test('a name that is not an identifier', () => {
  const text = reportOf((m) => {
    const io = m.ports({ 'data-in': input(UInt(8)), out: output(UInt(8)) });
    io.out.assign(io['data-in']);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-N002: The name "data-in" of a port is not an identifier.
      at test/diagnostics/KLN-N002.test.ts:9:18  named here
      in module top
      cure: Use letters, digits and underscores, a letter first."
  `);
});

test('a port that is a keyword', () => {
  const text = reportOf((m) => {
    const io = m.ports({ data: input(UInt(8)), byte: output(UInt(8)) });
    io.byte.assign(io.data);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-N002: The port byte is named like a keyword of Verilog or SystemVerilog.
      at test/diagnostics/KLN-N002.test.ts:22:18  named here
      in module top
      why:  The name of a port or module is seen from outside, so the generator does not change it.
      cure: Rename it, for instance byte_value."
  `);
});

test('a port that Verilator would rename', () => {
  const text = reportOf((m) => {
    const io = m.ports({ data: input(UInt(8)), queue: output(UInt(8)) });
    io.queue.assign(io.data);
  });
  expect(text).toContain('The port queue is named like a word of C++ (Verilator would rename it).');
});

test('a module that is a keyword', () => {
  const buf = block('buf', z.strictObject({}), (m) => m.ports({}));
  const text = report(() => buf({}));
  expect(text).toMatchInlineSnapshot(`
    "error KLN-N002: The module buf is named like a keyword of Verilog or SystemVerilog.
      at test/diagnostics/KLN-N002.test.ts:43:15  named here
      in module buf
      why:  The name of a port or module is seen from outside, so the generator does not change it.
      cure: Rename it, for instance buf_block."
  `);
});

test('inner names may be keywords: the emitter renames them', () => {
  const text = reportOf((m) => {
    const io = m.ports({ data: input(UInt(8)), out: output(UInt(8)) });
    const { reg } = m.regs({ reg: UInt(8) });
    reg.next(io.data);
    io.out.assign(reg);
  });
  expect(text).toBe('');
});
