// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, input, output, UInt, Vec } from '../../src/dsl/index.ts';
import { blockOf, reportOf } from './support.ts';

test('some bits of an output', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(4)), y: output(UInt(8)) });
    io.y.part(3, 0).assign(io.a);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D001: Bits 7..4 of output y are never driven.
      at test/diagnostics/KLN-D001.test.ts:8:18  declared here, 8 bits
      in module top
      cure: Assign y, with a constant if it has no use, or remove it."
  `);
});

test('a register that is only reset', () => {
  const text = reportOf((m) => {
    const io = m.ports({ y: output(UInt(8)) });
    const { count } = m.regs({ count: UInt(8).init(0) });
    io.y.assign(count);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D001: Register count is never assigned.
      at test/diagnostics/KLN-D001.test.ts:22:25  declared here, 8 bits
      in module top
      why:  A register that is never assigned holds its reset or power-up value for ever: it is a constant.
      cure: Assign count with next, or use a constant in its place."
  `);
});

test('an input of an instance', () => {
  const child = blockOf('child', (m) => {
    const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.a.and(io.b));
  });
  const text = reportOf((m) => {
    const io = m.ports({ y: output(UInt(8)), a: input(UInt(8)) });
    const { gate } = m.instances({ gate: child }) as unknown as { gate: Record<'a' | 'b' | 'y', typeof io.y> };
    gate.a.assign(io.a);
    io.y.assign(gate.y);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D001: Input b of instance gate is never driven.
      at test/diagnostics/KLN-D001.test.ts:41:24  input b of instance gate, 8 bits
      at test/diagnostics/KLN-D001.test.ts:36:18  the port in child
      in module top
      cure: Assign gate.b, with a constant if it has no use."
  `);
});

test('elements of a vector and several runs of bits', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(Bool), y: output(UInt(4)) });
    const { lane } = m.wires({ lane: Vec(2, UInt(4)) });
    lane.at(0).part(1, 1).assign(io.a);
    lane.at(1).assign(3);
    io.y.assign(lane.at(0).xor(lane.at(1)));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-D001: Bits 3..2 and 0 of wire lane.0 are never driven.
      at test/diagnostics/KLN-D001.test.ts:57:24  declared here, 4 bits
      in module top
      cure: Assign lane.0, with a constant if it has no use, or remove it."
  `);
});

test('empty signals and parts that add up are fine', () => {
  const text = reportOf((m) => {
    const io = m.ports({ a: input(UInt(4)), none: output(UInt(0)), y: output(UInt(8)) });
    io.y.part(7, 4).assign(io.a);
    io.y.part(3, 0).assign(io.a.not());
  });
  expect(text).toBe('');
});
