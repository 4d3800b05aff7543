// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { availableEngines, openEngine } from '../../../../sim/open.ts';
import type { PortItem } from '../../../../sim/workloads/llb-ports.ts';
import { runBucketMemory } from '../../../../sim/workloads/llb-run.ts';
import { type BlockCall, elaborate } from '../../../../src/dsl/index.ts';
import { emitDesign } from '../../../../src/gen/verilog/index.ts';
import {
  type BaselineRun,
  fewestAdditions,
  runOneResident,
  runStalling,
} from '../../../../src/modules/zkflex/golden/bucket-baselines.ts';
import type { Adder } from '../../../../src/modules/zkflex/golden/bucket-run.ts';
import { bucketResident } from '../../../../src/modules/zkflex/llb/bucket-resident.ts';
import { bucketStalling } from '../../../../src/modules/zkflex/llb/bucket-stalling.ts';
import type { EngineKind } from '../../../../src/sim/engine.ts';
import { lintVerilog } from '../../../support/verilog-lint.ts';
import { sumsOf } from './llb.check.ts';
import { mixes, type Mix, randomFrom, randomItems } from './llb.cases.ts';

const pointBits = 40;
const adder: Adder<bigint> = { interval: 1, latency: 96, add: (x, y) => BigInt.asUintN(pointBits, x + y) };

interface Baseline {
  readonly block: (keys: number) => BlockCall;
  readonly model: (items: readonly PortItem[]) => BaselineRun<bigint>;
}

const baselines: Readonly<Record<string, Baseline>> = {
  'in-order stall': {
    block: (keys) => bucketStalling({ keys, pointBits, window: 1 }),
    model: (items) => runStalling(items, 1, adder),
  },
  'stall with a window of 8': {
    block: (keys) => bucketStalling({ keys, pointBits, window: 8 }),
    model: (items) => runStalling(items, 8, adder),
  },
  'stall with a window of 64': {
    block: (keys) => bucketStalling({ keys, pointBits, window: 64 }),
    model: (items) => runStalling(items, 64, adder),
  },
  'one resident': {
    block: (keys) => bucketResident({ keys, pointBits }),
    model: (items) => runOneResident(items, adder),
  },
};

const kinds: readonly EngineKind[] = ['embedded', 'verilator', 'icarus'];

describe.each(Object.entries(baselines))('%s', (name, { block, model }) => {
  it.each(Object.keys(mixes) as Mix[])('takes the cycles of its model, keys %s', async (mix) => {
    const p = { pool: 2, keys: 33, pointBits };
    const items = randomItems(randomFrom(9), p, mix, 500);
    const engine = await openEngine(block(p.keys));
    const run = runBucketMemory(engine, items, { interval: 1, latency: () => 96, random: () => 0, pointBits });
    engine.close();
    const expected = model(items);
    expect(run.events).toEqual([]);
    expect(run.sums).toEqual(expected.sums);
    expect(run.issued.length).toBe(fewestAdditions(items));
    if (name === 'in-order stall') expect(run.issued).toEqual(expected.issued);
    // Registers in the loop from a result to the next issue.
    expect(run.cycles / expected.cycles).toBeGreaterThan(0.97);
    expect(run.cycles / expected.cycles).toBeLessThan(1.04);
  });
});

const small = Object.entries(baselines).filter(([name]) => !name.endsWith('64'));

describe.each(small)('%s, Verilog', (_name, { block }) => {
  it.each(kinds.filter((kind) => availableEngines().includes(kind)))('sums under stalls in %s', async (kind) => {
    const random = randomFrom(4);
    const engine = await openEngine(block(5), { engine: kind });
    for (const mix of ['even', 'hot'] as const) {
      const items = randomItems(random, { pool: 2, keys: 5, pointBits }, mix, 80);
      const run = runBucketMemory(engine, items, {
        interval: 2,
        latency: () => 1 + Math.floor(random() * 12),
        random,
        stalls: { arrive: 0.3, issue: 0.4, out: 0.5 },
        pointBits,
      });
      expect(run.events).toEqual([]);
      expect(sumsOf(run.sums, pointBits)).toEqual(sumsOf(items, pointBits));
      expect(run.sums.length).toBe(new Set(items.map(({ key }) => key)).size);
    }
    engine.close();
  });

  it.each([1, 6])('is clean in all tools with %i buckets', async (keys) => {
    await lintVerilog(emitDesign(elaborate(block(keys))), { properties: true });
  });
});
