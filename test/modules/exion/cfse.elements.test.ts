// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { flags, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { columnsOf, emptyMemories, places, tensorAt } from './cfse.cases.ts';
import { directedUnit, p } from './cfse.directed.ts';

const { RQ, AXPY, COPY, PSUB } = sfuKinds;
const { a: srcA, b: srcB, p: srcP, dst } = places;
const run = directedUnit();

describe('RQ', () => {
  test('sums of three large terms are exact beyond 32 bits, and reported', () => {
    const memories = emptyMemories(p);
    memories.omem.set([2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, 5]);
    tensorAt(memories, srcP, 4).set([2 ** 31 - 1, -(2 ** 31), 0, -7]);
    memories.offset[0] = 2 ** 31 - 1;
    memories.gain[0] = 65535;
    expect(run(memories, { kind: RQ, flags: flags.ADD, n: 1, srcP, dst, shift: 43 }).overflows).toBe(1);
    // About 3, -1, 2 and 1 times 2^31 * 2^16 / 2^43.
    expect(columnsOf(memories, dst, 1, 1)).toEqual([[48, -16, 32, 16]]);
  });

  test('a sum that nobody looks at is no overflow: dead row, element outside the mask', () => {
    const memories = emptyMemories(p);
    memories.omem.set([3, 4, 2 ** 31 - 1, 6]);
    memories.mask.set([1, 1, 0, 1], 3 * p.size);
    memories.offset[0] = 1;
    memories.gain[0] = 1;
    const command = { kind: RQ, n: 1, dst, maskA: 3, shift: 1 };
    expect(run(memories, { ...command, live: 2 }).overflows).toBe(0);
    expect(run(memories, { ...command, flags: flags.MASK_IN }).overflows).toBe(0);
    expect(run(memories, { ...command, live: 3 }).overflows).toBe(1);
    expect(run(memories, command).overflows).toBe(1);
  });

  test.each([
    [0, '1110', '1000'],
    [50, '1010', '1000'],
    [51, '1000', '1000'],
    [126, '1000', '1000'],
    [127, '0000', '0000'],
    [2 ** 17 - 1, '1110', '1110'],
  ])('theta %i marks what is beyond it, in live rows only', (limit, ...columns) => {
    const memories = emptyMemories(p);
    memories.omem.set([127, 3, -51, 99, -127, 0, 0, 0]);
    memories.gain.fill(2);
    run(memories, { kind: RQ, flags: flags.MASK_OUT, n: 2, dst, shift: 1, limit, live: 3, maskA: 7 });
    const marks = columns.map((_, c) => memories.mask.subarray((7 + c) * 4, (8 + c) * 4).join(''));
    expect(marks).toEqual(columns);
    expect(columnsOf(memories, dst, 2, 1)[0]).toEqual([127, 3, -51, 99]);
  });

  test('marks are those of the activation, -128 counts as 127; a mask cuts after the table', () => {
    const memories = emptyMemories(p);
    memories.omem.set([3, -5, 7, 0]);
    memories.gain.fill(2);
    memories.table.set([90, 0, 0, 60, 0, 0, 0, -128]);
    memories.table[-5 & 255] = 20;
    const command = { kind: RQ, n: 1, dst, shift: 1, maskA: 2 };
    run(memories, { ...command, flags: flags.GELU | flags.MASK_OUT, live: 4, limit: 59 });
    expect(columnsOf(memories, dst, 1, 1)).toEqual([[60, 20, -128, 90]]);
    expect([...memories.mask.subarray(8, 12)]).toEqual([1, 0, 1, 1]);
    run(memories, { ...command, flags: flags.GELU | flags.MASK_IN });
    expect(columnsOf(memories, dst, 1, 1)).toEqual([[60, 0, -128, 90]]);
    run(memories, { ...command, flags: flags.GELU | flags.MASK_OUT, live: 4, limit: 127 });
    expect([...memories.mask.subarray(8, 12)]).toEqual([0, 0, 0, 0]);
  });

  test('a table that was just loaded is that of the next command', () => {
    const memories = emptyMemories(p);
    memories.omem.set([0, 1, 2, 3]);
    memories.gain.fill(2);
    for (const factor of [1, -3, 7]) {
      memories.table.set([factor, 2 * factor, 3 * factor, 4 * factor]);
      run(memories, { kind: RQ, flags: flags.GELU, n: 1, dst, shift: 1 });
      expect(columnsOf(memories, dst, 1, 1)).toEqual([[factor, 2 * factor, 3 * factor, 4 * factor]]);
    }
  });
});

describe('AXPY', () => {
  test('extremes of all factors', () => {
    const memories = emptyMemories(p);
    tensorAt(memories, srcB, 2).set([-32768, 32767, -32768, 1]);
    memories.omem.set([2 ** 31 - 1, 2 ** 31 - 1, -(2 ** 31), 0]);
    memories.gain.fill(0x8000);
    const command = { kind: AXPY, n: 1, srcB, dst, keep: 2 ** 32 - 1 };
    run(memories, { ...command, shift: 1 });
    expect(columnsOf(memories, dst, 1, 2)).toEqual([[-32767, 32767, -32767, 32767]]);
    for (const shift of [31, 32, 33, 47, 48, 63]) run(memories, { ...command, shift });
  });
});

describe('COPY and PSUB', () => {
  test('a difference that leaves 32 bits wraps and is reported, in each column of its own', () => {
    const memories = emptyMemories(p);
    memories.omem.set([1, 2, 3, 4, 1, 2, 3, 4, 2 ** 31 - 1, 0, 0, 0]);
    tensorAt(memories, srcB, 4).set([10, 20, 30, 40, -(2 ** 31), 2, 0, 0, -2, 0, 0, 0]);
    expect(run(memories, { kind: PSUB, n: 3, srcB, dst: srcB }).overflows).toBe(2);
    expect(columnsOf(memories, srcB, 2, 4)).toEqual([
      [9, 18, 27, 36],
      [2 ** 31 - 1, 0, -3, -4],
    ]);
  });

  test('all 32 bits are copied; a 16-bit tensor is widened', () => {
    const memories = emptyMemories(p);
    memories.omem.set([2 ** 31 - 1, -(2 ** 31), -1, 0]);
    run(memories, { kind: COPY, n: 1, dst });
    expect(columnsOf(memories, dst, 1, 4)).toEqual([[2 ** 31 - 1, -(2 ** 31), -1, 0]]);
    tensorAt(memories, srcA, 2).set([32767, -32768, 1, -1]);
    run(memories, { kind: COPY, flags: flags.FROM_GSC, n: 1, srcA, dst });
    expect(columnsOf(memories, dst, 1, 4)).toEqual([[32767, -32768, 1, -1]]);
  });
});
