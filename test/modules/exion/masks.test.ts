// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import * as masks from '../../../src/modules/exion/mask.ts';

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
