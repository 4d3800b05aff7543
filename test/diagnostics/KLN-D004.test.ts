// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, input, memory, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('an input that nothing reads is a warning', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), spare: input(UInt(4)), y: output(UInt(8)) });
    io.spare.not(); // An expression that nobody uses does not count.
    io.y.assign(io.a);
  });
  expect(text).toMatchInlineSnapshot(`
    "warning KLN-D004: Input spare is never read.
      at test/diagnostics/KLN-D004.test.ts:8:18  declared here, 4 bits
      in module top
      cure: Read it, or remove the port."
  `);
});

test('reading by conditions, memories, properties and in part is reading; empty ports are not asked for', () => {
  const text = reportOf((m) => {
    const io = m.ports({
      go: input(Bool),
      at: input(UInt(2)),
      ok: input(Bool),
      part: input(UInt(8)),
      none: input(UInt(0)),
      y: output(UInt(8)),
    });
    const { table } = m.mems({ table: memory(UInt(8), 4, { init: [1, 2, 3, 4] }) });
    const { held } = m.regs({ held: UInt(8) });
    m.when(io.go, () => held.next(table.read('read', io.at)));
    m.assert('is_ok', io.ok);
    io.y.assign(held.xor(io.part.bit(3).resize(8)));
  });
  expect(text).toBe('');
});
