// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { moveKinds } from '../../../src/modules/exion/isa.ts';
import { bench, words } from './machine.support.ts';

describe('MOVE', () => {
  const rows = [
    [1, 2, 3, 4, 5],
    [-1, -2, -3, -4, -5],
  ];

  test('X: column c is byte c mod L of word dst + floor(c / L), zeros to the end of the word', () => {
    const b = bench();
    b.machine.cores[0]!.imem.bytes.fill(9);
    b.put8(3, rows);
    b.run('MOVE', { kind: moveKinds.X, srcA: 3, dst: 2, n: 5 });
    const { imem } = b.machine.cores[0]!;
    expect(words(imem, 0, 1, 4)).toEqual([
      [9, 9, 9, 9],
      [1, 2, 3, 4],
      [5, 0, 0, 0],
      [9, 9, 9, 9],
    ]);
    expect(words(imem, 1, 2, 2)).toEqual([
      [-1, -2, -3, -4],
      [-5, 0, 0, 0],
    ]);
  });

  test('W_ROWS, EX, EW_ROWS: the same in their memories', () => {
    const b = bench();
    b.put8(0, rows);
    const [core] = b.machine.cores;
    for (const [kind, memory] of [
      ['W_ROWS', core!.wmem],
      ['EX', core!.eimem],
      ['EW_ROWS', core!.ewmem],
    ] as const) {
      b.run('MOVE', { kind: moveKinds[kind], srcA: 0, dst: 3, n: 5 });
      expect(words(memory, 1, 3, 2), kind).toEqual([
        [-1, -2, -3, -4],
        [-5, 0, 0, 0],
      ]);
    }
  });

  test('W: lane 0 first, L bytes each, then the next word', () => {
    const b = bench();
    b.machine.scratch.int8.set(
      Array.from({ length: 16 }, (_, i) => i + 1),
      8 * 5,
    );
    b.run('MOVE', { kind: moveKinds.W, srcA: 5, dst: 7, count: 2 });
    const { wmem } = b.machine.cores[0]!;
    expect([...words(wmem, 0, 7, 2), ...words(wmem, 1, 7, 2)]).toEqual([
      [1, 2, 3, 4],
      [9, 10, 11, 12],
      [5, 6, 7, 8],
      [13, 14, 15, 16],
    ]);
  });

  test('W_COLUMNS: column c to lane c mod C, word dst + floor(c / C) k, rows from byte sub R on', () => {
    const b = bench();
    b.put8(0, [
      [1, 3, 5],
      [2, 4, 6],
    ]);
    b.run('MOVE', { kind: moveKinds.W_COLUMNS, srcA: 0, dst: 1, n: 3, k: 2, sub: 1 });
    const { wmem } = b.machine.cores[0]!;
    expect(words(wmem, 0, 1, 1)).toEqual([[0, 0, 1, 2]]);
    expect(words(wmem, 1, 1, 1)).toEqual([[0, 0, 3, 4]]);
    expect(words(wmem, 0, 3, 1)).toEqual([[0, 0, 5, 6]]);
  });

  test('PARAM: 8 bytes an entry; TABLE: 256 bytes', () => {
    const b = bench();
    b.machine.scratch.int32.set([-7, 0xffff, 1000, 3], 2 * 4);
    b.run('MOVE', { kind: moveKinds.PARAM, srcA: 4, dst: 3, count: 2 });
    const [core] = b.machine.cores;
    expect([...core!.offsets.subarray(3, 5)]).toEqual([-7, 1000]);
    expect([...core!.gains.subarray(3, 5)]).toEqual([65535, 3]);

    b.machine.scratch.int8[8 * 10 + 255] = -3;
    b.run('MOVE', { kind: moveKinds.TABLE, srcA: 10 });
    expect(core!.table[255]).toBe(-3);
  });
});
