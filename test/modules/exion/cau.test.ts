// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { cau } from '../../../src/modules/exion/cau/cau.ts';
import { type ExionCoreParams, exionCorePresets } from '../../../src/modules/exion/core.params.ts';
import { flags, ops } from '../../../src/modules/exion/isa.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { cleanVerilog, plain } from '../../support/verilog.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { type CauCommand, CauBench, calm, shape, type Surroundings } from './cau.bench.ts';
import { cyclesOf, isRefused, randomCommand } from './cau.cases.ts';

const shapes: Record<string, ExionCoreParams> = {
  '2 x 2, 4 lanes': shape(2, 4, { window: 1 }),
  '4 x 4, 4 lanes': shape(4, 4),
  '4 x 4, 8 lanes, one slot': shape(4, 8, { slots: 1, window: 3 }),
  '2 x 2, 4 lanes, one slot, a window of one': shape(2, 4, { slots: 1, window: 1 }),
  '4 x 4, 16 lanes, two slots': shape(4, 16, { slots: 2, depth: 48, window: 16 }),
  '8 x 8, 8 lanes, four slots, placement lane': shape(8, 8, {
    ...{ slots: 4, bounds: [1, 2, 4], window: 8, placement: 'lane', drain: 2 },
  }),
  'one block, one word': shape(4, 4, { columns: 4, depth: 4 }),
  '4 x 4, 8 lanes, placement colour': shape(4, 8, { placement: 'colour', drain: 2, columns: 48, slots: 4 }),
  'three map buffers': shape(4, 4, { mapBuffers: 3 }),
  'two generators': shape(4, 4, { ncvg: 2, bounds: [], tries: 5 }),
  '16 x 16, 16 lanes': shape(16, 16, { bounds: [2, 4, 8], window: 8, placement: 'lane', drain: 4 }),
};

const benches = new Map<string, CauBench>();
async function benchOf(name: string): Promise<CauBench> {
  const bench = benches.get(name) ?? (await CauBench.open(shapes[name]!));
  benches.set(name, bench);
  return bench;
}
afterAll(() => {
  for (const bench of benches.values()) bench.bench.close();
});

const surroundings: readonly Surroundings[] = [
  calm,
  { stall: 0, latency: [1] },
  { stall: 0, latency: [9] },
  { stall: 0.4, latency: [1, 2, 3, 20] },
  { stall: 0.7, latency: [2] },
];

/** Runs a command and compares all that it leaves behind. */
function check(bench: CauBench, command: CauCommand, around: Surroundings = calm): void {
  const { p } = bench;
  const text = JSON.stringify(command);
  const group = command.op === ops.CMBUILD ? 'maps' : 'chunks';
  const before = bench.validity();
  const imem = bench.imem.slice();
  const got = bench.run(command, around)!;
  expect(got.refused, text).toBe(isRefused(command, p));
  if (around.stall === 0 && around.latency.length === 1) {
    expect(got.cycles, text).toBe(cyclesOf(bench, command, around.latency[0]!));
  }
  if (got.refused) {
    expect(bench.validity()).toEqual(before);
    expect(bench.imem).toEqual(imem);
    return;
  }
  const { maps, built } = bench.golden(command);
  if (maps) bench.expectMaps(command.map, maps);
  if (built) bench.expectChunks(command.map, command.dst, built);
  const after = { maps: [...before.maps], chunks: [...before.chunks] };
  after[group][command.map] = true;
  expect(bench.validity()).toEqual(after);
}

function soak(bench: CauBench, count: number): { refused: number; built: number } {
  const seen = { refused: 0, built: 0 };
  for (let i = 0; i < count; i++) {
    const command = randomCommand(bench, i);
    check(bench, command, surroundings[i % surroundings.length]);
    if (isRefused(command, bench.p)) seen.refused++;
    else seen.built++;
  }
  return seen;
}

