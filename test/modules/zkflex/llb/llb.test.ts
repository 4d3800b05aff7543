// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../../sim/open.ts';
import { LlbPorts } from '../../../../sim/workloads/llb-ports.ts';
import { resetEngine } from '../../../../sim/workloads/conmerge-run.ts';
import { llb } from '../../../../src/modules/zkflex/llb/llb.ts';
import type { Engine } from '../../../../src/sim/engine.ts';
import { check } from './llb.check.ts';
import { mixes, type Mix, randomFrom, randomItems, sizeName, sizes } from './llb.cases.ts';

describe.each(sizes.map((p) => [sizeName(p), p] as const))('bucket memory with %s', (_name, p) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(llb(p));
  });
  afterAll(() => {
    engine.close();
  });

  it.each(Object.keys(mixes) as Mix[])('issues what the model issues, keys %s', (mix) => {
    const random = randomFrom(p.pool + p.keys);
    for (const interval of [1, 4]) {
      const items = randomItems(random, p, mix, 250);
      check(engine, p, items, { interval, latency: () => 9, random });
    }
  });

  it('takes sums in any order, under stalls everywhere', () => {
    const random = randomFrom(7);
    const stalls = { arrive: 0.3, issue: 0.4, out: 0.5 };
    for (const mix of ['even', 'hot'] as const) {
      const items = randomItems(random, p, mix, 250);
      check(engine, p, items, { interval: 1, latency: () => 1 + Math.floor(random() * 30), random, stalls });
    }
  });

  it('gives back nothing for nothing, and a single point as it came', () => {
    const random = randomFrom(3);
    expect(check(engine, p, [], { interval: 1, latency: () => 1, random }).sums).toEqual([]);
    const items = randomItems(random, p, 'single', 1);
    expect(check(engine, p, items, { interval: 1, latency: () => 1, random }).sums).toEqual(items);
  });

  it('forgets everything at a reset in the middle', () => {
    const random = randomFrom(11);
    const ports = new LlbPorts(engine);
    resetEngine(engine);
    ports.set('issue_ready', 1n);
    for (const item of randomItems(random, p, 'even', p.keys + 40)) {
      ports.offer('arrive', item);
      engine.step();
    }
    ports.offer('arrive', null);
    engine.takeEvents();
    check(engine, p, randomItems(random, p, 'even', 100), { interval: 1, latency: () => 5, random });
  });
});

describe('bucket memory, spilling', () => {
  it('never spills with a node more than buckets, and does with a bucket more', async () => {
    const spills: number[] = [];
    for (const pool of [10, 9, 8]) {
      const p = { pool, keys: 9, pointBits: 32 };
      const engine = await openEngine(llb(p));
      const random = randomFrom(5);
      const items = Array.from({ length: 90 }, (_, i) => ({ key: i % 9, point: BigInt(i) }));
      spills.push(check(engine, p, items, { interval: 1, latency: () => 9, random }).spilled.length);
      engine.close();
    }
    expect(spills[0]).toBe(0);
    expect(spills[2]).toBeGreaterThan(0);
  });

  it('spills the lowest bucket, also when it came last', async () => {
    const p = { pool: 4, keys: 50, pointBits: 8 };
    const engine = await openEngine(llb(p));
    const around = { interval: 1, latency: () => 4, random: randomFrom(1) };
    const items = [40, 30, 20, 10, 45, 5, 46].map((key) => ({ key, point: BigInt(key) }));
    const { spilled } = check(engine, p, items, around);
    expect(spilled.map(({ key }) => key)).toEqual([10, 20, 5]);
    engine.close();
  });
});
