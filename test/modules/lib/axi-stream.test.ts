// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block } from '../../../src/dsl/index.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import {
  axiStreamMaster,
  axiStreamSink,
  axiStreamSlave,
  axiStreamSource,
  fromAxiStream,
  toAxiStream,
} from '../../../src/modules/lib/axi-stream.ts';
import { streamSlice } from '../../../src/modules/lib/stream-slice.ts';
import { through } from '../../../src/modules/lib/stream-through.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { openBench, Random } from './stream-bench.ts';

/** Slave ports, a full slice, master ports: what every top level does. */
const passage = block('passage', z.strictObject({ width: z.int(), keep: z.boolean(), last: z.boolean() }), (m, p) => {
  const io = m.ports({ s_axis: axiStreamSlave(p), m_axis: axiStreamMaster(p) });
  const entered = fromAxiStream(p, io.s_axis);
  toAxiStream(
    p,
    io.m_axis,
    through(m, 'slice', (width) => streamSlice({ width, kind: 'full' }), entered),
  );
  return io;
});

const shapes = [
  { width: 32, keep: true, last: true },
  { width: 12, keep: false, last: true },
  { width: 8, keep: false, last: false },
];

async function check(shape: (typeof shapes)[number], kind: EngineKind, count: number): Promise<void> {
  const bench = await openBench(passage(shape), kind);
  const { engine } = bench;
  const has = (name: string): boolean => engine.ports.some((slot) => slot.name === name && slot.width > 0);
  const port = (name: string): number => engine.ports.find((slot) => slot.name === name)!.offset;
  expect([has('s_axis_tkeep'), has('s_axis_tlast')]).toEqual([shape.keep, shape.last]);
  const random = new Random(3);
  const fields = [
    ['tdata', shape.width] as const,
    ['tkeep', shape.keep ? 4 : 0] as const,
    ['tlast', shape.last ? 1 : 0] as const,
  ];
  const present = fields.filter(([, width]) => width > 0);
  const items = Array.from({ length: count }, () => present.map(([, width]) => Number(random.bits(width))));
  const got: number[][] = [];
  let next = 0;
  let offering = false;
  for (let cycle = 0; got.length < count && cycle < 20 * count; cycle++) {
    offering ||= next < count && random.below(2) === 0;
    engine.io[port('s_axis_tvalid')] = offering ? 1 : 0;
    if (offering) present.forEach(([name], i) => (engine.io[port(`s_axis_${name}`)] = items[next]![i]!));
    engine.io[port('m_axis_tready')] = random.below(2);
    engine.settle();
    if (engine.io[port('m_axis_tvalid')] === 1 && engine.io[port('m_axis_tready')] === 1) {
      got.push(present.map(([name]) => engine.io[port(`m_axis_${name}`)]!));
    }
    if (offering && engine.io[port('s_axis_tready')] === 1) {
      next++;
      offering = false;
    }
    engine.step();
  }
  expect(got).toEqual(items);
  expect(engine.takeEvents()).toEqual([]);
  bench.close();
}

describe('AXI4-Stream', () => {
  test.each(shapes)('$width bits, keep $keep, last $last', async (shape) => {
    await check(shape, 'embedded', 300);
  });

  test.each(['verilator', 'icarus'] as const)('%s', async (kind) => {
    await check(shapes[0]!, kind, 60);
  });

  test('the Verilog is clean', async () => {
    for (const shape of shapes) {
      await cleanVerilog(passage(shape));
      await cleanVerilog(axiStreamSource(shape));
      await cleanVerilog(axiStreamSink(shape));
    }
  });
});
