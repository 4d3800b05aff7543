// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { simulate, type SimulateOptions, type Stall } from '../../../../sim/index.ts';
import { type Case, expected, type PortPoint, type Setting } from './engine.cases.ts';
import { engineBench, type EngineBenchParams, type EngineDut } from './engine-bench.ts';

type FieldPort =
  `configure_${'mode' | 'modulus' | 'inverse' | 'product' | 'load'}` | `curve_${keyof Setting['curvePorts']}`;

/** What has a field and a curve: the bench of the engine, or one around it. */
export interface Configurable {
  readonly in: Pick<EngineDut['in'], FieldPort>;
  readonly cycle: () => Promise<void>;
}

/** Configures core and engine; nothing is in flight. */
export async function configure(dut: Configurable, { modulus, curvePorts }: Setting): Promise<void> {
  dut.in.configure_mode.value = modulus.mode;
  dut.in.configure_modulus.value = modulus.modulus;
  dut.in.configure_inverse.value = modulus.inverse;
  dut.in.configure_product.value = 0;
  dut.in.configure_load.value = 1;
  await dut.cycle();
  dut.in.configure_load.value = 0;
  dut.in.curve_mode.value = curvePorts.mode;
  dut.in.curve_modulus.value = curvePorts.modulus;
  dut.in.curve_a.value = curvePorts.a;
  dut.in.curve_aIsZero.value = curvePorts.aIsZero;
}

/** Sends the cases and compares each result with the formulas, coordinate by coordinate. Gives the cycles. */
export async function sums(
  dut: EngineDut,
  setting: Setting,
  cases: readonly Case[],
  stall: Stall = 0,
): Promise<number> {
  const items = cases.map(({ double, a, b }, tag) => ({
    tag,
    double: double ? 1 : 0,
    a: setting.point(a),
    b: setting.point(b),
  }));
  const { cycles, received } = dut.move({
    drive: { in: { items, stall } },
    collect: { out: { count: items.length, stall } },
    drain: 200,
    maxCycles: 10_000 + 500 * items.length,
  });
  const results = received.out.items as readonly { readonly tag: number; readonly point: PortPoint }[];
  expect(results.map(({ tag }) => tag).sort((a, b) => a - b)).toEqual(items.map(({ tag }) => tag));
  for (const { tag, point } of results) {
    const wanted = expected(setting.curve, cases[tag]!);
    const found = setting.plain(point);
    expect(found.zz === 0n, `case ${tag}: infinity`).toBe(wanted.zz === 0n);
    if (wanted.zz !== 0n) expect(found, `case ${tag}`).toEqual(wanted);
  }
  await dut.cycle();
  expect(dut.out.busy.value).toBe(0);
  return cycles;
}

/** One simulation with cases on one setting. */
export async function runCases(
  params: EngineBenchParams,
  setting: Setting,
  cases: readonly Case[],
  options: SimulateOptions & { readonly stall?: Stall } = {},
): Promise<number> {
  let cycles = 0;
  const { stall = 0, ...rest } = options;
  await simulate(engineBench(params), rest, async (dut) => {
    await dut.reset();
    await configure(dut, setting);
    cycles = await sums(dut, setting, cases, stall);
  });
  return cycles;
}
