// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, Bool, clockDomain, elaborate, input, output, sink, source, UInt } from '../../../src/dsl/index.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { asyncFifo, bitSynchroniser, resetSynchroniser } from '../../../src/modules/lib/cdc.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { synthCells } from '../../support/yosys.ts';
import { openBench, Random } from './stream-bench.ts';

interface Clocks {
  readonly name: string;
  /** Which clocks have an edge at this tick: bit 0 write, bit 1 read. */
  readonly edges: (tick: number, random: Random) => number;
}

const clocks: Clocks[] = [
  { name: 'equal', edges: () => 3 },
  { name: 'write fast', edges: (tick) => (tick % 3 === 0 ? 3 : 1) },
  { name: 'read fast', edges: (tick) => (tick % 5 === 0 ? 3 : 2) },
  { name: '3 to 4, shifted', edges: (tick) => (tick % 3 === 0 ? 1 : 0) | (tick % 4 === 1 ? 2 : 0) },
  { name: 'at random', edges: (_tick, random) => random.below(4) },
];

/** Moves items across with random stalls; returns ticks used. */
async function cross(depth: number, clock: Clocks, seed: number, kind: EngineKind, count: number): Promise<number> {
  const bench = await openBench(asyncFifo({ width: 16, depth }), kind);
  const { engine } = bench;
  const port = (name: string): number => engine.ports.find((slot) => slot.name === name)!.offset;
  const random = new Random(seed);
  const items = Array.from({ length: count }, () => random.below(65536));
  const got: number[] = [];
  let next = 0;
  let offering = false;
  let tick = 0;
  const stalls = random.below(3);
  for (; got.length < count; tick++) {
    if (tick > 100 * count + 1000) throw new Error(`Only ${got.length} of ${count} items arrived.`);
    const edges = clock.edges(tick, random);
    if (edges === 0) continue;
    // Each side changes its inputs after its own edges only, as hardware would.
    if ((edges & 1) === 1 && !offering && next < count && random.below(4) >= stalls) offering = true;
    engine.io[port('in_valid')] = offering ? 1 : 0;
    engine.io[port('in_payload')] = offering ? items[next]! : 0;
    if ((edges & 2) === 2) engine.io[port('out_ready')] = random.below(4) >= stalls ? 1 : 0;
    engine.settle();
    if ((edges & 1) === 1 && offering && engine.io[port('in_ready')] === 1) {
      next++;
      offering = false;
    }
    const taken = engine.io[port('out_valid')] === 1 && engine.io[port('out_ready')] === 1;
    if ((edges & 2) === 2 && taken) got.push(engine.io[port('out_payload')]!);
    engine.step(1, edges);
  }
  expect(got).toEqual(items);
  expect(engine.takeEvents()).toEqual([]);
  bench.close();
  return tick;
}

describe('asynchronous fifo', () => {
  test.each(clocks)('clocks $name: nothing lost, order kept', async (clock) => {
    for (const depth of [1, 2, 4, 16]) {
      for (const seed of [1, 2, 3]) await cross(depth, clock, seed, 'embedded', 300);
    }
  });

  test('full throughput from depth 8 on with equal clocks', async () => {
    const always: Clocks = { name: '', edges: () => 3 };
    // A seed without stalls on either side.
    const seed = [1, 2, 3, 4, 5, 6].find((s) => stallsOf(s, 500) === 0)!;
    expect(await cross(8, always, seed, 'embedded', 500)).toBeLessThan(515);
  });

  test.each(['verilator', 'icarus'] as const)('%s', async (kind) => {
    for (const clock of [clocks[3]!, clocks[4]!]) await cross(8, clock, 4, kind, 60);
  });

  test('the Verilog is clean, and the words lie in LUT RAM or block RAM', async () => {
    for (const depth of [2, 16]) await cleanVerilog(asyncFifo({ width: 8, depth }));
    await cleanVerilog(asyncFifo({ width: 0, depth: 4 }));
    const files = await cleanVerilog(asyncFifo({ width: 32, depth: 512 }));
    const cells = await synthCells(files, 'async_fifo', 'xilinx');
    expect(cells.RAMB18E1 ?? cells.RAMB36E1).toBe(1);
  });
});

function stallsOf(seed: number, count: number): number {
  const random = new Random(seed);
  for (let i = 0; i < count; i++) random.below(65536);
  return random.below(3);
}

describe('synchronisers', () => {
  test.each([2, 3])('a bit arrives after %d edges', async (stages) => {
    const bench = await openBench(bitSynchroniser({ stages, initial: 0 }));
    const { engine } = bench;
    const port = (name: string): number => engine.ports.find((slot) => slot.name === name)!.offset;
    for (const value of [1, 0]) {
      engine.io[port('in')] = value;
      for (let edge = 0; edge < stages; edge++) {
        engine.settle();
        expect(engine.io[port('out')]).toBe(1 - value);
        engine.step();
      }
      engine.settle();
      expect(engine.io[port('out')]).toBe(value);
    }
    bench.close();
  });

  test('a reset is released after its stages', async () => {
    const bench = await openBench(resetSynchroniser({ stages: 3 }));
    const { engine } = bench;
    const port = (name: string): number => engine.ports.find((slot) => slot.name === name)!.offset;
    const seen: number[] = [];
    for (let cycle = 0; cycle < 6; cycle++) {
      engine.settle();
      seen.push(engine.io[port('reset')]!);
      engine.step();
    }
    expect(seen).toEqual([1, 1, 1, 0, 0, 0]);
    bench.close();
  });

  test('the Verilog is clean and marks the flip-flops', async () => {
    const files = await cleanVerilog(bitSynchroniser({}));
    expect(files.at(-1)!.text).toContain('ASYNC_REG');
    await cleanVerilog(resetSynchroniser({}));
  });
});

describe('crossings inside a design', () => {
  const fast = clockDomain('fast');
  const slow = clockDomain('slow');

  test('a fifo and a synchroniser satisfy the check for clock crossings', () => {
    const bridge = block('bridge', z.strictObject({}), (m) => {
      const io = m.ports({
        in: sink(UInt(8), '', { domain: fast }),
        out: source(UInt(8), '', { domain: slow }),
        busy: input(Bool, '', { domain: slow }),
        seen: output(Bool, '', { domain: fast }),
      });
      const { fifo } = m.instances({
        fifo: asyncFifo({ width: 8, depth: 4 }).clocked({ write: fast, read: slow }),
      });
      fifo.in.from(io.in);
      io.out.from(fifo.out);
      m.in(fast, () => {
        const { sync } = m.instances({ sync: bitSynchroniser({}) });
        sync.in.assign(io.busy);
        io.seen.assign(sync.out);
      });
      return io;
    });
    expect(elaborate(bridge({})).warnings).toEqual([]);
  });
});
