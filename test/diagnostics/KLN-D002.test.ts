// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('two unconditional assignments', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a);
    io.y.assign(io.b);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D002: Output y has two drivers: the last assignment always wins.
      at test/diagnostics/KLN-D002.test.ts:10:10  assigned here, whatever happened before
      at test/diagnostics/KLN-D002.test.ts:9:10  overridden by it
      at test/diagnostics/KLN-D002.test.ts:8:18  y is declared here
      in module top
      why:  The last executed assignment to a bit counts, and nothing makes this one conditional.
      cure: Remove one assignment, choose between the values with mux or when, or put the default first."
  `);
});

test('a default that comes last', () => {
  const text = reportOf((m) => {
    const io = m.ports({ go: input(Bool), stop: input(Bool), a: input(UInt(8)), y: output(UInt(8)) });
    m.when(io.go, () => io.y.assign(io.a)).elsewhen(io.stop, () => io.y.assign(1));
    io.y.assign(0);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D002: Output y has several drivers: the last assignment always wins.
      at test/diagnostics/KLN-D002.test.ts:27:10  assigned here, whatever happened before
      at test/diagnostics/KLN-D002.test.ts:26:30  overridden by it
      at test/diagnostics/KLN-D002.test.ts:26:73  overridden by it
      at test/diagnostics/KLN-D002.test.ts:25:18  y is declared here
      in module top
      why:  The last executed assignment to a bit counts, and nothing makes this one conditional.
      cure: Remove one assignment, choose between the values with mux or when, or put the default first."
  `);
});

test('parts that overlap', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(5)), y: output(UInt(8)) });
    io.y.part(4, 0).assign(io.a);
    io.y.part(7, 3).assign(io.a);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D002: Assignments to output y overlap: the last one, to bits 7..3 of output y, always wins.
      at test/diagnostics/KLN-D002.test.ts:45:21  assigned here, whatever happened before
      at test/diagnostics/KLN-D002.test.ts:44:21  overridden by it
      at test/diagnostics/KLN-D002.test.ts:43:18  y is declared here
      in module top
      why:  The last executed assignment to a bit counts, and nothing makes this one conditional.
      cure: Remove one assignment, choose between the values with mux or when, or put the default first."
  `);
});

test('a register assigned twice in one branch', () => {
  const text = reportOf((m) => {
    const io = m.ports({ go: input(Bool), y: output(UInt(8)) });
    const { count } = m.regs({ count: UInt(8).init(0) });
    m.when(io.go, () => {
      count.part(3, 0).next(0);
      count.part(7, 4).next(1);
      count.part(7, 4).next(2);
    });
    io.y.assign(count);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D002: Bits 7..4 of register count have two drivers: the last assignment always wins.
      at test/diagnostics/KLN-D002.test.ts:65:24  assigned here, whatever happened before
      at test/diagnostics/KLN-D002.test.ts:64:24  overridden by it
      at test/diagnostics/KLN-D002.test.ts:61:25  count is declared here
      in module top
      why:  The last executed assignment to a bit counts, and nothing makes this one conditional.
      cure: Remove one assignment, choose between the values with mux or when, or put the default first."
  `);
});

test('defaults are fine: before conditions, and for the whole before its parts', () => {
  const text = reportOf((m) => {
    const io = m.ports({ go: input(Bool), a: input(UInt(4)), y: output(UInt(8)), z: output(UInt(4)) });
    io.y.assign(0);
    io.y.part(3, 0).assign(io.a);
    m.when(io.go, () => {
      io.y.assign(1);
      io.y.part(7, 7).assign(1);
    }).otherwise(() => io.y.part(3, 0).assign(2));
    io.z.assign(0);
    for (let i = 0; i < 4; i++) m.when(io.a.bit(i), () => io.z.assign(i));
  });
  expect(text).toBe('');
});
