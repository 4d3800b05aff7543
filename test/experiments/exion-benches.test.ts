// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { CorePair, scratchLatency } from '../../sim/experiments/exion/core-pair-bench.ts';
import { gathered, MappedArray } from '../../sim/experiments/exion/mapped-array-bench.ts';
import { coreBuilder, overlap, streamBuilder } from '../../sim/experiments/exion/overlap.ts';
import { PredictionEngine } from '../../sim/experiments/exion/prediction-bench.ts';
import { conMergeOf } from '../../src/modules/exion/cau/cau.types.ts';
import { kBuildCycles } from '../../src/modules/exion/golden/cau.ts';
import { requantise } from '../../src/modules/exion/golden/arith.ts';
import { keepRow, twoStepDot } from '../../src/modules/exion/golden/eager.ts';
import { kMerge } from '../../src/modules/exion/golden/kmerge.ts';
import { random } from '../../src/modules/exion/golden/prng.ts';
import { columnClusteredMask, iidMask } from '../../src/modules/exion/mask.ts';
import { allOn, expectedWords } from '../../src/modules/exion/stream-items.ts';
import { mergeUnit } from '../../src/modules/exion/units.ts';

/** An array of 4 x 4 units of 4 lanes: what the experiments do with 16 x 16 x 16, in little time. */
const small = {
  ...{ size: 4, lanes: 4, drain: 2, window: 4, bounds: [0, 1, 2], topkWidth: 4 },
  ...{ columns: 64, depth: 64, weightWords: 256, maskWords: 320, tokens: 64 },
} as const;
const blocks = small.columns / small.size;

test.each([
  ['core', 16, () => coreBuilder(small)],
  ['core', 1, () => coreBuilder(small)],
  ['stream', 16, () => streamBuilder(small)],
  ['stream, two generators', 1, () => streamBuilder({ ...small, ncvg: 2 })],
])('maps are built beside the array, results and cycles as the golden model says: %s, k = %d', async (_, k, open) => {
  const builder = await open();
  const { bench } = builder;
  bench.fill(1, 2 * k, blocks * k);
  const all = { kind: 'dense', n: blocks, k, dst: 0, srcA: 0, srcB: 0 } as const;
  expect(bench.run(all)).toBe(bench.expect(all, { words: null, chunks: null }).cycles);
  const masks = [1, 2, 3, 4, 5].map((seed) => columnClusteredMask(seed, small.size, small.columns, 0.3));
  for (const run of [overlap(builder, masks, k), overlap(builder, masks.slice(1), k)]) {
    expect(run.isExact).toBe(true);
    expect(run.share).toBeGreaterThanOrEqual(0);
    // Passes of one word are over before a map is built; long ones leave time.
    if (k === 1) expect(run.share).toBeGreaterThan(0);
    else expect(run.share).toBeLessThan(0.05);
  }
  // Results that are not those of the golden model are seen.
  bench.memories.omem[1]![5]! += 1;
  expect(() => bench.checkOutputs()).toThrow(/OMEM row 1, column 5/);
  bench.close();
});

test('words of free placement run on an array that binds columns to lanes', async () => {
  const array = await MappedArray.create(small);
  const k = 3;
  array.fill(2, 2 * k, blocks * k);
  const command = { kind: 'osparse', n: blocks, k, dst: 0, srcA: k, srcB: 0 } as const;
  const whole = { ...command, kind: 'dense', srcA: 0 } as const;
  expect(array.run(whole)).toBe(array.expect(whole, { words: null, chunks: null }).cycles);
  for (const seed of [1, 2, 3]) {
    const mask = iidMask(seed, small.size, small.columns, 0.2);
    const { words } = mergeUnit({ mask, modes: allOn }, { ...conMergeOf(array.p), placement: 'free' });
    const map = gathered(expectedWords(words), small.size);
    const lanes = map.flatMap(({ ids }) => ids.map((of) => of.map((id) => (id === null ? null : id % small.size))));
    for (const of of lanes) expect(of.filter((lane, j) => lane !== null && lane !== j)).toEqual([]);
    const cycles = array.run({ ...command, map: array.load(map) });
    expect(cycles).toBe(array.expect(command, { words: map, chunks: null }).cycles);
    array.checkOutputs();
  }
  array.close();
});

test('K-merge packs and multiplies what the golden model says, in its cycles', async () => {
  const pair = await CorePair.create(small);
  const { lanes, slots, window, size, depth } = pair.p;
  const shape = { lanes, slots, window, size, depth };
  const k = depth / lanes;
  const command = { kind: 'kmerge', n: 3, k, dst: 0, srcA: 4, srcB: 0 } as const;
  pair.fill(3, k, 16 * k);
  const whole = { ...command, kind: 'dense', n: blocks, srcA: 0 } as const;
  expect(pair.run(whole)).toBe(pair.expect(whole, { words: null, chunks: null }).cycles);
  const rand = random(4);
  pair.tensor = Int8Array.from({ length: size * depth }, () => Math.floor(255 * rand()) - 127);
  const mask = iidMask(5, size, depth, 0.2);
  pair.placeMask(mask, 7);
  const chunks = kMerge(mask, shape);
  expect(pair.buildChunks(depth, 7, 4)).toBe(kBuildCycles(depth, shape, chunks, scratchLatency));
  expect(pair.run(command)).toBe(pair.expectChunks(command, mask, chunks));
  pair.checkOutputs();
  pair.close();
});

test('the prediction engine predicts and keeps what the golden model says', async () => {
  const engine = await PredictionEngine.create(small);
  const rand = random(6);
  const rows = (count: number, length: number): number[][] =>
    Array.from({ length: count }, () => Array.from({ length }, () => Math.floor(255 * rand()) - 127));
  const [x, w] = [rows(4, 8), rows(10, 8)];
  const totals = x.map((row) => w.map((column) => twoStepDot(row, column)));
  engine.loadInputs(x);
  engine.loadWeights(w);
  expect(engine.predict(10, 8, { gain: 40000, shift: 25 })).toEqual(
    totals.map((row) => row.map((total) => requantise(total, 40000, 25))),
  );
  expect(engine.keep(10, 8, { shift: 2, best: 3 })).toEqual(
    totals.map((row) => keepRow(row, { shift: 2, dominance: 65536, k: 3 }).kept),
  );
  expect(engine.cycles).toBeGreaterThan(50);
  engine.close();
});

test('a command that a unit refuses is an error', async () => {
  const pair = await CorePair.create(small);
  expect(() => pair.run({ kind: 'osparse', n: 1, k: 1, dst: 0, srcA: 0, srcB: 0 })).toThrow('sdue refuses');
  pair.close();
});
