// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { availableEngines, openEngine } from '../../../../sim/open.ts';
import { runIndexMemory } from '../../../../sim/workloads/llb-index-run.ts';
import { elaborate } from '../../../../src/dsl/index.ts';
import { emitDesign } from '../../../../src/gen/verilog/index.ts';
import { fewestAdditions } from '../../../../src/modules/zkflex/golden/bucket-baselines.ts';
import type { Adder } from '../../../../src/modules/zkflex/golden/bucket-run.ts';
import { runLlbIndex } from '../../../../src/modules/zkflex/golden/llb-index.ts';
import { llbIndex } from '../../../../src/modules/zkflex/llb/llb-index.ts';
import type { EngineKind } from '../../../../src/sim/engine.ts';
import { lintVerilog } from '../../../support/verilog-lint.ts';
import { mixes, type Mix, randomFrom, randomItems } from './llb.cases.ts';
import { sumsOf } from './llb.check.ts';

const pointBits = 40;
const adder: Adder<bigint> = { interval: 1, latency: 96, add: (x, y) => BigInt.asUintN(pointBits, x + y) };
const params = (keys: number, accumulators: number, nodes = 600) => ({
  ...{ keys, accumulators, nodes, pointBits },
  indexBits: 10,
});

describe.each([1, 5, 64])('lists of indices with %i accumulators', (accumulators) => {
  it.each(Object.keys(mixes) as Mix[])('take the cycles of the model, keys %s', async (mix) => {
    const items = randomItems(randomFrom(9), { pool: 2, keys: 33, pointBits }, mix, 500);
    const engine = await openEngine(llbIndex(params(33, accumulators)));
    const around = { interval: 1, latency: () => 96, fetchLatency: () => 1, random: () => 0, pointBits };
    const run = runIndexMemory(engine, items, around);
    engine.close();
    const expected = runLlbIndex(items, { keys: 33, accumulators }, adder);
    expect(run.events).toEqual([]);
    expect(run.sums).toEqual(expected.sums);
    expect(run.issued.length).toBe(fewestAdditions(items));
    // One accumulator adds as the model does, pair by pair.
    const pairs = (all: typeof expected.issued) => all.map(({ x, y }) => ({ x, y }));
    if (accumulators === 1) expect(pairs(run.issued)).toEqual(pairs(expected.issued));
    // A step takes four cycles from a sum to the next issue.
    expect(run.cycles / expected.cycles).toBeGreaterThan(0.99);
    expect(run.cycles / expected.cycles).toBeLessThan(1.06);
  });
});

it('the model adds a hot bucket one after the other, and even ones side by side', () => {
  const size = { keys: 16, accumulators: 16 };
  const of = (key: (i: number) => number) =>
    runLlbIndex(
      Array.from({ length: 160 }, (_, i) => ({ key: key(i), point: BigInt(i) })),
      size,
      adder,
    ).cycles;
  expect(of(() => 3)).toBeGreaterThanOrEqual(160 + 159 * 96);
  expect(of((i) => i % 16)).toBeLessThan(160 + 9 * 96 + 50);
});

const kinds = (['embedded', 'verilator', 'icarus'] as const satisfies readonly EngineKind[]).filter((kind) =>
  availableEngines().includes(kind),
);
const sizes = [params(1, 1, 40), params(5, 3, 80), params(16, 4, 64)];

describe.each(sizes)('lists of indices, $keys keys, $accumulators accumulators, Verilog', (p) => {
  it.each(kinds)('sum under stalls, again and again, in %s', async (kind) => {
    const random = randomFrom(4);
    const engine = await openEngine(llbIndex(p), { engine: kind });
    for (const [i, mix] of (['even', 'hot', 'single'] as const).entries()) {
      const items = randomItems(random, { pool: 2, keys: p.keys, pointBits }, mix, p.nodes);
      const latency = (most: number) => () => 1 + Math.floor(random() * most);
      const stalls = { arrive: 0.3, issue: 0.4, out: 0.5 };
      const around = { interval: 2, latency: latency(12), fetchLatency: latency(6), random, stalls, pointBits };
      const run = runIndexMemory(engine, items, around, { reset: i === 0 });
      expect(run.events).toEqual([]);
      expect(sumsOf(run.sums, pointBits)).toEqual(sumsOf(items, pointBits));
      expect(run.sums.map(({ key }) => key)).toEqual([...new Set(items.map(({ key }) => key))].sort((a, b) => a - b));
    }
    expect(
      runIndexMemory(engine, [], { interval: 1, latency: () => 1, fetchLatency: () => 1, random, pointBits }).sums,
    ).toEqual([]);
    engine.close();
  });

  it('is clean in all tools', async () => {
    await lintVerilog(emitDesign(elaborate(llbIndex(p))), { properties: true });
  });
});
