// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { freeStack } from '../../../../src/modules/zkflex/llb/free-stack.ts';
import { pairQueue, pairQueueLatency } from '../../../../src/modules/zkflex/llb/pair-queue.ts';
import { rmwTable } from '../../../../src/modules/zkflex/llb/rmw-table.ts';

describe.each([1, 2, 3, 8, 21])('free list of %i nodes', (nodes) => {
  it('is a stack of all nodes, whatever is taken and given', async () => {
    await simulate(freeStack({ nodes }), {}, async (dut) => {
      await dut.reset();
      await dut.until(() => dut.out.ready.value === 1);
      const stack = Array.from({ length: nodes }, (_, i) => nodes - 1 - i);
      const taken: number[] = [];
      for (let cycle = 0; cycle < 2_000; cycle += 1) {
        // Long runs in one direction reach both ends.
        const eager = cycle % 200 < 100 ? 0.8 : 0.2;
        const take = stack.length > 0 && dut.random.fraction() < eager;
        const give = taken.length > 0 && dut.random.fraction() < 1 - eager;
        dut.in.take.value = take ? 1 : 0;
        dut.in.give.value = give ? 1 : 0;
        const node = give ? taken.splice(dut.random.between(0, taken.length - 1), 1)[0]! : 0;
        if (nodes > 1) dut.in.node.value = node;
        expect([dut.out.any.value, dut.out.several.value]).toEqual([
          Number(stack.length > 0),
          Number(stack.length > 1),
        ]);
        expect(dut.out.count.value).toBe(stack.length);
        if (take) {
          const top = stack.pop()!;
          if (nodes > 1) expect(dut.out.top.value).toBe(top);
          taken.push(top);
        }
        if (give) stack.push(node);
        await dut.cycle();
      }
    });
  });
});

describe.each([
  [1, 5],
  [2, 1],
  [5, 33],
  [64, 8],
])('table of %i words of %i bits', (depth, width) => {
  it('reads, modifies and writes two words a cycle', async () => {
    await simulate(rmwTable({ depth, width }), {}, async (dut) => {
      await dut.reset();
      await dut.until(() => dut.out.ready.value === 1);
      const words = Array.from({ length: depth }, () => 0n);
      const address = (): number => (dut.random.fraction() < 0.5 ? 0 : dut.random.between(0, depth - 1));
      let at = [address(), address()];
      let begun = false;
      for (let cycle = 0; cycle < 1_500; cycle += 1) {
        const next = [address(), address()];
        const written: [place: number, value: bigint][] = [];
        for (const i of [0, 1]) {
          const write = begun && dut.random.bool(0.7) && written.every(([place]) => place !== at[i]);
          const value = BigInt(dut.random.bits(width));
          if (depth > 1) dut.input(`port_${i}_address`).value = next[i]!;
          dut.input(`port_${i}_write`).value = write ? 1 : 0;
          dut.input(`port_${i}_value`).value = width > 32 ? value : Number(value);
          if (begun) expect(dut.output(`port_${i}_word`).raw).toBe(words[at[i]!]);
          if (write) written.push([at[i]!, value]);
        }
        for (const [place, value] of written) words[place] = value;
        await dut.cycle();
        at = next;
        begun = true;
      }
    });
  });
});

describe.each([1, 2, 5, 200])('queue of %i pairs', (depth) => {
  it('keeps the order of items that come one or two at a time', async () => {
    await simulate(pairQueue({ width: 20, depth }), {}, async (dut) => {
      await dut.reset();
      const queue: number[] = [];
      let waited = 0;
      let serial = 0;
      for (let cycle = 0; cycle < 3_000; cycle += 1) {
        const eager = cycle % 1_000 < 500 ? 0.8 : 0.3;
        const room = depth - queue.length;
        const older = room > 0 && dut.random.fraction() < eager;
        const newer = room > (older ? 1 : 0) && dut.random.fraction() < eager;
        const push = [older, newer].map((each) => (each ? serial++ : 0));
        [older, newer].forEach((valid, i) => {
          dut.input(`push_${i}_valid`).value = valid ? 1 : 0;
          dut.input(`push_${i}_item`).value = push[i]!;
        });
        const ready = dut.random.bool(0.6);
        dut.input('out_ready').value = ready ? 1 : 0;
        expect(dut.out.empty.value).toBe(Number(queue.length === 0));
        if (dut.output('out_valid').isHigh && ready) expect(dut.output('out_payload').value).toBe(queue.shift());
        waited = queue.length > 0 && !dut.output('out_valid').isHigh ? waited + 1 : 0;
        expect(waited).toBeLessThan(pairQueueLatency(depth));
        queue.push(...push.filter((_, i) => [older, newer][i]));
        await dut.cycle();
      }
    });
  });
});
