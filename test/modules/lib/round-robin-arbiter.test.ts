// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { roundRobinArbiter } from '../../../src/modules/lib/round-robin-arbiter.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { flipFlopCount, lutCount, synthCells } from '../../support/yosys.ts';
import { openBench, Random } from './stream-bench.ts';

/** The first requester after the last owner. */
function owner(requests: number, count: number, last: number): number {
  for (let k = 1; k <= count; k++) {
    const i = (last + k) % count;
    if ((requests >> i) & 1) return i;
  }
  return -1;
}

async function compare(count: number, kind: 'embedded' | 'verilator' | 'icarus', cycles: number): Promise<void> {
  const bench = await openBench(roundRobinArbiter({ requesters: count }), kind);
  const { engine } = bench;
  const port = (name: string) => engine.ports.find((slot) => slot.name === name)!.offset;
  const random = new Random(count);
  let last = count - 1;
  const waited = Array<number>(count).fill(0);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const density = (cycle >> 6) % 3;
    let requests = random.below(2 ** count);
    for (let k = 0; k < density; k++) requests &= random.below(2 ** count);
    const accept = random.below(4) > 0 ? 1 : 0;
    engine.io[port('request')] = requests;
    engine.io[port('accept')] = accept;
    engine.settle();
    const expected = owner(requests, count, last);
    expect(engine.io[port('grant')]).toBe(expected < 0 ? 0 : 2 ** expected);
    if (count > 1) expect(engine.io[port('index')]).toBe(Math.max(0, expected));
    if (expected >= 0 && accept === 1) {
      last = expected;
      waited.forEach((_, i) => (waited[i] = ((requests >> i) & 1) === 0 || i === expected ? 0 : waited[i]! + 1));
      expect(Math.max(...waited)).toBeLessThan(count);
    }
    engine.step();
  }
  expect(engine.takeEvents()).toEqual([]);
  bench.close();
}

describe('round-robin arbiter', () => {
  test.each([1, 2, 3, 5, 8, 16, 17])('%d requesters against the obvious model', async (count) => {
    await compare(count, 'embedded', 2000);
  });

  test.each(['verilator', 'icarus'] as const)('%s', async (kind) => {
    await compare(11, kind, 200);
  });

  test('the Verilog is clean', async () => {
    for (const requesters of [1, 2, 3, 16]) await cleanVerilog(roundRobinArbiter({ requesters }));
  });

  test('16 requesters are smaller than the peer of 73 LUT and 37 flip-flops', async () => {
    const files = await cleanVerilog(roundRobinArbiter({ requesters: 16 }));
    const cells = await synthCells(files, 'round_robin_arbiter', 'xilinx');
    expect(lutCount(cells)).toBeLessThan(73);
    expect(flipFlopCount(cells)).toBe(15);
  });
});
