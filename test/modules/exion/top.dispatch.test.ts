// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/index.ts';
import { unitNames } from '../../../src/modules/exion/core/dsc.ts';
import { ops } from '../../../src/modules/exion/isa.ts';
import { dispatcher } from '../../../src/modules/exion/top/dispatcher.ts';
import { faults } from '../../../src/modules/exion/top/issue.types.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { PortBench } from './top.bench.ts';
import { DispatchBench, play } from './top.dispatch.bench.ts';
import { dispatchBench } from './top.dispatch.block.ts';
import { checkOrder, plain, randomProgram } from './top.dispatch.cases.ts';

describe('dispatcher', () => {
  it.each([
    [1, 0.05, 20],
    [1, 0.3, 6],
    [3, 0.04, 30],
    [4, 0.01, 12],
  ])('keeps the order that the buffers ask for: %i cores, density %f', async (cores, density, longest) => {
    const random = new Random(cores * 100 + longest);
    const played = await play({ cores, longest, seed: 5 }, randomProgram(random, cores, 120, density));
    checkOrder(played);
    expect(played.seen).toMatchObject({ halted: 1, faults: [], refused: [] });
    const inCores = played.flights.filter(({ core }) => core >= 0).length;
    expect(played.records.length + played.seen.lost).toBe(inCores);
    expect(played.waits.hazard).toBeGreaterThan(0);
    played.bench.close();
  });

  it('the same in Verilator', async () => {
    const program = randomProgram(new Random(8), 2, 100, 0.05);
    const played = await play({ cores: 2, longest: 15, seed: 2, kind: 'verilator' }, program);
    checkOrder(played);
    played.bench.close();
  });

  it('lets units work at the same time, and two commands wait for each', async () => {
    // Four commands for each of five units, nothing in common.
    const five = [ops.MOVE, ops.GEMM, ops.CMBUILD, ops.EPRED, ops.SFU];
    const program = [...Array.from({ length: 20 }, (_, i) => plain({ op: five[i % 5]! })), plain({ op: ops.HALT })];
    const played = await play({ cores: 1, longest: 60, seed: 3 }, program);
    const work = played.units.map(({ busy }) => busy);
    const end = Math.max(...played.flights.map(({ done }) => done));
    expect(work.reduce((a, b) => a + b)).toBeGreaterThan(2.2 * end);
    played.bench.close();
  });

  it('has a command at its unit 3 cycles after the one that it waits for', async () => {
    const chain = Array.from({ length: 12 }, (_, i) => plain({ op: i % 2 ? ops.SFU : ops.MOVE, reads: 1, writes: 1 }));
    const bench = await PortBench.open(dispatchBench({ cores: 1 }));
    const played = new DispatchBench(bench, { cores: 1, longest: 1, seed: 1 }, [...chain, plain({ op: ops.HALT })]);
    played.run();
    const gaps = played.flights.slice(1).map((f, i) => f.taken - played.flights[i]!.done);
    // More where the unit was not ready.
    expect(Math.min(...gaps)).toBe(3);
    expect(Math.max(...gaps)).toBeLessThan(8);
    bench.close();
  });

  it('writes a record of every command, and counts', async () => {
    const program = randomProgram(new Random(21), 2, 60, 0.03);
    const played = await play({ cores: 2, longest: 25, seed: 6 }, program);
    const key = (r: { tag: number; core: number }): number => r.tag * 100 + r.core;
    const records = [...played.records].sort((a, b) => key(a as never) - key(b as never));
    const wanted = played.flights
      .filter(({ core }) => core >= 0)
      .map((f) => {
        const unit = 1 + unitNames.findIndex((name) => name === f.unit.name);
        return {
          core: f.core,
          unit,
          tag: 1000 + f.index,
          pc: f.index,
          op: f.command.op,
          start: f.taken - 1,
          end: f.done - 1,
        };
      })
      .sort((a, b) => key(a) - key(b));
    expect(records.map(({ stalled: _, ...rest }) => rest)).toEqual(wanted);
    for (let c = 0; c < 2; c++) {
      unitNames.forEach((_, u) => {
        played.bench.set('select', u + 1);
        played.bench.settle();
        const unit = played.units[5 * c + u]!;
        expect(played.bench.get(`core_${c}_busy_cycles`)).toBe(unit.busy);
        expect(played.bench.get(`core_${c}_stalled_cycles`)).toBe(unit.stalled);
        const stalls = records
          .filter((r) => r['core'] === c && r['unit'] === u + 1)
          .reduce((sum, r) => sum + r['stalled']!, 0);
        expect(stalls).toBe(unit.stalled);
      });
    }
    expect(played.bench.get('dma_counters_busy_cycles')).toBe(played.units.at(-1)!.busy);
    played.bench.close();
  });

  it('says which command was refused, before a command that waits for it can leave', async () => {
    const program = [
      plain({ op: ops.MOVE, writes: 2 }),
      plain({ op: ops.GEMM, reads: 2, writes: 4 }),
      plain({ op: ops.SFU, reads: 4 }),
    ];
    const bench = await PortBench.open(dispatchBench({ cores: 1 }));
    const played = new DispatchBench(bench, { cores: 1, longest: 9, seed: 4, refuses: (i) => i === 1 }, program);
    // What the top does: a register, then stop.
    let stopped = 0;
    played.loop.add({
      drive: () => bench.set('stop', stopped),
      sample: () => (stopped |= bench.get('core_0_refused')),
    });
    played.run();
    expect(played.seen.refused).toEqual([1]);
    expect(played.flights.map(({ index }) => index)).toEqual([0, 1]);
    bench.close();
  });

  it('gives a fault in its turn, and drops what comes while it is stopped', async () => {
    const program = [
      plain({ op: ops.MOVE }),
      { ...plain({ op: ops.GEMM }), fault: faults.badOperation },
      plain({ op: ops.SFU }),
    ];
    const bench = await PortBench.open(dispatchBench({ cores: 2 }));
    const played = new DispatchBench(bench, { cores: 2, longest: 9, seed: 4 }, program);
    let stopped = 0;
    played.loop.add({
      drive: () => bench.set('stop', stopped),
      sample: () => (stopped |= bench.get('fault_enable')),
    });
    played.run();
    expect(played.seen.faults).toEqual([faults.badOperation, 1]);
    expect(played.flights.map(({ index }) => index)).toEqual([0]);
    bench.close();
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(dispatchBench({ cores: 2 }));
    await cleanVerilog(dispatcher({ cores: 32 }));
  });
});