describe('CAU', () => {
  it.each(Object.keys(shapes))('equals the golden model with and without stalls: %s', async (name) => {
    const bench = await benchOf(name);
    const { refused, built } = soak(bench, bench.p.size > 8 ? 30 : 60);
    expect(refused).toBeGreaterThan(3);
    expect(built).toBeGreaterThan(20);
  });

  it.each(['4 x 4, 4 lanes', '8 x 8, 8 lanes, four slots, placement lane'])(
    'the same in Verilator: %s',
    async (name) => {
      const bench = await CauBench.open(shapes[name]!, 'verilator');
      soak(bench, 40);
      bench.bench.close();
    },
  );

  it('the same in Icarus, which knows unknown values', async () => {
    const bench = await CauBench.open(shapes['4 x 4, 8 lanes, placement colour']!, 'icarus');
    soak(bench, 10);
    bench.bench.close();
  });

  it.each([1, 2, 3, 9, 30, 60, 90])('is idle and works after a reset, %i cycles into a command', async (resetAfter) => {
    const bench = await benchOf('4 x 4, 4 lanes');
    for (const op of [ops.CMBUILD, ops.KBUILD]) {
      bench.place(masks.iidMask(resetAfter, 4, 64, 0.4), 0);
      const command = { op, flags: 0, map: 0, n: 64, dst: 0, srcA: 3, maskA: 0 };
      expect(bench.run(command, { ...calm, resetAfter })).toBe(null);
      for (const group of ['maps', 'chunks'] as const) expect(bench.isValid(group, 0)).toBe(false);
      soak(bench, 4);
    }
  });

  it('builds a map from a mask memory that is smaller than a beat', async () => {
    const bench = await CauBench.open(shape(4, 4, { maskWords: 3 }));
    bench.place(masks.iidMask(1, 4, 3, 0.5), 0);
    check(bench, { op: ops.CMBUILD, flags: 0, map: 0, n: 3, dst: 0, srcA: 0, maskA: 0 });
    check(bench, { op: ops.CMBUILD, flags: flags.ROW_MASK, map: 0, n: 64, dst: 0, srcA: 0, maskA: 2 });
    bench.bench.close();
  });

  it('says that it is stalled while it waits for the scratchpad', async () => {
    const bench = await benchOf('4 x 4, 4 lanes');
    bench.place(masks.iidMask(1, 4, 64, 0.4), 0);
    const command = { op: ops.KBUILD, flags: 0, map: 0, n: 64, dst: 0, srcA: 3, maskA: 0 };
    expect(bench.run(command, calm)!.stalled).toBeLessThanOrEqual(1); // for the last answer
    const slow = bench.run(command, { stall: 0, latency: [200] })!;
    expect(slow.stalled).toBeGreaterThan(150);
    expect(bench.run({ ...command, op: ops.CMBUILD }, calm)!.stalled).toBe(0);
  });

  it('a latency of the scratchpad of 13 cycles costs nothing but itself', async () => {
    const bench = await benchOf('16 x 16, 16 lanes');
    bench.place(masks.iidMask(1, 16, 256, 0.1), 0);
    const command = { op: ops.KBUILD, flags: 0, map: 0, n: 256, dst: 0, srcA: 0, maskA: 0 };
    for (const latency of [1, 5, 13]) check(bench, command, { stall: 0, latency: [latency] });
  });

  it('keeps the other buffer, and words can be read again', async () => {
    const bench = await benchOf('4 x 4, 4 lanes');
    bench.place(masks.iidMask(1, 4, 64, 0.3), 0);
    const command = { op: ops.CMBUILD, flags: 0, map: 1, n: 64, dst: 0, srcA: 3, maskA: 0 };
    check(bench, command);
    const kept = bench.golden(command).maps!;
    check(bench, { ...command, map: 0, n: 20, maskA: 9 });
    check(bench, { ...command, op: ops.KBUILD, map: 1 });
    for (let again = 0; again < 3; again++) bench.expectMaps(1, kept);
  });

  it('keeps every buffer while the others are filled', async () => {
    const bench = await benchOf('three map buffers');
    const built = [2, 0, 1, 0].map((map, i) => {
      bench.place(masks.iidMask(i, 4, 64, 0.3), 0);
      const command = { op: ops.CMBUILD, flags: 0, map, n: 64 - 9 * i, dst: 0, srcA: 3, maskA: 0 };
      check(bench, command);
      return bench.golden(command).maps!;
    });
    [built[3]!, built[2]!, built[0]!].forEach((maps, buffer) => bench.expectMaps(buffer, maps));
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(cau(shapes['three map buffers']!));
    await cleanVerilog(cau(shapes['2 x 2, 4 lanes']!));
    await cleanVerilog(cau(shapes['4 x 4, 8 lanes, placement colour']!));
    await lintVerilog(emitDesign(elaborate(cau(exionCorePresets.main)), plain));
  });
});
