// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type ConMergeResult,
  type ConMergeShape,
  type ConMergeSwitches,
  conMerge,
  issuedElements,
} from '../../../src/modules/exion/conmerge.golden.ts';
import { ConMergeParams, conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';
import { attempt, startState } from '../../../src/modules/exion/golden/attempt.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { type ConMergeRatios, type Variant, conMergeRatios } from '../../../src/modules/exion/ratios.ts';
import { loadFfnTrace } from '../../../src/modules/exion/trace.ts';

const { main, tiny } = conMergePresets;

/** A shape for directed tests: as small as the case allows. */
function shape(rows: number, cols: number, more: Partial<ConMergeShape> = {}): ConMergeShape {
  const bounds = [0, 1, 2].filter((x) => x < rows);
  return { rows, cols, slots: 3, tries: 2, bounds, columns: 4096, ...more };
}

/** Seeds 1..n. */
function seeds(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** Runs and checks every invariant of paper 8 that concerns ConMerge. */
function checked(mask: masks.Mask, p: ConMergeShape, switches: ConMergeSwitches = {}): ConMergeResult {
  const result = conMerge(mask, p, switches);

  const issued = new Uint8Array(mask.bits.length);
  for (const word of result.words) {
    for (const { row, column } of issuedElements(word)) {
      if (column === null || row < 0) throw new Error('an element without a column or an input row');
      issued[row * mask.columns + column]!++;
    }
  }
  expect(issued, 'every marked element exactly once, no other').toEqual(mask.bits);

  const ids = result.words.flatMap((word) => word.ids.flat()).filter((n) => n !== null);
  expect(
    [...ids].sort((a, b) => a - b),
    'kept columns = non-none ids',
  ).toEqual([...result.kept].sort((a, b) => a - b));

  for (const word of result.words) {
    expect(word.slots).toBe(word.ids.length);
    expect(word.slots).toBeLessThanOrEqual(p.slots);
    expect(word.attempts.filter((a) => a.committed).length).toBe(word.slots - 1);
    expect(word.latency).toBe(1 + word.cycles);
    const committed = word.attempts.filter((a) => a.committed).flatMap((a) => a.relocations);
    for (let t = 0; t < p.rows; t++) {
      if (word.cv[t] === t) throw new Error('a row relocates to itself');
      const sources = new Set(committed.filter((r) => r.to === t).map((r) => r.from));
      if (sources.size > 1) throw new Error('cv[t] is written with two values');
      if ((word.cv[t] ?? undefined) !== [...sources][0]) throw new Error('cv[t] is the source of what moved to t');
      for (let j = 0; j < p.cols; j++) {
        const [occ, ws, xs] = [word.occ[t]![j]!, word.ws[t]![j]!, word.xs[t]![j]!];
        if (occ === 0 && (ws !== 0 || xs !== 0)) throw new Error('an idle DPU has ws and xs 0');
        if (ws >= word.slots) throw new Error('ws names a slot in use');
        if (xs === 1 && word.cv[t] === null) throw new Error('xs=1 needs cv');
      }
    }
    for (const a of word.attempts) {
      // The bound of paper 4: a target serves one source, and one step exhausts it.
      if (a.relocations.length > p.rows) throw new Error('more than R relocations in an attempt');
      if (new Set(a.relocations.map((r) => r.to)).size < a.relocations.length) throw new Error('a target serves twice');
      const noTarget = a.committed || switches.relocate === false ? 0 : 1;
      if (a.steps !== a.relocations.length + noTarget) throw new Error('only a failing attempt has one step more');
    }
  }
  return result;
}

describe('the worked vector of paper 3.3', () => {
  const mask = masks.maskFromRows(['000000000001', '000000000110', '100101110001', '001010011010']);
  const result = checked(mask, tiny);
  const lanes = (rows: readonly (readonly number[])[]): string => rows.map((row) => row.join('')).join('/');

  it('keeps 11 columns in three blocks', () => {
    expect(result.kept).toEqual([7, 10, 11, 0, 2, 3, 4, 5, 6, 8, 9]);
    expect(result.blocks.map((b) => b.ids)).toEqual([
      [7, 10, 11, 0],
      [2, 3, 4, 5],
      [6, 8, 9, null],
    ]);
  });

  it('emits one block: ids, cv, occ, ws, xs', () => {
    expect(result.words).toHaveLength(1);
    const word = result.words[0]!;
    expect(word.slots).toBe(3);
    expect(word.ids).toEqual([
      [7, 10, 11, 0],
      [6, 8, 9, null],
      [2, 3, 4, 5],
    ]);
    expect(word.cv).toEqual([2, 3, 3, null]);
    expect(lanes(word.occ)).toBe('1111/1110/1111/1110');
    expect(lanes(word.ws)).toBe('1202/2010/0100/0020');
    expect(lanes(word.xs)).toBe('1101/1000/0100/0000');
  });

  it('issues 14 elements in 6 CVG cycles, 7 with LOADA', () => {
    expect(issuedElements(result.words[0]!)).toHaveLength(14);
    expect(result.cycles).toBe(6);
    expect(result.latency).toBe(7);
  });
});

describe('exactly once, and the other invariants', () => {
  const shapes = fc
    .record({
      rows: fc.integer({ min: 1, max: 9 }),
      cols: fc.integer({ min: 1, max: 7 }),
      slots: fc.integer({ min: 1, max: 5 }),
      tries: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ rows, cols, ...more }) => shape(rows, cols, more));
  const switches = fc.record({ sort: fc.boolean(), relocate: fc.boolean() });
  const seed = fc.integer();
  const density = fc.double({ min: 0, max: 1, noNaN: true });
  const columns = fc.integer({ min: 0, max: 70 });

  it('any shape, any density', () => {
    fc.assert(
      fc.property(shapes, switches, seed, density, columns, (p, sw, k, d, n) => {
        checked(masks.iidMask(k, p.rows, n, d), p, sw);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it.each<[string, (k: number, d: number) => masks.Mask]>([
    ['independent', (k, d) => masks.iidMask(k, 16, 300, d)],
    ['clustered columns', (k, d) => masks.columnClusteredMask(k, 16, 300, d)],
    ['clustered rows', (k, d) => masks.rowClusteredMask(k, 16, 300, d)],
    ['one to three live rows', (k, d) => masks.fewRowsMask(k, 16, 300, 1 + (k % 3), d)],
    ['top k with hot keys', (k, d) => masks.topKMask(k, 16, 300, Math.round(d * 300), 20)],
  ])('main preset, %s', (_, make) => {
    for (const k of seeds(8)) checked(make(k, (k - 1) / 7), main);
  });

  it('all masks of two rows and five columns', () => {
    for (let bits = 0; bits < 1024; bits++) {
      checked(
        masks.maskOf(2, 5, (r, n) => ((bits >> (r * 5 + n)) & 1) === 1),
        shape(2, 2),
      );
    }
  });

  it('a failed attempt leaves the state as it was, a committed one too: it returns a new state', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(15), fc.nat(15)), { minLength: 1, maxLength: 6 }), (rows) => {
        const state = startState(
          rows.map(([a]) => BigInt(a)),
          4,
        );
        const before = structuredClone(state);
        attempt(
          state,
          rows.map(([, b]) => BigInt(b)),
          1,
          true,
        );
        expect(state).toEqual(before);
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});

describe('corner cases of paper 7', () => {
  const full = (rows: number, columns: number): masks.Mask => masks.maskOf(rows, columns, () => true);

  it('an empty mask, and a mask without columns, give no block', () => {
    expect(checked(masks.iidMask(1, 16, 100, 0), main)).toEqual({
      kept: [],
      blocks: [],
      words: [],
      cycles: 0,
      latency: 0,
    });
    expect(checked(full(16, 0), main).words).toEqual([]);
  });

  it('all ones: as many blocks as dense, no merge, no cv, columns in order', () => {
    const result = checked(full(16, 100), main);
    expect(result.words).toHaveLength(7);
    expect(result.kept).toEqual(Array.from({ length: 100 }, (_, n) => n));
    for (const word of result.words.slice(0, -2)) {
      expect(word.slots).toBe(1);
      expect(word.cv.every((row) => row === null)).toBe(true);
      expect(word.attempts.every((a) => !a.committed && a.relocations.length === 0)).toBe(true);
    }
  });

  it('fewer tokens than rows: dead rows serve as relocation targets', () => {
    const [tile] = masks.tileMask(full(1, 8), 4, 4096);
    const result = checked(tile!, shape(4, 4));
    expect(result.words).toHaveLength(1);
    expect(result.words[0]!.cv).toEqual([null, 0, null, null]);
    expect(result.cycles).toBe(2);
  });

  it('fewer columns than lanes: one padded block', () => {
    expect(checked(full(4, 3), shape(4, 8)).words[0]!.ids).toEqual([[0, 1, 2, null, null, null, null, null]]);
  });

  it('the padded last block as a merge partner', () => {
    const word = checked(masks.maskFromRows(['111110', '000000']), shape(2, 4)).words[0]!;
    expect(word.ids).toEqual([
      [0, 1, 2, 3],
      [4, null, null, null],
    ]);
  });

  it('one slot is condensing only: blocks are emitted as they are, without an attempt', () => {
    const result = checked(masks.iidMask(3, 16, 200, 0.05), { ...main, slots: 1 });
    expect(result.words.map((w) => w.ids[0])).toEqual(result.blocks.map((b) => b.ids));
    expect(result.cycles).toBe(0);
    expect(result.latency).toBe(result.words.length);
  });

  it('more tries than pending blocks: every pending block is tried once', () => {
    const result = checked(full(4, 12), shape(4, 4, { tries: 9 }));
    expect(result.words.map((w) => w.attempts.map((a) => a.block))).toEqual([[2, 1], [2], []]);
  });

  it('one row, one lane: nothing to relocate to', () => {
    expect(checked(full(1, 3), shape(1, 1)).words).toHaveLength(3);
    expect(checked(masks.maskFromRows(['1011']), shape(1, 3)).words).toHaveLength(1);
    expect(checked(masks.maskFromRows(['10', '01', '00']), shape(3, 1)).words).toHaveLength(1);
  });

  it('a mask of another tile, or beyond the chunk, is refused', () => {
    expect(() => conMerge(full(4, 3), main)).toThrow('the mask has 4 rows: expected a row tile of 16');
    expect(() => conMerge(full(4, 65), tiny)).toThrow('the mask has 65 columns: one unit of work holds at most 64');
  });
});

describe('directed cases of paper 8', () => {
  it('two identical full rows: one step moves all lanes to the lowest free row', () => {
    const result = checked(masks.maskFromRows(['11111111', '00000000', '00000000']), shape(3, 4));
    expect(result.words).toHaveLength(1);
    expect(result.words[0]!.cv).toEqual([null, 0, null]);
    expect(result.words[0]!.xs).toEqual([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
  });

  it('a checkerboard and its inverse merge without a conflict', () => {
    const result = checked(
      masks.maskOf(4, 8, (r, n) => (r + n) % 2 === (n < 4 ? 0 : 1)),
      shape(4, 4),
    );
    expect(result.words).toHaveLength(1);
    expect(result.words[0]!.cv).toEqual([null, null, null, null]);
    expect(result.cycles).toBe(1);
  });

  it('three full columns in one lane cannot merge', () => {
    expect(checked(masks.maskFromRows(['111', '111', '111', '111']), shape(4, 1)).words).toHaveLength(3);
  });

  it('a conflict that needs two targets', () => {
    const result = checked(masks.maskFromRows(['1111', '1000', '0100']), shape(3, 2));
    expect(result.words).toHaveLength(1);
    expect(result.words[0]!.cv).toEqual([null, 0, 0]);
    expect(result.cycles).toBe(3);
  });

  it('a tie on gain prefers the row that serves the source already, then the lowest; a larger gain goes first', () => {
    const state = startState([0b11n, 0n, 0n, 0b10n], 2);
    state.cv = [null, 3, 0, null];
    const target = (b: bigint): number | undefined => attempt(state, [b, 0n, 0n, 0n], 1, true).relocations[0]?.to;
    expect(target(0b01n)).toBe(2); // 2 serves row 0 and 3 is free: tie, 2 is preferred
    expect(target(0b11n)).toBe(2);
    state.cv = [null, 3, null, 0];
    expect(target(0b11n)).toBe(2); // 2 gains two lanes, 3 only one although it serves row 0
    expect(target(0b01n)).toBe(3); // tie: 3 serves row 0
    state.cv = [null, null, null, null];
    expect(target(0b01n)).toBe(1);
  });

  it('FAIL after a partial relocation, then success with the next try', () => {
    const result = checked(masks.maskFromRows(['000100', '111001', '011010']), shape(3, 2, { slots: 2 }));
    const [failed, committed] = result.words[0]!.attempts;
    expect(failed).toMatchObject({ block: 2, committed: false, steps: 2 });
    expect(failed!.relocations).toEqual([{ from: 1, to: 0, lanes: 0b10n }]);
    expect(committed).toMatchObject({ block: 1, committed: true, steps: 1 });
    expect(result.words[0]!.cv).toEqual([1, null, null]);
    expect(result.words[0]!.cycles).toBe(5);
  });
});

/** Paper: "±0.02 between seeds", and ±3 % for experiment 2. */
function expectRatio(measured: number, paper: number): void {
  expect(Math.abs(measured - paper), `measured ${measured.toFixed(3)}, paper ${paper}`).toBeLessThanOrEqual(
    Math.max(0.02, 0.03 * paper),
  );
}

function ratiosOf(make: (seed: number) => masks.Mask, p: ConMergeShape, runs = 16): ConMergeRatios {
  return conMergeRatios(seeds(runs).map(make), p);
}

describe('published ratios (paper 3.3, 5 and 6)', () => {
  it.each([
    [0.7, { condense: 1.0, mergeNoCv: 0.99, mergeCv: 0.56 }, 26],
    [0.8, { condense: 0.97, mergeNoCv: 0.94, mergeCv: 0.42, cvNoSort: 0.47 }, 24],
    [0.9, { condense: 0.82, mergeNoCv: 0.71, mergeCv: 0.28, cvNoSort: 0.28 }, 11],
    [0.95, { condense: 0.56, mergeNoCv: 0.43, mergeCv: 0.19, cvNoSort: 0.19 }, 7],
    [0.97, { condense: 0.39, mergeNoCv: 0.29, mergeCv: 0.14, cvNoSort: 0.14 }, 6],
  ] as const)('table of 3.3 at sparsity %d', (sparsity, paper, cycles) => {
    const measured = ratiosOf((k) => masks.iidMask(k, 16, 1024, 1 - sparsity), main);
    for (const [variant, ratio] of Object.entries(paper)) expectRatio(measured[variant as Variant].ratio, ratio);
    expect(measured.condense.ratio).toBeGreaterThan(measured.mergeNoCv.ratio);
    expect(measured.mergeNoCv.ratio).toBeGreaterThan(measured.mergeCv.ratio);
    // The paper rounds to whole cycles.
    expect(Math.abs(measured.mergeCv.cyclesPerBlock - cycles)).toBeLessThanOrEqual(0.5 + 0.03 * cycles);
  });

  it('table of 3.3, no sort at 70 %: 0.72 lies within the spread of single seeds, which is wide there', () => {
    const single = seeds(30).map((k) => ratiosOf(() => masks.iidMask(k, 16, 1024, 0.3), main, 1).cvNoSort.ratio);
    const mean = single.reduce((sum, x) => sum + x, 0) / single.length;
    const deviation = Math.sqrt(single.reduce((sum, x) => sum + (x - mean) ** 2, 0) / single.length);
    expect(deviation).toBeGreaterThan(0.03);
    expect(Math.abs(mean - 0.72)).toBeLessThan(deviation);
  });

  it.each([
    [0.7, 0.76, 0.39],
    [0.8, 0.61, 0.27],
    [0.9, 0.35, 0.16],
    [0.95, 0.2, 0.1],
  ])('tiny preset at sparsity %d', (sparsity, condense, merged) => {
    const measured = ratiosOf((k) => masks.iidMask(k, 4, 64, 1 - sparsity), tiny, 100);
    // One tile has 16 blocks only: single seeds spread by 0.05, so the paper's 0.76 may be off the mean, 0.783.
    expect(Math.abs(measured.condense.ratio - condense)).toBeLessThan(0.03);
    expectRatio(measured.mergeCv.ratio, merged);
  });

  /** Kept columns are binomial, so the mean of ceil(kept / C) is known without any model of ConMerge. */
  function expectedCondense(p: ConMergeShape, density: number): number {
    const keep = 1 - (1 - density) ** p.rows;
    let [log, blocks] = [p.columns * Math.log(1 - keep), 0]; // the logarithm, as the probabilities underflow
    for (let kept = 1; kept <= p.columns; kept++) {
      log += Math.log(((p.columns - kept + 1) / kept) * (keep / (1 - keep)));
      blocks += Math.exp(log) * Math.ceil(kept / p.cols);
    }
    return blocks / Math.ceil(p.columns / p.cols);
  }

  it.each([
    ['main', main, 16, 0.05],
    ['main', main, 16, 0.03],
    ['tiny', tiny, 200, 0.3],
    ['tiny', tiny, 200, 0.05],
  ])('condensing agrees with the binomial distribution (%s)', (_, p, runs, density) => {
    const measured = ratiosOf((k) => masks.iidMask(k, p.rows, p.columns, density), { ...p, slots: 1 }, runs);
    expect(Math.abs(measured.condense.ratio - expectedCondense(p, density))).toBeLessThan(0.012);
  });

  it.each([
    [1, 0.56],
    [2, 0.29],
    [3, 0.19],
    [4, 0.15],
  ])('experiment 3: %d slots at 95 %%', (slots, paper) => {
    const measured = ratiosOf((k) => masks.iidMask(k, 16, 1024, 0.05), { ...main, slots });
    expectRatio(measured.mergeCv.ratio, paper);
  });

  it.each([
    [0.7, 0.44],
    [0.9, 0.155],
    [0.95, 0.085],
  ])('experiment 4: clustered columns at sparsity %d', (sparsity, paper) => {
    expectRatio(ratiosOf((k) => masks.columnClusteredMask(k, 16, 1024, 1 - sparsity), main).mergeCv.ratio, paper);
  });

  it('experiment 5: three live rows of 16, 95 % within them', () => {
    const measured = ratiosOf((k) => masks.fewRowsMask(k, 16, 1024, 3, 0.05), main);
    expectRatio(measured.condense.ratio, 0.14);
    expectRatio(measured.mergeCv.ratio, 0.06);
  });
});

describe('masks', () => {
  it.each([
    ['iidMask', (k: number) => masks.iidMask(k, 16, 1000, 0.3), 0.02],
    ['columnClusteredMask', (k: number) => masks.columnClusteredMask(k, 16, 1000, 0.3), 0.05],
    ['rowClusteredMask', (k: number) => masks.rowClusteredMask(k, 400, 100, 0.3), 0.05],
  ] as const)('%s depends on its seed only and has the density asked for', (_, make, tolerance) => {
    expect(make(7)).toEqual(make(7));
    expect(make(7)).not.toEqual(make(8));
    const mask = make(7);
    expect(Math.abs(masks.countMarked(mask) / mask.bits.length - 0.3)).toBeLessThan(tolerance);
  });

  it('one seed, written out: the generators must never change silently', () => {
    const columns = Array.from({ length: 12 }, (_, n) =>
      masks.columnBits(masks.iidMask(1, 4, 12, 0.5), n).toString(16),
    );
    expect(columns.join('')).toMatchInlineSnapshot(`"6616118324e3"`);
  });

  it('top k marks exactly k a row, hot keys in most rows; all when k is beyond the columns', () => {
    const mask = masks.topKMask(5, 30, 50, 6, 4);
    for (let r = 0; r < 30; r++) expect(masks.countMarked(masks.tileMask(mask, 1, 50)[r]!)).toBe(6);
    const full = Array.from({ length: 50 }, (_, n) => masks.columnBits(mask, n)).filter((b) => b === (1n << 30n) - 1n);
    expect(full).toHaveLength(4);
    expect(masks.countMarked(masks.topKMask(5, 3, 4, 9, 0))).toBe(12);
  });

  it('tiling covers the mask once, dead rows added', () => {
    const tiles = masks.tileMask(masks.iidMask(1, 5, 10, 1), 4, 8);
    expect(tiles.map((t) => [t.rows, t.columns, masks.countMarked(t)])).toEqual([
      [4, 8, 32],
      [4, 2, 8],
      [4, 8, 8],
      [4, 2, 2],
    ]);
  });

  it('threshold is strict, clamps -128, and 127, 0, -1 are the ends', () => {
    const act = Int8Array.of(-128, -5, 0, 5, 6, 127);
    const marked = (theta: number): number[] => [...masks.thresholdMask(act, 1, 6, theta).bits];
    expect(marked(5)).toEqual([1, 0, 0, 0, 1, 1]);
    expect(marked(127)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(marked(0)).toEqual([1, 1, 0, 1, 1, 1]);
    expect(marked(-1)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(() => masks.thresholdMask(act, 2, 2, 0)).toThrow('6 activations given: expected 2 rows x 2 columns');
  });

  it('theta for a sparsity is the smallest that leaves at most (1-s)·T·F marked', () => {
    const act = Int8Array.from({ length: 100 }, (_, i) => (i % 2 ? i : -i));
    expect(masks.thetaForSparsity(act, 0.9)).toBe(89);
    expect(masks.thetaForSparsity(act, 1)).toBe(99);
    expect(masks.thetaForSparsity(act, 0)).toBe(0);
    expect(masks.thetaForSparsity(new Int8Array(8).fill(127), 0.5)).toBe(127);
  });
});

describe('parameters', () => {
  const problems = (more: object): string[] => {
    const result = ConMergeParams.safeParse({ ...main, ...more });
    return result.success ? [] : result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  };

  it('presets parse, the id width follows from the columns', () => {
    expect(ConMergeParams.parse(main)).toEqual({ ...main, idWidth: 10 });
    expect(ConMergeParams.parse(tiny)).toEqual({ ...tiny, idWidth: 6 });
    expect(ConMergeParams.parse({ ...main, columns: 1025 }).idWidth).toBe(11);
    expect(ConMergeParams.parse({ ...main, columns: 1 }).idWidth).toBe(1);
    expect(ConMergeParams.parse({ ...main, idWidth: 12 }).idWidth).toBe(12);
    expect(ConMergeParams.parse({ ...main, rows: 1, cols: 1, bounds: [0] }).rows).toBe(1);
  });

  it('says what contradicts what', () => {
    expect(problems({ idWidth: 9 })).toEqual([
      'idWidth: 9 bits cannot name 1024 columns; give at least 10, or 0 to derive it',
    ]);
    expect(problems({ bounds: [2, 2, 8] })).toEqual(['bounds: bounds must rise strictly, got [2, 2, 8]']);
    expect(problems({ rows: 8 })).toEqual([
      'bounds: bound 8 of [2, 4, 8] is never exceeded by a column of 8 rows; every bound must be below rows',
    ]);
    expect(problems({ rows: 0, bounds: [] })).toHaveLength(1);
    expect(problems({ slotz: 3 })).toHaveLength(1);
  });

  it('every field is documented', () => {
    for (const field of Object.values(ConMergeParams.shape)) expect(field.description).toMatch(/\w/);
  });
});

describe('trace folders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-trace-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const tensor = {
    file: 'ffn_act.bin',
    dtype: 'int8',
    shape: [2, 1, 2, 3],
    layout: 'step,block,token,channel',
    scale_per_block: [0.5],
    first_step: 4,
  };
  const write = (tensors: unknown): void => {
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ name: 'made up', tensors }));
  };
  writeFileSync(
    join(folder, 'ffn_act.bin'),
    Int8Array.from({ length: 12 }, (_, i) => i - 6),
  );

  it('gives the activations of a step and block', () => {
    write([{ file: 'other.bin' }, tensor]);
    const trace = loadFfnTrace(folder);
    expect(trace).toMatchObject({ name: 'made up', firstStep: 4, steps: 2, blocks: 1, tokens: 2, channels: 3 });
    expect([...trace.activations(5, 0)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(() => trace.activations(3, 0)).toThrow('step 3 is not recorded: expected 4..5');
    expect(() => trace.activations(4, 1)).toThrow('block 1 is not recorded: expected 0..0');
  });

  it.each([
    [undefined, 'field tensors: Invalid input: expected array, received undefined'],
    [[], "field tensors: expected an entry with file 'ffn_act.bin', found none"],
    [[{ ...tensor, dtype: 'int16' }], 'field tensors[0].dtype: Invalid input: expected "int8"'],
    [[{ ...tensor, shape: [2, 3] }], 'field tensors[0].shape: expected 4 sizes, for step,block,token,channel'],
    [[{ ...tensor, scale_per_block: [] }], 'field tensors[0].scale_per_block: expected one scale per block'],
    [[{ ...tensor, shape: [2, 1, 2, 4] }], 'ffn_act.bin: has 12 bytes: expected 16 = 2 x 1 x 2 x 4'],
  ])('names file and field of a fault (%#)', (tensors, message) => {
    write(tensors);
    expect(() => loadFfnTrace(folder)).toThrow(message);
  });

  it('names a missing or broken file', () => {
    expect(() => loadFfnTrace(join(folder, 'absent'))).toThrow(/absent.manifest\.json: cannot be read \(ENOENT/);
    write([{ ...tensor, file: 'gone.bin' }]);
    expect(() => loadFfnTrace(folder, 'gone.bin')).toThrow(/gone\.bin: cannot be read .*; expected 12 bytes of int8/);
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(() => loadFfnTrace(folder)).toThrow(/manifest\.json: is not JSON/);
  });
});

const ditDigits = fileURLToPath(new URL('../../../../shared/traces/dit-digits', import.meta.url));
const absent = !existsSync(ditDigits);

describe.skipIf(absent)(`recorded masks of dit-digits${absent ? ' (skipped: ../shared/traces is absent)' : ''}`, () => {
  /** Masks of every fifth step and all blocks, theta chosen for that sparsity as the automatic mode does. */
  const recorded = (sparsity: number): masks.Mask[] => {
    const { steps, blocks, tokens, channels, activations } = loadFfnTrace(ditDigits);
    const result: masks.Mask[] = [];
    for (let step = 0; step < steps; step += 5) {
      for (let block = 0; block < blocks; block++) {
        const act = activations(step, block);
        result.push(masks.thresholdMask(act, tokens, channels, masks.thetaForSparsity(act, sparsity)));
      }
    }
    return result;
  };

  it('the loader reads what the manifest describes: share below 5 % of the maximum, block by block', () => {
    const trace = loadFfnTrace(ditDigits);
    [0.6446, 0.751, 0.8211, 0.8885].forEach((share, block) => {
      let below = 0;
      for (let step = 0; step < trace.steps; step++) {
        const size = trace.activations(step, block).map(Math.abs);
        const limit = 0.05 * Math.max(...size);
        below += size.filter((h) => h < limit).length / size.length;
      }
      expect(Math.abs(below / trace.steps - share)).toBeLessThan(0.03); // int8 codes are coarse near the limit
    });
  });

  it.each([
    [0.7, 0.71, 0.68, 0.36],
    [0.8, 0.6, 0.57, 0.27],
    [0.9, 0.44, 0.41, 0.18],
    [0.95, 0.29, 0.26, 0.12],
    [0.97, 0.2, 0.18, 0.1],
  ])('at least %d sparse: condense %d, merge %d, merge with cv %d', (sparsity, condense, noCv, cv) => {
    const measured = conMergeRatios(recorded(sparsity), main);
    expect(measured.sparsity).toBeGreaterThanOrEqual(sparsity);
    expect([measured.condense.ratio, measured.mergeNoCv.ratio, measured.mergeCv.ratio]).toEqual([
      expect.closeTo(condense, 1.7),
      expect.closeTo(noCv, 1.7),
      expect.closeTo(cv, 1.7),
    ]);
  });

  it('every recorded element is issued exactly once', () => {
    for (const mask of recorded(0.9).slice(0, 8)) {
      for (const tile of masks.tileMask(mask, main.rows, main.columns)) checked(tile, main);
    }
  });
});
