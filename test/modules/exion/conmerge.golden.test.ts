// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issuedElements } from '../../../src/modules/exion/conmerge.golden.ts';
import { conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';
import { attempt, startState } from '../../../src/modules/exion/golden/attempt.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { checked, seeds, shape } from './conmerge.check.ts';

const { main, tiny } = conMergePresets;

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
