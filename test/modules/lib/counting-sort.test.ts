// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { countingSortGolden, type SortEntry } from '../../../src/modules/lib/counting-sort.golden.ts';
import { countingSort, countingSortInterval, countingSortLatency } from '../../../src/modules/lib/counting-sort.ts';
import { synthCells } from '../../support/yosys.ts';
import { flow, type Item, Random } from './stream-bench.ts';

interface Shape {
  readonly classes: number;
  readonly capacity: number;
  readonly width: number;
}

/** Batches of all lengths, some of which are ended by the capacity. */
function entries(p: Shape, count: number, seed: number): SortEntry[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => ({
    key: random.below(p.classes),
    data: random.bits(p.width),
    last: i === count - 1 || random.below(p.capacity + 2) === 0,
  }));
}

/** An entry without the fields that have no bits. */
function item(p: Shape, { key, data, last }: SortEntry): Item {
  return [...(p.classes > 1 ? [BigInt(key)] : []), ...(p.width > 0 ? [data] : []), BigInt(last)];
}

const shapes: Shape[] = [
  { classes: 4, capacity: 16, width: 8 },
  { classes: 5, capacity: 11, width: 33 },
  { classes: 1, capacity: 4, width: 8 },
  { classes: 3, capacity: 1, width: 8 },
  { classes: 2, capacity: 2, width: 0 },
  { classes: 16, capacity: 3, width: 1 },
  { classes: 64, capacity: 200, width: 70 },
];

describe.each(shapes)('$classes classes, $capacity entries of $width bits', (p) => {
  test.each(['ascending', 'descending'] as const)('%s, as the model under random stalls', async (order) => {
    for (const seed of [0, 1, 2, 3]) {
      const given = entries(p, 3 * p.capacity + 40, seed + 1);
      const expected = countingSortGolden(given, p.capacity, order).map((entry) => item(p, entry));
      const drive = { in: given.map((entry) => item(p, entry)) };
      const { received } = await flow(countingSort({ ...p, order }), { drive, collect: { out: given.length }, seed });
      expect(received.out, `seed ${seed}`).toEqual(expected);
    }
  });

  test('latency and interval are as documented', async () => {
    const n = Math.max(1, p.capacity - 1);
    const given = entries(p, 3 * n, 1).map((entry, i) => ({ ...entry, last: i % n === n - 1 }));
    const drive = { in: given.map((entry) => item(p, entry)) };
    const { at } = await flow(countingSort(p), { drive, collect: { out: given.length } });
    const interval = countingSortInterval(n, p);
    // The counters are cleared before the first entry is taken; reset has left the block in its first cycle.
    const start = at.out![0]! - countingSortLatency(n, p);
    expect(start).toBe(interval === n ? 0 : p.classes);
    const expected = given.map((_, i) => at.out![0]! + Math.floor(i / n) * interval + (i % n));
    expect(at.out).toEqual(expected);
  });
});

test('one class without data is refused', () => {
  expect(() => countingSort({ classes: 1, capacity: 4, width: 0 })).toThrow(/leaves no entry/);
});

test.each(['verilator', 'icarus'] as const)('on %s', async (kind) => {
  const p = shapes[1]!;
  const given = entries(p, 120, 5);
  const drive = { in: given.map((entry) => item(p, entry)) };
  const { received } = await flow(countingSort(p), { drive, collect: { out: 120 }, seed: 3 }, kind);
  expect(received.out).toEqual(countingSortGolden(given, p.capacity, 'ascending').map((entry) => item(p, entry)));
});

test('the two entry buffers are block RAM, the counters LUT RAM', async () => {
  const files = emitDesign(elaborate(countingSort({ classes: 8, capacity: 512, width: 32 })));
  const cells = await synthCells(files, 'counting_sort', 'xilinx');
  expect((cells.RAMB18E1 ?? 0) + 2 * (cells.RAMB36E1 ?? 0)).toBe(2);
  expect(cells.RAM32M).toBe(4);
});
