// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, kMerge, type KMergeShape, packChunk } from '../../../src/modules/exion/golden/kmerge.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import * as masks from '../../../src/modules/exion/mask.ts';

const main: KMergeShape = { lanes: 16, slots: 3, window: 8 };

/** Checks that every marked (row, column) meets its weight once, in its lane, and that packed inputs times weights give the product. */
function checked(mask: masks.Mask, p: KMergeShape): Chunk[] {
  const chunks = kMerge(mask, p);
  const placed = chunks.flatMap(({ columns }) => columns.flat()).filter((f) => f !== null);
  const kept = Array.from({ length: mask.columns }, (_, f) => f).filter((f) => masks.columnBits(mask, f) !== 0n);
  expect([...placed].sort((a, b) => a - b)).toEqual(kept);

  const rand = random(mask.columns);
  const value = (): number => Math.floor(rand() * 255) - 127;
  const x = Array.from({ length: mask.columns }, () => Int8Array.from({ length: mask.rows }, value));
  const weight = x.map(() => value());
  const sums = new Array<number>(mask.rows).fill(0);
  for (const chunk of chunks) {
    expect(chunk.columns).toHaveLength(p.slots);
    chunk.columns.forEach((slot) => slot.forEach((f, l) => expect(f === null || f % p.lanes === l).toBe(true)));
    packChunk(chunk, mask, (f) => x[f]!).forEach((inputs, i) =>
      inputs.forEach((input, l) => {
        const f = chunk.columns[chunk.ws[i]![l]!]![l] ?? null;
        sums[i]! += f === null ? 0 : input * weight[f]!;
      }),
    );
  }
  const expected = sums.map((_, i) =>
    x.reduce((sum, column, f) => sum + (masks.isMarked(mask, i, f) ? column[i]! * weight[f]! : 0), 0),
  );
  expect(sums).toEqual(expected);
  return chunks;
}

describe('K-merge', () => {
  it('computes the masked product, any shape and density', () => {
    const shapes = fc.record({
      lanes: fc.constantFrom(4, 8),
      slots: fc.integer({ min: 1, max: 4 }),
      window: fc.integer({ min: 1, max: 6 }),
      placement: fc.constantFrom('lane' as const, 'colour' as const),
    });
    const density = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(shapes, fc.integer(), fc.integer({ min: 1, max: 9 }), fc.nat(90), density, (p, seed, rows, n, d) => {
        const chunks = checked(masks.iidMask(seed, rows, n, d), p);
        if (p.placement === 'lane') return;
        for (const { columns } of chunks) {
          for (let l = 0; l < p.lanes; l++) {
            const placed = columns.map((slot) => slot[l] ?? null).filter((f) => f !== null);
            const words = placed.map((f) => Math.floor(f / p.lanes) % 4);
            expect(new Set(words).size).toBe(words.length);
          }
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('takes the densest column, then from the window the last one that fits', () => {
    // Lane 0 of 4: columns 0, 4, 8, 12 have the bitmaps below, row 0 leftmost.
    const bitmaps = ['1100', '0010', '0100', '0001'];
    const mask = masks.maskFromRows([0, 1, 2, 3].map((i) => bitmaps.map((bits) => `${bits[i]!}000`).join('')));
    const lane = (window: number): (number | null)[][] =>
      checked(mask, { lanes: 4, slots: 3, window }).map(({ columns }) => columns.map(([f]) => f!));
    expect(lane(1)).toEqual([
      [0, 12, null],
      [4, 8, null],
    ]);
    expect(lane(2)).toEqual([
      [0, 12, 4],
      [8, null, null],
    ]);
  });

  it('a mask without marks gives no chunk, a full one a chunk for every L columns', () => {
    expect(kMerge(masks.iidMask(1, 16, 100, 0), main)).toEqual([]);
    const full = checked(masks.iidMask(1, 16, 100, 1), main);
    expect(full).toHaveLength(7);
    expect(
      full.every(({ columns }) =>
        columns
          .slice(1)
          .flat()
          .every((f) => f === null),
      ),
    ).toBe(true);
  });

  it('whole rows never merge, disjoint halves always do', () => {
    const row = masks.maskOf(16, 256, (i) => i === 3);
    expect(checked(row, main)).toHaveLength(16);
    const halves = masks.maskOf(16, 256, (i, f) => i < 8 === f < 128);
    expect(checked(halves, main)).toHaveLength(8);
  });

  /** Chunks / dense chunks over ten masks; paper 3.4 has 0.54 / 0.37 / 0.28 / 0.19 / 0.13 for free lanes. */
  it.each([
    [0.7, 0.57],
    [0.8, 0.39],
    [0.9, 0.29],
    [0.95, 0.21],
    [0.97, 0.15],
  ])('ratio with columns bound to lanes, N = 4096, sparsity %d', (sparsity, expected) => {
    const runs = Array.from({ length: 4 }, (_, i) => masks.iidMask(i + 1, 16, 4096, 1 - sparsity));
    const chunks = runs.reduce((sum, mask) => sum + kMerge(mask, main).length, 0);
    expect(Math.abs(chunks / runs.length / 256 - expected)).toBeLessThan(0.012);
  });
});
