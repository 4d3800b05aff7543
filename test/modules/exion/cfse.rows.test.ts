// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { sfuKinds } from '../../../src/modules/exion/isa.ts';
import { CfseBench } from './cfse.bench.ts';
import { check, columnsOf, copyOf, emptyMemories, filledMemories, places, tensorAt } from './cfse.cases.ts';
import { directedUnit, p } from './cfse.directed.ts';

const { LN, SOFTMAX } = sfuKinds;
const { a: srcA, dst } = places;
const run = directedUnit();

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
