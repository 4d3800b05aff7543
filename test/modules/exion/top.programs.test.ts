// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { compileNetwork } from '../../../src/modules/exion/program/index.ts';
import { ops } from '../../../src/modules/exion/isa.ts';
import { exionUnits, type TraceRecord } from '../../../sim/workloads/exion-host.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { mixedSettings, shapes, targets } from './program.cases.ts';
import { syntheticNetwork, syntheticNoise } from './program.networks.ts';
import { firstDifference, golden, openTop } from './top.host.ts';

interface Case {
  readonly target: string;
  readonly shape: string;
  readonly cores: number;
  readonly steps: number;
  readonly stall: number;
  readonly engine: EngineKind;
}

const cases: readonly Case[] = [
  { target: 'tiny', shape: 'even', cores: 1, steps: 2, stall: 0, engine: 'embedded' },
  { target: 'tiny', shape: 'even', cores: 3, steps: 2, stall: 0.4, engine: 'embedded' },
  { target: 'size 4, lanes 8', shape: 'odd', cores: 2, steps: 3, stall: 0.2, engine: 'embedded' },
  { target: 'size 2, lanes 8, colour', shape: 'one token', cores: 1, steps: 2, stall: 0.3, engine: 'embedded' },
  { target: 'size 16, lanes 16, as main', shape: 'odd', cores: 1, steps: 2, stall: 0.1, engine: 'embedded' },
  { target: 'tiny', shape: 'odd', cores: 1, steps: 2, stall: 0.3, engine: 'verilator' },
];

test.each(cases)(
  'denoising of a network, from memory to memory: $target, $shape, $cores cores, stalls $stall, $engine',
  async ({ target: name, shape: shapeName, cores, steps, stall, engine }) => {
    const [target, shape] = [{ ...targets[name]!, cores }, shapes[shapeName]!];
    const network = syntheticNetwork(shape, 3);
    const job = { label: 0, noise: syntheticNoise(shape, 4), settings: mixedSettings(shape, 5, 1), steps };
    const program = compileNetwork(network, job, target);
    const { params, scratchWords } = target;
    const shapeOfTop = { ...params, cores, scratchWords, traceDepth: 4096 };
    const latency = [4, 4 + Math.round(40 * stall)] as const;
    const host = await openTop(shapeOfTop, { bytes: program.dram.slice(), stall, latency }, engine);
    const expected = golden(program);
    const end = host.run(program.entry, 0, 2_000_000);
    expect(end).toMatchObject({ errors: [], failed: null });
    expect(firstDifference(host, expected.dram)).toBe(-1);

    // Every command of a unit is in the trace once for each core that carried it out, and the counters say the same.
    expect(host.value('trace_lost')).toBe(0);
    const records = host.trace();
    const wanted = expected.executed.flatMap(({ index }, tag) => {
      const { op, all = 0, core = 0 } = program.commands[index]!.command;
      if (op <= ops.FENCE) return [];
      const isDma = op === ops.LD || op === ops.ST;
      const places = isDma ? [0] : all === 1 ? Array.from({ length: cores }, (_, c) => c) : [core];
      return places.map((each) => `${tag} ${index} ${op} ${each}`);
    });
    const told = records.map(({ tag, pc, op, core }) => `${tag} ${pc} ${op} ${core}`);
    expect([...told].sort()).toEqual([...wanted].sort());
    for (let core = 0; core < cores; core++) {
      for (const unit of exionUnits) {
        const own = records.filter((r) => r.unit === unit && r.core === core);
        const sum = (of: (r: TraceRecord) => number): number => own.reduce((all, r) => all + of(r), 0);
        if (unit === 'dma' && core > 0) continue;
        expect(host.counters(unit, core), unit).toEqual({
          busy: sum((r) => r.end - r.start),
          stalled: sum((r) => r.stalled),
        });
        own.slice(1).forEach((r, i) => expect(r.start).toBeGreaterThanOrEqual(own[i]!.end));
      }
    }
    expect(Math.max(...records.map((r) => r.end))).toBeLessThan(end.cycles);

    // Once more from the same memory, but another image: nothing is left of the first run.
    const other = { ...job, noise: syntheticNoise(shape, 77) };
    const second = compileNetwork(network, other, target);
    host.memory.bytes.set(second.dram);
    expect(host.run(second.entry, 0, 2_000_000).errors).toEqual([]);
    expect(firstDifference(host, golden(second).dram)).toBe(-1);
    host.engine.close();
  },
  600_000,
);

test('the same with four values: no unknown bit reaches the memory or an output', async () => {
  const [target, shape] = [targets['size 4, lanes 8']!, shapes['one token']!];
  const job = { label: 0, noise: syntheticNoise(shape, 4), settings: mixedSettings(shape, 5, 1), steps: 1 };
  const program = compileNetwork(syntheticNetwork(shape, 3), job, target);
  const p = { ...target.params, cores: 1, scratchWords: target.scratchWords };
  const host = await openTop(p, { bytes: program.dram.slice() }, 'icarus');
  expect(host.run(program.entry, 0, 20_000)).toMatchObject({ errors: [], failed: null });
  expect(firstDifference(host, golden(program).dram)).toBe(-1);
  host.engine.close();
}, 300_000);
