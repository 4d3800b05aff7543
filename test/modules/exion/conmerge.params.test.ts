// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ConMergeParams, conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';

const { main, tiny } = conMergePresets;

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
