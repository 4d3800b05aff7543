// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { type Dut, simulate, type SimulateOptions, type Stall } from '../../../../sim/index.ts';
import type { Affine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { windowCount } from '../../../../src/modules/zkflex/golden/msm.ts';
import { toMontgomery } from '../../../../src/modules/zkflex/golden/montgomery.ts';
import { configure } from '../ec/engine.run.ts';
import { affinely, type PortPoint, type Setting } from '../ec/engine.cases.ts';
import { msmBench, type MsmBenchParams } from './msm-bench.ts';

export type MsmDut =
  ReturnType<typeof msmBench> extends { readonly interface?: infer I } ? Dut<Exclude<I, undefined>> : never;

export interface Elements {
  readonly bases: readonly Affine[];
  readonly scalars: readonly bigint[];
}

/** Windows of a pass. */
export interface Pass {
  readonly c: number;
  readonly first: number;
  readonly count: number;
  readonly accumulate: boolean;
}

/** All windows for scalars of so many bits in passes of at most `most` windows, the top ones first. */
export function passes(bits: number, c: number, most = Infinity): Pass[] {
  const list: Pass[] = [];
  for (let above = windowCount(bits, c); above > 0; above -= most) {
    const first = Math.max(0, above - most);
    list.push({ c, first, count: above - first, accumulate: list.length > 0 });
  }
  return list;
}

/** What a pass gets. */
function streams(setting: Setting, { bases, scalars }: Elements, { accumulate, ...windows }: Pass, stall: Stall) {
  const into = (x: bigint): bigint => toMontgomery(x, setting.numbers);
  const points = bases.map((at) => (at === null ? { x: 0n, y: 0n } : { x: into(at.x), y: into(at.y) }));
  const command = { ...windows, n: bases.length, accumulate: accumulate ? 1 : 0 };
  return { command: [command], points: { items: points, stall }, scalars: { items: scalars, stall } };
}

/** Gives a pass its command and its elements, and goes on at once. */
export function begin(dut: MsmDut, setting: Setting, elements: Elements, pass: Pass): void {
  dut.move({ drive: streams(setting, elements, pass, 0) });
}

/** Runs passes over the elements; gives the result of the last one and the cycles of all. */
export function multiply(
  dut: MsmDut,
  setting: Setting,
  elements: Elements,
  list: readonly Pass[],
  stall: Stall = 0,
): { readonly point: Affine; readonly cycles: number } {
  let cycles = 0;
  let point: Affine = null;
  for (const pass of list) {
    const moved = dut.move({
      drive: streams(setting, elements, pass, stall),
      collect: { result: { count: 1, stall } },
      maxCycles: 20_000_000,
    });
    cycles += moved.cycles;
    const [result] = moved.received.result.items as readonly PortPoint[];
    point = affinely(setting.curve, setting.plain(result!));
  }
  return { point, cycles };
}

/** One simulation on one setting. */
export async function withMsm(
  params: MsmBenchParams,
  setting: Setting,
  options: SimulateOptions,
  test: (dut: MsmDut) => Promise<void> | void,
): Promise<void> {
  await simulate(msmBench(params), { timeoutCycles: 50_000_000, ...options }, async (dut) => {
    await dut.reset();
    await configure(dut, setting);
    await test(dut);
    expect(dut.out.busy.value).toBe(0);
  });
}
