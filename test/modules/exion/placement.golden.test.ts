// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConMergeResult, type ConMergeShape, conMerge } from '../../../src/modules/exion/conmerge.golden.ts';
import { issuedElements } from '../../../src/modules/exion/conmerge.golden.ts';
import { ConMergeParams, conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { directed } from './conmerge.cases.ts';

const placements = ['lane', 'colour'] as const;
type Placed = ConMergeShape & { readonly placement: (typeof placements)[number] };

/** Runs and checks: every marked element exactly once, every column in its lane, sub-banks of a word distinct. */
function checked(mask: masks.Mask, p: Placed): ConMergeResult {
  const result = conMerge(mask, p);
  const issued = new Uint8Array(mask.bits.length);
  for (const word of result.words) {
    for (const { row, column } of issuedElements(word)) issued[row * mask.columns + column!]!++;
    const colours = word.ids.map((ids) => {
      const inLane = ids.every((n, j) => n === null || n % p.cols === j);
      if (!inLane) throw new Error('a column outside its lane');
      return new Set(ids.filter((n) => n !== null).map((n) => Math.floor(n / p.cols) % 4));
    });
    if (p.placement !== 'colour') continue;
    if (colours.some((set) => set.size !== 1)) throw new Error('a block of more than one sub-bank');
    if (new Set(colours.flatMap((set) => [...set])).size !== colours.length)
      throw new Error('a sub-bank twice in a word');
  }
  expect(issued).toEqual(mask.bits);
  const ids = result.words.flatMap((word) => word.ids.flat()).filter((n) => n !== null);
  expect([...ids].sort((a, b) => a - b)).toEqual([...result.kept].sort((a, b) => a - b));
  return result;
}

describe.each(placements)('placement %s', (placement) => {
  const shapes = fc.record({
    rows: fc.integer({ min: 1, max: 9 }),
    cols: fc.integer({ min: 1, max: 7 }),
    slots: fc.integer({ min: 1, max: 4 }),
    tries: fc.integer({ min: 1, max: 4 }),
  });

  it('issues every marked element exactly once', () => {
    const density = fc.double({ min: 0, max: 1, noNaN: true });
    const columns = fc.integer({ min: 0, max: 90 });
    fc.assert(
      fc.property(shapes, fc.integer(), density, columns, (shape, seed, d, n) => {
        const bounds = [0, 1, 2].filter((x) => x < shape.rows);
        checked(masks.iidMask(seed, shape.rows, n, d), { ...shape, bounds, columns: 90, placement });
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it.each(Object.entries(directed))('%s', (_name, rows) => {
    checked(masks.maskFromRows(rows), { ...conMergePresets.tiny, placement });
  });

  it.each([
    [1024, 0.95, { lane: 0.24, colour: 0.27 }],
    [4096, 0.95, { lane: 0.2, colour: 0.23 }],
  ])('ratio of paper 4 at %i columns, sparsity %d', (columns, sparsity, paper) => {
    const p = { ...conMergePresets.main, columns, placement };
    const runs = Array.from({ length: 6 }, (_, i) => masks.iidMask(i + 1, 16, columns, 1 - sparsity));
    const words = runs.reduce((sum, mask) => sum + conMerge(mask, p).words.length, 0);
    expect(Math.abs(words / runs.length / (columns / 16) - paper[placement])).toBeLessThanOrEqual(0.02);
  });

  it('an empty mask gives no word, a full one as many as dense', () => {
    const p = { ...conMergePresets.main, placement };
    expect(checked(masks.iidMask(1, 16, 200, 0), p).words).toEqual([]);
    const full = checked(masks.iidMask(1, 16, 256, 1), p);
    expect(full.words).toHaveLength(16);
    expect(full.words.every((word) => word.slots === 1)).toBe(true);
  });
});

describe('lane placement', () => {
  it('has as many blocks as the longest list', () => {
    // Lane 1 keeps three columns, lane 0 one, lane 2 none.
    const mask = masks.maskFromRows(['110010010', '000000000']);
    const { blocks } = checked(mask, {
      rows: 2,
      cols: 3,
      slots: 1,
      tries: 1,
      bounds: [],
      columns: 9,
      placement: 'lane',
    });
    expect(blocks.map(({ ids }) => ids)).toEqual([
      [0, 1, null],
      [null, 4, null],
      [null, 7, null],
    ]);
  });
});

describe('colour placement', () => {
  it('takes A from the longest queue and partners from the others, the longest first', () => {
    // One lane of one-row columns in rows of their own; sub-banks hold 1, 3, 2 and 0 columns.
    const rows = ['111001100000', '000000000100', '000000000000'];
    const columns = masks.maskFromRows(rows);
    const { words } = checked(columns, {
      rows: 3,
      cols: 1,
      slots: 4,
      tries: 1,
      bounds: [],
      columns: 12,
      placement: 'colour',
    });
    expect(words[0]!.ids.map(([n]) => n)).toEqual([1, 6, 0]);
  });

  it('refuses more slots than sub-banks', () => {
    expect(() => ConMergeParams.parse({ ...conMergePresets.tiny, slots: 5, placement: 'colour' })).toThrow(/sub-banks/);
  });
});
