// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Bool, elaborate, input, type ModuleBuilder, output, UInt, Vec } from '../../../src/dsl/index.ts';
import { combAnalysis } from '../../../src/ir/checks/comb/summary.ts';
import type { Module } from '../../../src/ir/module.ts';
import { blockOf } from '../../diagnostics/support.ts';

/** Nodes and edges that the loop check works on. */
function work(module: Module): number {
  const { graph } = combAnalysis(module, false);
  return graph.edges.reduce((sum, sources) => sum + 1 + sources.length, 0);
}

function moduleOf(body: (m: ModuleBuilder) => void): Module {
  return elaborate(blockOf('top', body)).top;
}

describe('ten times the hardware is ten times the work', () => {
  const bodies: Record<string, (m: ModuleBuilder, n: number) => void> = {
    'a chain of wires': (m, n) => {
      const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
      const { step } = m.wires({ step: Vec(n, UInt(8)) });
      step.map((each, i) => each.assign(i === 0 ? io.a : step.at(i - 1).addWrap(i % 256)));
      io.y.assign(step.at(n - 1));
    },
    'registers under an enable': (m, n) => {
      const io = m.ports({ en: input(Bool), a: input(UInt(8)), y: output(UInt(8)) });
      const { lane } = m.regs({ lane: Vec(n, UInt(8)) });
      m.when(io.en, () => lane.map((each, i) => each.next(i === 0 ? io.a : lane.at(i - 1))));
      io.y.assign(lane.at(n - 1));
    },
    'a carry chain in one word': (m, n) => {
      const io = m.ports({ a: input(UInt(n)), y: output(UInt(n + 1)) });
      io.y.part(0, 0).assign(0);
      for (let i = 0; i < n; i++) io.y.part(i + 1, i + 1).assign(io.y.bit(i).and(io.a.bit(i)));
    },
    'a wide sum taken apart': (m, n) => {
      const io = m.ports({ a: input(UInt(n)), b: input(UInt(n)), y: output(UInt(n)) });
      const sum = io.a.addWrap(io.b);
      for (let i = 0; i < n; i++) io.y.part(i, i).assign(sum.bit(n - 1 - i));
    },
    'many readers of a word that is cut into bits': (m, n) => {
      const io = m.ports({ a: input(UInt(n)), y: output(UInt(n)) });
      const { word } = m.wires({ word: UInt(n) });
      for (let i = 0; i < n; i++) word.part(i, i).assign(io.a.bit(n - 1 - i));
      for (let i = 0; i < n; i++) io.y.part(i, i).assign(word.eq(i));
    },
    'a long when': (m, n) => {
      const io = m.ports({ a: input(UInt(16)), y: output(UInt(8)) });
      io.y.assign(0);
      const chain = m.when(io.a.eq(0), () => io.y.assign(1));
      for (let i = 1; i < n; i++) chain.elsewhen(io.a.eq(i), () => io.y.assign(i % 256));
    },
  };

  test.each(Object.entries(bodies))('%s', (_name, body) => {
    const [small, large] = [100, 1000].map((n) => work(moduleOf((m) => body(m, n))));
    expect(large! / small!).toBeLessThan(11);
  });
});
