// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import type { LlbRun } from '../../../../sim/workloads/llb-run.ts';
import { runBucketMemory, type Surroundings, type Watcher } from '../../../../sim/workloads/llb-run.ts';
import type { PortItem } from '../../../../sim/workloads/llb-ports.ts';
import { Llb } from '../../../../src/modules/zkflex/golden/llb.ts';
import type { LlbParams } from '../../../../src/modules/zkflex/llb/llb.params.ts';
import type { Engine } from '../../../../src/sim/engine.ts';

/**
 * The golden model beside the hardware, moved by what is seen on the ports: every offered pair and every spilled bucket must be the model's
 * next one, the number of free nodes must agree in every cycle, and the model keeps checking its own laws (paper 8). The model has a
 * node more, because the hardware lets a point in while a pair of points is on its way out.
 */
export class Twin implements Watcher {
  readonly model: Llb<bigint>;
  #cycles = 0;

  constructor(readonly p: LlbParams) {
    this.model = new Llb({ ...p, pool: p.pool + 1, order: 'fifo' });
  }

  cycle(fresh: { readonly key: number; readonly x: bigint; readonly y: bigint } | null, free: number): void {
    if (fresh !== null) expect(fresh).toEqual(this.model.issue());
    if (free !== this.p.pool - this.model.used) expect(free).toBe(this.p.pool - this.model.used);
    this.#cycles += 1;
    if (this.#cycles % 5 === 0) this.model.check();
  }

  result(item: PortItem): void {
    this.model.result(item);
  }

  arrive(item: PortItem): void {
    this.model.input(item);
  }

  spill(item: PortItem): void {
    expect(item).toEqual(this.model.spill());
  }
}

/** Sum of the points of every bucket. */
export function sumsOf(items: readonly PortItem[], bits: number): Map<number, bigint> {
  const sums = new Map<number, bigint>();
  for (const { key, point } of items) sums.set(key, ((sums.get(key) ?? 0n) + point) % (1n << BigInt(bits)));
  return sums;
}

/** Runs items through the hardware with its twin and checks that every point went into its bucket's sum exactly once. */
export function check(
  engine: Engine,
  p: LlbParams,
  items: readonly PortItem[],
  around: Omit<Surroundings, 'pointBits'>,
): LlbRun {
  const twin = new Twin(p);
  const run = runBucketMemory(engine, items, { ...around, pointBits: p.pointBits, maxCycles: 200_000 }, twin);
  expect(run.events).toEqual([]);
  expect(run.sums).toEqual(twin.model.drain());
  const left = sumsOf([...run.spilled, ...run.sums], p.pointBits);
  expect(left).toEqual(sumsOf(items, p.pointBits));
  const keys = run.sums.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(run.issued.length).toBe(items.length - run.sums.length - run.spilled.length);
  return run;
}
