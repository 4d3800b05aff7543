// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { flags, moveKinds } from '../../../src/modules/exion/isa.ts';
import { bench } from './machine.support.ts';

describe('EPRED and TOPK', () => {
  test('EPRED truncates to two set bits, then requantises', () => {
    const b = bench();
    b.put8(0, [[7, -5, 0, 0]]); // ts: 6, -5
    b.run('MOVE', { kind: moveKinds.EX, srcA: 0, n: 4 });
    b.put8(1, [[15, 3, 0, 0]]); // ts: 12, 3
    b.run('MOVE', { kind: moveKinds.EW_ROWS, srcA: 1, n: 4 });
    b.run('EPRED', { n: 2, k: 1, dst: 20, gain: 128, shift: 8 });
    expect(b.get8(20, 2)).toEqual([
      [Math.floor((57 * 128 + 128) / 256), 0],
      [0, 0],
    ]);
  });

  test('TOPK: AM, RQ, and RK of the tiles of a head', () => {
    const b = bench();
    const [core] = b.machine.cores;
    const keys = [
      [1, 0],
      [2, 0],
      [4, 0],
      [0, 1],
    ];
    keys.forEach(([first, second], j) => {
      core!.ewmem.bytes.set([first!, second!], core!.ewmem.at(j % 2, Math.floor(j / 2)));
    });
    const tile = (rows: number[][], more: object): void => {
      b.put8(0, rows);
      b.run('MOVE', { kind: moveKinds.EX, srcA: 0, n: 2 });
      b.run('TOPK', { n: 4, k: 1, best: 2, limit: 3, live: 2, maskC: 20, ...more });
    };
    // Scores of row 0: 1 2 4 0, lead 2; of row 1: 2 4 8 0, lead 4: dominated.
    tile(
      [
        [1, 0],
        [2, 0],
      ],
      { flags: flags.FIRST, maskA: 0, maskB: 8 },
    );
    expect(b.mask(0, 4)).toEqual([
      [0, 1, 1, 0],
      [0, 0, 1, 0],
    ]);
    expect(b.mask(8, 1)).toEqual([[1], [0]]);
    expect(b.mask(20, 2), 'not before LAST').toEqual([
      [0, 0],
      [0, 0],
    ]);
    // One live row, all scores equal: the lower keys.
    tile([[0, 0]], { flags: flags.LAST, maskA: 4, maskB: 9, live: 1 });
    expect(b.mask(4, 4)).toEqual([
      [1, 1, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(b.mask(9, 1)).toEqual([[1], [0]]);
    // Keys 0, 1, 2 are needed: bit i of word t is key 2 t + i.
    expect(b.mask(20, 2)).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });
});
