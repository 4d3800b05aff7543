// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, Bundle, input, memory, output, UInt } from '../../src/dsl/index.ts';
import { blockOf, reportOf } from './support.ts';

test('a field and a port flatten to one name', () => {
  const text = reportOf((m) => {
    const io = m.ports({ in: input(Bundle({ data: UInt(8) })), in_data: input(UInt(8)), out: output(UInt(8)) });
    io.out.assign(io.in.data.xor(io.in_data));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-N001: The port in.data and the port in_data both have the name in_data.
      at test/diagnostics/KLN-N001.test.ts:8:18  port in_data
      at test/diagnostics/KLN-N001.test.ts:8:18  port in.data
      in module top
      cure: Rename one of them."
  `);
});

test('names that differ only in case', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), sum: output(UInt(8)) });
    const { Sum } = m.wires({ Sum: UInt(8) });
    Sum.assign(io.a);
    io.sum.assign(Sum);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-N001: The names of the port sum and the wire Sum differ only in case.
      at test/diagnostics/KLN-N001.test.ts:23:23  wire Sum
      at test/diagnostics/KLN-N001.test.ts:22:18  port sum
      in module top
      why:  Tools for VHDL and some file systems do not tell capital from small letters.
      cure: Rename one of them."
  `);
});

test('instances, memories and read data take part', () => {
  const child = blockOf('child', (m) => {
    const io = m.ports({ a: input(Bool), y: output(Bool) });
    io.y.assign(io.a);
  });
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(2)), y: output(UInt(8)), table_read: input(UInt(8)) });
    const { table } = m.mems({ table: memory(UInt(8), 4, { init: [1, 2, 3, 4] }) });
    io.y.assign(table.read('read', io.a).xor(io.table_read));
    m.instances({ table: child });
  });
  expect(text.match(/^error KLN-N001.*/gm)).toMatchInlineSnapshot(`
    [
      "error KLN-N001: The port table_read and the memory read data table.read both have the name table_read.",
      "error KLN-N001: The memory table and the instance table both have the name table.",
    ]
  `);
});

test('names that only begin alike are fine', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), a1: output(UInt(8)) });
    const { a_1 } = m.wires({ a_1: UInt(8) });
    a_1.assign(io.a);
    io.a1.assign(a_1);
  });
  expect(text).toBe('');
});
