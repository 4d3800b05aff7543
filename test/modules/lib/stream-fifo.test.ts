// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { block, Bundle, sink, SInt, source, UInt, Vec } from '../../../src/dsl/index.ts';
import { z } from 'zod';
import { streamFifo, streamFifoCapacity, streamFifoLatency } from '../../../src/modules/lib/stream-fifo.ts';
import { through } from '../../../src/modules/lib/stream-through.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { flipFlopCount, lutCount, synthCells } from '../../support/yosys.ts';
import { flow, openBench, payloadOf, Random } from './stream-bench.ts';

const stores = [
  { storage: 'distributed' },
  { storage: 'registers' },
  { storage: 'block' },
  { storage: 'block', outputRegister: true },
] as const;

describe.each(stores)('fifo in $storage $outputRegister', (store) => {
  test.each([0, 1, 2, 3, 4, 5, 7, 16, 100])('depth %d keeps order under random stalls', async (depth) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const items = new Random(seed).items(400, 20);
      const call = streamFifo({ width: 20, depth, ...store, occupancy: true });
      const { received } = await flow(call, { drive: { in: items }, collect: { out: items.length }, seed });
      expect(received.out, `seed ${seed}`).toEqual(items);
    }
  });

  test.each([0, 1, 33, 100])('%d bits', async (width) => {
    const items = payloadOf(width, new Random(2).items(200, width));
    const call = streamFifo({ width, depth: 6, ...store });
    const { received } = await flow(call, { drive: { in: items }, collect: { out: 200 }, seed: 11 });
    expect(received.out).toEqual(items);
  });

  test.each([0, 1, 2, 3, 8])('depth %d: latency, throughput and capacity are as documented', async (depth) => {
    const p = { width: 16, depth, ...store };
    const items = new Random(3).items(60, 16);
    const { at } = await flow(streamFifo(p), { drive: { in: items }, collect: { out: 60 } });
    const interval = depth === 1 ? 2 : 1;
    expect(at.out).toEqual(items.map((_, i) => streamFifoLatency(p) + interval * i));

    const bench = await openBench(streamFifo({ ...p, occupancy: true }));
    const { engine } = bench;
    const port = (name: string) => engine.ports.find((slot) => slot.name === name)!.offset;
    engine.io[port('in_valid')] = 1;
    engine.io[port('out_ready')] = 0;
    let accepted = 0;
    for (let cycle = 0; cycle < depth + 10; cycle++) {
      engine.settle();
      accepted += engine.io[port('in_ready')]!;
      engine.step();
    }
    expect(accepted).toBe(streamFifoCapacity(p));
    engine.settle();
    if (depth > 0) expect(engine.io[port('occupancy')]).toBe(streamFifoCapacity(p));
    bench.close();
  });

  test.each([1, 2, 5, 16])('depth %d: flush against a queue that forgets', async (depth) => {
    const bench = await openBench(streamFifo({ width: 16, depth, ...store, flush: true, occupancy: true }));
    const { engine } = bench;
    const port = (name: string) => engine.ports.find((slot) => slot.name === name)!.offset;
    const random = new Random(depth + 40);
    let queue: number[] = [];
    let offer: number | null = null;
    let taken = 0;
    for (let cycle = 0; cycle < 3000; cycle++) {
      if (offer === null && random.below(3) > 0) offer = random.below(65536);
      const flush = random.below(40) === 0;
      engine.io[port('in_valid')] = offer === null ? 0 : 1;
      engine.io[port('in_payload')] = offer ?? 0;
      engine.io[port('out_ready')] = random.below(2);
      engine.io[port('flush')] = flush ? 1 : 0;
      engine.settle();
      expect(engine.io[port('occupancy')]).toBe(queue.length);
      if (engine.io[port('out_valid')] === 1 && engine.io[port('out_ready')] === 1) {
        expect(engine.io[port('out_payload')]).toBe(queue.shift());
        taken++;
      }
      if (offer !== null && engine.io[port('in_ready')] === 1) {
        queue.push(offer);
        offer = null;
      }
      if (flush) queue = [];
      engine.step();
    }
    expect(taken).toBeGreaterThan(300);
    expect(engine.takeEvents()).toEqual([]);
    bench.close();
  });
});

test('streams of any payload go through a block over plain bits', async () => {
  const type = Bundle({ tag: UInt(3), value: SInt(9), lanes: Vec(2, UInt(4)) });
  const top = block('buffered', z.strictObject({}), (m) => {
    const io = m.ports({ in: sink(type), out: source(type) });
    io.out.from(
      through(
        m,
        'queue',
        (width) => streamFifo({ width, depth: 5 }),
        through(m, 'entry', (width) => streamFifo({ width, depth: 1 }), io.in),
      ),
    );
    return io;
  });
  const random = new Random(5);
  const items = Array.from({ length: 100 }, () => [3, 9, 4, 4].map((width) => random.bits(width)));
  const { received } = await flow(top({}), { drive: { in: items }, collect: { out: 100 }, seed: 2 });
  expect(received.out).toEqual(items);
});

describe.each(['verilator', 'icarus'] as const)('%s', (engine) => {
  test.each([
    { depth: 13, storage: 'distributed' },
    { depth: 32, storage: 'block', outputRegister: true },
  ] as const)('$storage, depth $depth', async (p) => {
    const items = new Random(9).items(800, 40);
    const call = streamFifo({ width: 40, ...p, occupancy: true });
    const { received } = await flow(call, { drive: { in: items }, collect: { out: 800 }, seed: 3 }, engine);
    expect(received.out).toEqual(items);
  });
});

describe('Verilog', () => {
  test('is clean in every form', async () => {
    for (const store of stores) {
      for (const depth of [0, 1, 2, 3, 16]) await cleanVerilog(streamFifo({ width: 8, depth, ...store }));
      await cleanVerilog(streamFifo({ width: 8, depth: 6, ...store, flush: true, occupancy: true }));
    }
    await cleanVerilog(streamFifo({ width: 0, depth: 6 }));
  });

  test('16 x 32 is smaller than its peer of 12 LUT and 14 flip-flops', async () => {
    const files = await cleanVerilog(streamFifo({ width: 32, depth: 16 }));
    const cells = await synthCells(files, 'stream_fifo', 'xilinx');
    expect(lutCount(cells)).toBeLessThan(12);
    expect(flipFlopCount(cells)).toBeLessThan(14);
    expect(cells.RAM32M).toBe(6);
  });

  test('512 x 32 is smaller than its peer of 21 LUT and 69 flip-flops', async () => {
    const files = await cleanVerilog(streamFifo({ width: 32, depth: 512 }));
    const cells = await synthCells(files, 'stream_fifo', 'xilinx');
    expect(lutCount(cells)).toBeLessThan(21);
    expect(flipFlopCount(cells)).toBeLessThan(69);
    expect(cells.RAMB18E1 ?? cells.RAMB36E1).toBe(1);
  });
});
