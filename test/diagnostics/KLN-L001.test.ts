// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, Enum, input, output, UInt } from '../../src/dsl/index.ts';
import { reportOf } from './support.ts';

test('a when without otherwise', () => {
  const text = reportOf((m) => {
    const io = m.ports({ en: input(Bool), a: input(UInt(8)), y: output(UInt(8)) });
    m.when(io.en, () => io.y.assign(io.a));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-L001: Output y is not assigned when en is 0.
      at test/diagnostics/KLN-L001.test.ts:9:7  en is 0: no assignment
      at test/diagnostics/KLN-L001.test.ts:8:18  y is declared here
      in module top
      why:  A combinational signal that is not assigned on some path keeps its old value, which makes a latch.
      cure: Assign y a default before the conditions, or add an otherwise; a value to keep is a register."
  `);
});

test('some bits, on a path of several conditions', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(4)), go: input(Bool), y: output(UInt(8)) });
    io.y.part(3, 0).assign(io.a);
    m.when(io.a.eq(3), () => io.y.part(7, 4).assign(1))
      .elsewhen(io.go, () => {
        m.when(io.a.lt(9), () => io.y.part(7, 4).assign(2));
      })
      .otherwise(() => io.y.part(7, 4).assign(3));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-L001: Bits 7..4 of output y are not assigned when (a == 3) is 0 and go is 1 and (a < 9) is 0.
      at test/diagnostics/KLN-L001.test.ts:26:8  (a == 3) is 0 and go is 1: no assignment
      at test/diagnostics/KLN-L001.test.ts:27:11  (a < 9) is 0: no assignment
      at test/diagnostics/KLN-L001.test.ts:23:18  y is declared here
      in module top
      why:  A combinational signal that is not assigned on some path keeps its old value, which makes a latch.
      cure: Assign y a default before the conditions, or add an otherwise; a value to keep is a register."
  `);
});

test('a switch that leaves a value out', () => {
  const text = reportOf((m) => {
    const io = m.ports({ state: input(Enum('State', ['IDLE', 'RUN', 'DONE', 'FAULT'])), y: output(UInt(2)) });
    m.switch(io.state)
      .case(['IDLE', 'DONE'], () => io.y.assign(0))
      .case('FAULT', () => io.y.assign(1));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-L001: Output y is not assigned when state is RUN.
      at test/diagnostics/KLN-L001.test.ts:45:7  state is RUN: no assignment
      at test/diagnostics/KLN-L001.test.ts:44:18  y is declared here
      in module top
      why:  A combinational signal that is not assigned on some path keeps its old value, which makes a latch.
      cure: Assign y a default before the conditions, or add an otherwise; a value to keep is a register."
  `);
});

test('complete statements, defaults and constant conditions are fine; registers keep their value', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(2)), en: input(Bool), x: output(Bool), y: output(Bool), z: output(UInt(2)) });
    m.when(io.en, () => io.x.assign(1)).otherwise(() => io.x.assign(0));
    m.switch(io.a)
      .case([0, 1], () => io.y.assign(0))
      .case([2, 3], () => io.y.assign(1));
    m.when(true, () => io.z.part(0, 0).assign(1));
    io.z.part(1, 1).assign(0);
    m.switch(io.a)
      .case(0, () => io.z.part(1, 1).assign(1))
      .case(1, () => io.z.assign(2));
    const { held } = m.regs({ held: Bool });
    m.when(io.en, () => held.next(io.a.bit(0)));
  });
  expect(text).toBe('');
});

test('ways through two statements count as independent', () => {
  const text = reportOf((m) => {
    const io = m.ports({ en: input(Bool), y: output(Bool) });
    m.when(io.en, () => io.y.assign(1));
    m.when(io.en.not(), () => io.y.assign(0));
  });
  expect(text).toContain('Output y is not assigned when en is 0 and ~en is 0.');
});
