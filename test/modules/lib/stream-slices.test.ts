// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { StreamBlock } from '../../../src/modules/lib/stream-through.ts';
import { streamSkid } from '../../../src/modules/lib/stream-skid.ts';
import { sliceKinds, streamSlice } from '../../../src/modules/lib/stream-slice.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { flipFlopCount, lutCount, synthCells } from '../../support/yosys.ts';
import { flow, payloadOf, Random } from './stream-bench.ts';

/** Latency in cycles and cycles an item, as the blocks promise. */
const blocks: [string, (width: number) => StreamBlock, number, number][] = [
  ['skid', (width) => streamSkid({ width }), 0, 1],
  ['skid, registered output', (width) => streamSkid({ width, registeredOutput: true }), 1, 1],
  ...sliceKinds.map((kind): [string, (width: number) => StreamBlock, number, number] => [
    `slice ${kind}`,
    (width) => streamSlice({ width, kind }),
    kind === 'none' || kind === 'backward' ? 0 : 1,
    kind === 'half' ? 2 : 1,
  ]),
];

describe.each(blocks)('%s', (_name, make, latency, interval) => {
  test.each([0, 1, 32, 65])('passes %d-bit items in order under random stalls', async (width) => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const items = payloadOf(width, new Random(seed).items(300, width));
      const { received } = await flow(make(width), { drive: { in: items }, collect: { out: items.length }, seed });
      expect(received.out, `seed ${seed}`).toEqual(items);
    }
  });

  test('latency and throughput', async () => {
    const items = new Random(7).items(50, 16);
    const { received, at } = await flow(make(16), { drive: { in: items }, collect: { out: 50 } });
    expect(received.out).toEqual(items);
    expect(at.out).toEqual(items.map((_, i) => latency + i * interval));
  });

  test('a consumer that stops for long, then runs', async () => {
    const items = new Random(8).items(40, 16);
    const script = [0, 0, 0, 1, 1, 1, 1, 1, 1, 0];
    const { received } = await flow(make(16), { drive: { in: items }, collect: { out: 40 }, stall: { out: script } });
    expect(received.out).toEqual(items);
  });
});

describe.each(['verilator', 'icarus'] as const)('%s', (engine) => {
  test('skid buffer', async () => {
    const items = new Random(9).items(500, 40);
    const call = streamSkid({ width: 40, registeredOutput: true });
    const { received } = await flow(call, { drive: { in: items }, collect: { out: 500 }, seed: 3 }, engine);
    expect(received.out).toEqual(items);
  });

  test('half slice', async () => {
    const items = new Random(9).items(200, 3);
    const { received } = await flow(
      streamSlice({ width: 3, kind: 'half' }),
      { drive: { in: items }, collect: { out: 200 }, seed: 4 },
      engine,
    );
    expect(received.out).toEqual(items);
  });
});

describe('Verilog', () => {
  test.each([0, 1, 32])('is clean at %d bits', async (width) => {
    for (const [, make] of blocks) await cleanVerilog(make(width));
  });

  test('a skid buffer of 32 bits is smaller than its peer of 36 LUT and 66 flip-flops', async () => {
    const files = await cleanVerilog(streamSkid({ width: 32, registeredOutput: true }));
    const cells = await synthCells(files, 'stream_skid', 'xilinx');
    expect(lutCount(cells)).toBeLessThan(36);
    expect(flipFlopCount(cells)).toBe(66);
  });

  test('a half slice is a register and one gate', async () => {
    const files = await cleanVerilog(streamSlice({ width: 32, kind: 'half' }));
    const cells = await synthCells(files, 'stream_slice', 'xilinx');
    expect(lutCount(cells)).toBeLessThanOrEqual(3);
    expect(flipFlopCount(cells)).toBe(33);
  });
});
