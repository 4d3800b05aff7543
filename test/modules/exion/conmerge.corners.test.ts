// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { conMerge } from '../../../src/modules/exion/conmerge.golden.ts';
import { conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';
import { attempt, startState } from '../../../src/modules/exion/golden/attempt.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { checked, shape } from './conmerge.check.ts';

const { main, tiny } = conMergePresets;

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
