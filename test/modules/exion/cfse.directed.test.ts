// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SfuMemories } from '../../../src/modules/exion/golden/cfse.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { flags, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { CfseBench, type SfuCommand } from './cfse.bench.ts';
import { check, columnsOf, copyOf, emptyMemories, filledMemories, places, tensorAt } from './cfse.cases.ts';

const { RQ, AXPY, LN, SOFTMAX, COPY, PSUB } = sfuKinds;
const p = { size: 4, columns: 128, maskWords: 64, params: 64 };
const { a: srcA, b: srcB, p: srcP, dst } = places;
let bench: CfseBench;
beforeAll(async () => {
  bench = await CfseBench.open(p, random(1));
});
afterAll(() => {
  bench.close();
});

/** Loads parameters and table and carries the command out, on both. */
function run(memories: SfuMemories, command: SfuCommand): ReturnType<typeof check> {
  bench.load(memories);
  return check(bench, memories, command);
}

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

describe('SOFTMAX', () => {
  const softmax = { kind: SOFTMAX, dst, gain: 1, shift: 0 };

  test('one, several equal, and no kept elements', () => {
    const memories = emptyMemories(p);
    memories.mask.set([1, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    run(memories, { ...softmax, n: 4 });
    expect(columnsOf(memories, dst, 4, 1)).toEqual([
      [127, 32, 0, 0],
      [0, 32, 0, 42],
      [0, 32, 0, 42],
      [0, 32, 0, 42],
    ]);
  });

  test('what is not kept has no effect, whatever OMEM holds', () => {
    const rand = random(4);
    const memories = filledMemories(p, rand);
    const other = copyOf(memories);
    const command = { ...softmax, n: 60, gain: 40000, shift: 30 };
    for (let e = 0; e < 60 * 4; e++) if (memories.mask[e] === 0) other.omem[e] = (rand() * 2 ** 32) | 0;
    run(memories, command);
    run(other, command);
    expect(other.scratch).toEqual(memories.scratch);
  });

  test.each([
    [65535, 0],
    [65535, 46],
    [1, 63],
    [0, 0],
  ])('scores of both ends of the range, factor %i >> %i', (gain, shift) => {
    const memories = emptyMemories(p);
    memories.mask.fill(1);
    for (let e = 0; e < 32; e++) memories.omem[e] = [2 ** 31 - 1, -(2 ** 31), 0, e << 20, 2 ** 31 - 2][(e * 7) % 5]!;
    run(memories, { ...softmax, n: 8, gain, shift });
  });
});

describe('LN', () => {
  /** Carries out LN on rows; gain 100 in units of 2^-12, so a deviation is 100. */
  function norm(rows: readonly number[][], keep = 0): number[][] {
    const n = rows[0]!.length;
    const memories = emptyMemories(p);
    const x = tensorAt(memories, srcA, 2);
    rows.forEach((row, i) => row.forEach((value, c) => (x[c * 4 + i] = value)));
    memories.gain.fill(100);
    run(memories, { kind: LN, n, srcA, dst, keep, shift: 12 });
    const columns = columnsOf(memories, dst, n, 1);
    return rows.map((_, i) => columns.map((column) => column[i]!));
  }

  test('known rows', () => {
    const rows = [
      [1, -1, 1, -1],
      [5, 5, 5, 5],
      [32767, -32768, 32767, -32768],
      [-32768, -32768, -32768, -32768],
    ];
    expect(norm(rows)).toEqual([
      [100, -100, 100, -100],
      [0, 0, 0, 0],
      [100, -100, 100, -100],
      [0, 0, 0, 0],
    ]);
  });

  test('one column, small variances, epsilon up to its end', () => {
    expect(norm([[7], [-32768], [0], [1]])).toEqual([[0], [0], [0], [0]]);
    // V = 2, its root 1: (3 x - 1) * 1.
    expect(
      norm(
        [
          [0, 0, 1],
          [0, 1, 1],
          [9, 9, 10],
          [-1, -1, 0],
        ],
        0,
      )[0],
    ).toEqual([-100, -100, 127]);
    for (const keep of [1, 2, 2 ** 20, 2 ** 32 - 1])
      norm(
        [
          [3, -4, 90],
          [1000, 0, 0],
          [32767, 0, -32768],
          [1, 1, 1],
        ],
        keep,
      );
  });
});

describe('a command that cannot be carried out is refused after 2 cycles and changes nothing', () => {
  const good = { kind: RQ, n: 8, dst, shift: 8 };
  const cases: [string, SfuCommand][] = [
    ['an unknown kind', { ...good, kind: 6 }],
    ['the last kind number', { ...good, kind: 15 }],
    ['no column', { ...good, n: 0 }],
    ['RQ without a shift', { ...good, shift: 0 }],
    ['AXPY without a shift', { ...good, kind: AXPY, shift: 0 }],
    ['both masks', { ...good, flags: flags.MASK_IN | flags.MASK_OUT, live: 4 }],
    ['mask out of no row', { ...good, flags: flags.MASK_OUT, live: 0 }],
    ['mask out of more rows than there are', { ...good, flags: flags.MASK_OUT, live: 5 }],
    ['a flag of other units', { ...good, flags: flags.ROW_MASK }],
    ['GELU of AXPY', { ...good, kind: AXPY, flags: flags.GELU }],
    ['ADD of COPY', { ...good, kind: COPY, flags: flags.ADD }],
    ['MASK_IN of PSUB', { ...good, kind: PSUB, flags: flags.MASK_IN }],
    ['SOFTMAX from the scratchpad', { ...good, kind: SOFTMAX, flags: flags.FROM_GSC }],
    ['columns beyond OMEM', { ...good, srcA: 121 }],
    ['an OMEM column of many bits', { ...good, srcA: 2 ** 26 - 1 }],
    ['parameters beyond the end', { ...good, param: 57 }],
    ['mask words beyond the end', { ...good, flags: flags.MASK_IN, maskA: 57 }],
    ['LN of more than 4096 columns', { kind: LN, n: 4097, shift: 1, srcA, dst }],
  ];
  test.each(cases)('%s', (_what, command) => {
    const memories = filledMemories(p, random(2));
    const before = copyOf(memories);
    const ran = check(bench, memories, command);
    expect(ran).toMatchObject({ refused: true, cycles: 2, requests: 0, writes: 0 });
    expect(memories).toEqual(before);
  });

  test('the same at the very end is carried out', () => {
    const memories = filledMemories(p, random(2));
    bench.load(memories);
    const command = { ...good, flags: flags.MASK_IN, srcA: 120, param: 56, maskA: 56 };
    expect(check(bench, memories, command).refused).toBe(false);
  });
});

describe('traffic', () => {
  test.each([
    ['RQ', { kind: RQ }, 0, 10],
    ['RQ from an int16 tensor', { kind: RQ, flags: flags.FROM_GSC }, 20, 10],
    ['RQ of 41 columns', { kind: RQ, n: 41 }, 0, 11],
    ['AXPY', { kind: AXPY }, 20, 20],
    ['AXPY with part P', { kind: AXPY, flags: flags.ADD }, 60, 20],
    ['LN', { kind: LN }, 40, 10],
    ['PSUB', { kind: PSUB }, 40, 40],
  ])('%s: every word is read once a pass and written once', (_what, more, requests, writes) => {
    const memories = filledMemories(p, random(6));
    bench.load(memories);
    const ran = check(bench, memories, { n: 40, srcA: 0, srcB, srcP, dst, shift: 9, ...more });
    expect(ran).toMatchObject({ requests, writes });
  });

  test('stalled is up while nothing moves', () => {
    const memories = filledMemories(p, random(6));
    bench.load(memories);
    const command = { kind: COPY, n: 60, dst };
    expect(check(bench, memories, command).stalledCycles).toBe(0);
    const slow = check(bench, memories, command, { writeStall: 0.9 });
    // A write takes 10 cycles on average; the queue does not help 60 columns.
    expect(slow.stalledCycles).toBeGreaterThan(slow.cycles / 2);
    expect(slow.stalledCycles).toBeLessThan(slow.cycles - 60);
  });
});

test('LN of the longest rows: sums at the ends of their ranges', async () => {
  const long = { size: 2, columns: 4, maskWords: 2, params: 4096 };
  const longBench = await CfseBench.open(long, random(1));
  try {
    const memories = emptyMemories(long, 4096);
    const rand = random(7);
    const x = tensorAt(memories, 0, 2);
    for (let c = 0; c < 4096; c++) {
      x[2 * c] = c % 2 === 0 ? 32767 : -32768;
      x[2 * c + 1] = -32768 + Number(c === 4095);
      memories.gain[c] = Math.floor(rand() * 65536);
      memories.offset[c] = (rand() * 2 ** 32) | 0;
    }
    longBench.load(memories);
    for (const keep of [0, 2 ** 32 - 1])
      check(longBench, memories, { kind: LN, n: 4096, srcA: 0, dst: 2500, keep, shift: 24 });
    x.fill(-32768, 0, 8192);
    check(longBench, memories, { kind: LN, n: 4096, srcA: 0, dst: 2500, shift: 24 });
  } finally {
    longBench.close();
  }
});
