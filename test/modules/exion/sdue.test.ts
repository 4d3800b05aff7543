// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { inputWords } from '../../../src/modules/exion/core.types.ts';
import { kMerge, packChunk } from '../../../src/modules/exion/golden/kmerge.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import type { BenchCommand, SdueBench } from './sdue.bench.ts';
import { chunksOfMask, configurations, mapOfMask, randomCommand } from './sdue.cases.ts';
import { check, fillAll, openBench } from './sdue.check.ts';

const benches = new Map<string, SdueBench>();
afterAll(() => {
  for (const bench of benches.values()) bench.engine.close();
});

async function benchOf(name: string): Promise<SdueBench> {
  const bench = benches.get(name) ?? (await openBench(configurations[name]!));
  benches.set(name, bench);
  bench.stall = 0;
  return bench;
}

describe.each(Object.keys(configurations))('array unit, %s', (name) => {
  it.each([0, 0.4])('equals the golden model, cycle for cycle; streams stall %d of the time', async (stall) => {
    const bench = await benchOf(name);
    bench.stall = stall;
    const kinds = new Set<string>();
    for (let i = 0; i < 30; i++) kinds.add(check(bench, randomCommand(bench)).kind);
    expect([...kinds].sort()).toEqual(['dense', 'kmerge', 'osparse']);
  });

  it('writes operands while it works', async () => {
    const bench = await benchOf(name);
    const { p } = bench;
    const [halfX, halfW] = [inputWords(p) / 2, Math.floor(p.weightWords / 2)];
    for (let i = 0; i < 8; i++) {
      const [now, next] = [i % 2, 1 - (i % 2)];
      bench.fill('x', next * halfX, halfX);
      bench.fill('w', next * halfW, halfW);
      const waiting = bench.writes.length;
      check(bench, {
        kind: 'dense',
        n: 1,
        k: Math.min(halfX, halfW - 1),
        dst: 0,
        srcA: now * halfX,
        srcB: now * halfW,
      });
      expect(bench.writes.length).toBeLessThan(waiting);
      bench.settleWrites();
    }
  });

  it('goes on after a reset in the middle of a command', async () => {
    const bench = await benchOf(name);
    for (const cycles of [1, 2, 3, 4, 5, 6, 9, 12, 14, 17]) {
      bench.offer(randomCommand(bench));
      bench.cycle();
      bench.withdraw();
      for (let i = 1; i < cycles; i++) bench.cycle();
      bench.reset();
      // What the command wrote before the reset is not known: all columns are written anew.
      bench.chunks[1] = [];
      const blocks = Math.min(bench.p.columns / bench.p.size, bench.p.weightWords - 1);
      check(bench, { kind: 'kmerge', n: blocks, k: 1, dst: 0, srcA: 0, srcB: 0, map: 1 });
      check(bench, randomCommand(bench));
    }
  });
});

describe('array unit, commands', () => {
  const name = 'lane 4 x 8';
  const p = configurations[name]!;
  const words = inputWords(p);
  const blocks = p.columns / p.size;
  const fits: BenchCommand = { kind: 'dense', n: 1, k: 2, dst: 0, srcA: 0, srcB: 0 };

  it.each<[string, Partial<BenchCommand>]>([
    ['no column blocks', { n: 0 }],
    ['no words of the contraction', { k: 0 }],
    ['an operation that does not exist', { rawKind: 3 }],
    ['the highest operation code', { rawKind: 15 }],
    ['inputs beyond IMEM', { srcA: words - 1 }],
    ['inputs far beyond IMEM', { srcA: 2 ** 26 - 1 }],
    ['k beyond IMEM', { k: 65535 }],
    ['weights beyond WMEM', { srcB: p.weightWords - 1 }],
    ['weights far beyond WMEM', { srcB: 2 ** 26 - 1 }],
    ['blocks beyond WMEM', { n: 7, k: 8 }],
    ['blocks beyond OMEM', { n: blocks + 1, k: 1 }],
    ['many blocks beyond OMEM', { n: 65535, k: 1 }],
    ['columns beyond OMEM', { dst: p.columns - p.drain }],
    ['columns far beyond OMEM', { dst: 2 ** 26 - p.drain }],
    ['a destination between the banks', { dst: 1 }],
    ['a map that is not valid', { kind: 'osparse', map: 1 }],
    ['chunks that are not valid', { kind: 'kmerge', map: 1 }],
  ])('refuses %s', async (_what, wrong) => {
    const bench = await benchOf(name);
    bench.maps[1] = null;
    bench.chunks[1] = null;
    const command = { ...fits, ...wrong };
    const before = bench.readOutputs();
    expect(bench.run(command)).toEqual({ refused: true, cycles: 3 });
    expect(bench.readOutputs()).toEqual(before);
    if (command.rawKind === undefined) expect(check(bench, command).refused).toBe(true);
    expect(check(bench, fits).refused).toBe(false);
  });

  it('refuses a map buffer that is not there, takes the last one', async () => {
    const bench = await benchOf('free 4 x 4, five maps');
    bench.maps.fill([]);
    const command: BenchCommand = { ...fits, kind: 'osparse' };
    for (const map of [5, 7, 127]) expect(bench.run({ ...command, map })).toEqual({ refused: true, cycles: 3 });
    expect(check(bench, { ...command, map: 4 }).refused).toBe(false);
    bench.maps[4] = null;
    expect(check(bench, { ...command, map: 4 }).refused).toBe(true);
  });

  it('refuses more chunks than IMEM has words left, takes the last that fits', async () => {
    const bench = await benchOf(name);
    bench.chunks[0] = chunksOfMask(p, masks.iidMask(5, p.size, 4 * p.lanes, 0.5));
    const count = bench.chunks[0].length;
    expect(count).toBeGreaterThan(1);
    const command: BenchCommand = { ...fits, kind: 'kmerge', k: 4, srcA: words - count };
    expect(check(bench, command).refused).toBe(false);
    expect(check(bench, { ...command, srcA: words - count + 1 }).refused).toBe(true);
  });

  it('takes what just fits', async () => {
    const bench = await benchOf(name);
    const dst = p.columns - 2 * p.size;
    const { refused } = check(bench, { kind: 'dense', n: 2, k: 8, dst, srcA: words - 8, srcB: p.weightWords - 16 });
    expect(refused).toBe(false);
    expect(check(bench, { ...fits, n: blocks, k: p.weightWords / blocks }).refused).toBe(false);
  });

  it('a map without words is done at once and changes nothing, also with AUTO', async () => {
    const bench = await benchOf(name);
    bench.maps[0] = [];
    for (const auto of [false, true]) {
      expect(check(bench, { ...fits, kind: 'osparse', auto })).toEqual({ refused: false, kind: 'osparse', cycles: 3 });
    }
  });

  it('AUTO takes dense on a draw, the map when that is quicker', async () => {
    const bench = await benchOf(name);
    const full = mapOfMask(p, masks.iidMask(1, p.size, 4 * p.size, 1));
    bench.maps[0] = full;
    expect(full).toHaveLength(4);
    for (const k of [1, 2, 7]) {
      const command: BenchCommand = { ...fits, kind: 'osparse', auto: true, n: 4, k };
      expect(check(bench, command).kind).toBe('dense');
      bench.maps[0] = full.slice(1);
      expect(check(bench, command).kind).toBe('osparse');
      bench.maps[0] = full;
      expect(check(bench, { ...command, auto: false }).kind).toBe('osparse');
    }
    // Merged words cost their drain: quicker with a long contraction only.
    const merged = mapOfMask(p, masks.iidMask(3, p.size, 4 * p.size, 0.2));
    bench.maps[0] = merged;
    expect(merged.some(({ slots }) => slots > 1)).toBe(true);
    const kinds = [1, 8].map((k) => check(bench, { ...fits, kind: 'osparse', auto: true, n: 4, k }).kind);
    expect(kinds).toEqual(['dense', 'osparse']);
  });

  it('takes a command in the cycle in which the one before it is done', async () => {
    const bench = await benchOf(name);
    const { cycles } = bench.run(fits);
    const done: number[] = [];
    bench.offer(fits);
    for (let i = 0; i <= 2 * cycles; i++) {
      bench.cycle(() => {
        if (bench.output('done') === 1) done.push(i);
      });
      if (i === cycles) bench.withdraw();
    }
    expect(done).toEqual([cycles, 2 * cycles]);
  });
});

