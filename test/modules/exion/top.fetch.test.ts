// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/index.ts';
import { type Command, ops } from '../../../src/modules/exion/isa.ts';
import { commandFetch } from '../../../src/modules/exion/top/command-fetch.ts';
import { faults } from '../../../src/modules/exion/top/issue.types.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { FetchBench } from './top.fetch.bench.ts';
import { passing } from './top.fetch.model.ts';

function randomProgram(random: Random, cores: number): Command[] {
  const some = (length: number): Command[] =>
    Array.from({ length }, () => {
      const op = random.bool(0.01) ? random.between(15, 255) : random.pick(passing.slice(1));
      return {
        op,
        kind: random.below(16),
        when: random.below(4),
        core: random.bool(0.02) ? random.below(32) : random.below(cores),
        all: random.below(2),
        ...{ reads: random.word(), writes: random.word(), n: random.below(65536), k: random.below(65536) },
        ...{ dst: random.below(2 ** 26), count: random.below(2 ** 24), dram: random.word(), keep: random.word() },
      };
    });
  const loop = (): Command[] => [
    { op: ops.ITER, count: random.bool(0.05) ? 0 : random.between(1, 5), n: random.below(4) },
    ...some(random.below(14)),
    ...(random.bool(0.05) ? [{ op: ops.ITER, count: 1 }] : []),
    { op: ops.NEXT },
  ];
  const parts = [some(random.below(6)), loop(), some(random.below(4)), random.bool() ? loop() : []];
  return [...parts.flat(), random.bool(0.04) ? { op: ops.NEXT } : { op: ops.FENCE }, { op: ops.HALT }];
}

describe('command fetch', () => {
  it.each([
    [2, 1, 0.3],
    [4, 3, 0],
    [16, 32, 0.4],
    [32, 4, 0.2],
  ])('gives what the program says: %i rows, %i cores, stalls %f', async (size, cores, stall) => {
    const unit = await FetchBench.open(size, cores, stall);
    const random = new Random(size);
    const seen = new Set<number>();
    for (let i = 0; i < 60; i++) {
      const first = random.bool(0.7) ? 0 : random.below(9);
      unit.run(randomProgram(random, cores), random.below(60), first);
      seen.add(unit.taker.issued.at(-1)!.fault);
    }
    expect([...seen].sort()).toEqual([faults.none, faults.badOperation, faults.sparseBeforeDense]);
    unit.bench.close();
  });

  it('the same in Verilator', async () => {
    const unit = await FetchBench.open(4, 2, 0.3, 'verilator');
    const random = new Random(77);
    for (let i = 0; i < 40; i++) unit.run(randomProgram(random, 2), random.below(60));
    unit.bench.close();
  });

  const halt = { op: ops.HALT };
  it('reads ahead past the end of the memory without harm, and stops there when it has to go on', async () => {
    for (const size of [4, 16, 32]) {
      const unit = await FetchBench.open(size, 1, 0);
      unit.run([{ op: ops.LD, count: 1 }, halt], 126);
      expect(unit.taker.issued.length).toBe(2);
      unit.run([{ op: ops.LD, count: 1 }, { op: ops.FENCE }], 126);
      expect(unit.taker.issued.at(-1)).toMatchObject({ fault: faults.busError, pc: 2 });
      unit.bench.close();
    }
  });

  it('can be stopped at any time, and begins anew', async () => {
    const unit = await FetchBench.open(4, 1, 0.2);
    const body = Array.from({ length: 9 }, (_, i) => ({ op: ops.LD, count: i }));
    const program = [{ op: ops.ITER, count: 100, n: 1 }, ...body, { op: ops.NEXT }, halt];
    for (let after = 1; after < 120; after += 7) {
      unit.begin(program, 3, 0);
      unit.loop.step(after);
      unit.bench.set('stop', 1);
      // For a cycle, or until all is still.
      if (after % 2 === 0) {
        unit.loop.step();
        unit.bench.set('stop', 0);
      }
      unit.loop.until(() => (unit.bench.settle(), unit.bench.get('idle') === 1), 300, 'idle');
      unit.bench.set('stop', 0);
      unit.run([...body.slice(0, 4), halt], 40);
    }
    unit.bench.close();
  });

  it('gives a command a cycle from a wide bus, and goes back in the time of the memory', async () => {
    const unit = await FetchBench.open(16, 1, 0);
    const body = Array.from({ length: 8 }, (_, i) => ({ op: ops.LD, count: i + 1 }));
    const before = unit.bench.engine.cycle;
    unit.run([{ op: ops.ITER, count: 20, n: 3 }, ...body, { op: ops.NEXT }, halt], 7);
    const cycles = unit.bench.engine.cycle - before;
    // An iteration: 8 commands and NEXT, the jump, and twice a block: its request (5) and memory (3) and beats.
    expect(cycles / 20).toBeLessThanOrEqual(8 + 1 + 1 + 2 * 10);
    unit.bench.close();
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(commandFetch({ size: 2, cores: 32 }));
    await cleanVerilog(commandFetch({ size: 16, cores: 1 }));
    await cleanVerilog(commandFetch({ size: 32, cores: 24 }));
  });
});