describe('array unit, meaning', () => {
  it.each(Object.keys(configurations))('all units of a full map give the dense result, %s', async (name) => {
    const bench = await benchOf(name);
    const { p } = bench;
    fillAll(bench);
    bench.maps[0] = mapOfMask(p, masks.iidMask(1, p.size, 2 * p.size, 1));
    const command: BenchCommand = { kind: 'dense', n: 2, k: 3, dst: 0, srcA: 1, srcB: 2 };
    check(bench, command);
    const dense = bench.readOutputs();
    bench.chunks[1] = [];
    check(bench, { ...command, kind: 'kmerge', map: 1 });
    expect(bench.readOutputs()).not.toEqual(dense);
    check(bench, { ...command, kind: 'osparse' });
    expect(bench.readOutputs()).toEqual(dense);
  });

  it.each(Object.keys(configurations))(
    'K-merge of packed inputs is the product with the masked inputs, %s',
    async (name) => {
      const bench = await benchOf(name);
      const { p } = bench;
      const k = Math.min(4, p.depth / p.lanes);
      const mask = masks.iidMask(7, p.size, k * p.lanes, 0.25);
      const inputs = Array.from({ length: mask.columns }, () =>
        Int8Array.from({ length: p.size }, () => bench.random.between(-127, 127)),
      );
      const chunks = kMerge(mask, { lanes: p.lanes, slots: p.slots, window: 4, placement: p.placement });
      chunks.forEach((chunk, c) =>
        bench.put(
          'x',
          c,
          packChunk(chunk, mask, (f) => inputs[f]!),
        ),
      );
      bench.settleWrites();
      bench.chunks[0] = chunksOfMask(p, mask);
      const n = 2;
      const srcB = 1;
      check(bench, { kind: 'kmerge', n, k, dst: 0, srcA: 0, srcB });
      const found = bench.readOutputs();
      for (let i = 0; i < p.size; i++) {
        for (let column = 0; column < n * p.size; column++) {
          let sum = 0;
          for (let f = 0; f < mask.columns; f++) {
            if (masks.isMarked(mask, i, f)) sum += inputs[f]![i]! * bench.weight(column, f, { k, srcB });
          }
          expect(found[i]![column]).toBe(sum);
        }
      }
    },
  );

  it('products of the largest magnitudes are exact', async () => {
    const bench = await benchOf('whole drain, 4 x 16');
    const { p } = bench;
    const whole = (value: number): Int8Array[] =>
      Array.from({ length: p.size }, () => new Int8Array(p.lanes).fill(value));
    const k = inputWords(p);
    for (const [x, w] of [
      [-127, 127],
      [127, 127],
      [-128, -128],
      [-128, 127],
    ] as const) {
      for (let word = 0; word < k; word++) {
        bench.put('x', word, whole(x));
        bench.put('w', word, whole(w));
      }
      bench.settleWrites();
      check(bench, { kind: 'dense', n: 1, k, dst: 0, srcA: 0, srcB: 0 });
      expect(bench.readOutputs()[0]![0]).toBe(x * w * k * p.lanes);
    }
  });
});
