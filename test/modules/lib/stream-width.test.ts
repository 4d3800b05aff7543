// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { streamDownsize } from '../../../src/modules/lib/stream-downsize.ts';
import { streamUpsize } from '../../../src/modules/lib/stream-upsize.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { flow, type Item, payloadOf, Random } from './stream-bench.ts';

const shapes = [
  { ratio: 1, width: 8 },
  { ratio: 2, width: 1 },
  { ratio: 3, width: 12 },
  { ratio: 4, width: 32 },
  { ratio: 8, width: 8 },
];

/** Words of one wide word, the first in the low bits. */
function wide(words: readonly bigint[], width: number): bigint {
  return words.reduce((all, word, i) => all | (word << BigInt(i * width)), 0n);
}

function groups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

/** Packets of random lengths as narrow words with `last`. */
function packets(random: Random, count: number, width: number): bigint[][] {
  return Array.from({ length: count }, () => random.items(1 + random.below(11), width));
}

function narrow(list: readonly bigint[][]): [bigint, bigint][] {
  return list.flatMap((words) => words.map((word, i): [bigint, bigint] => [word, i === words.length - 1 ? 1n : 0n]));
}

/** The same packets as wide words {data, keep, last}. */
function widened(list: readonly bigint[][], ratio: number, width: number): [bigint, bigint, bigint][] {
  return list.flatMap((words) =>
    groups(words, ratio).map((group, i, all): [bigint, bigint, bigint] => [
      wide(group, width),
      (1n << BigInt(group.length)) - 1n,
      i === all.length - 1 ? 1n : 0n,
    ]),
  );
}

/** Data of words that are not kept are undefined. */
function masked(items: readonly Item[], width: number): Item[] {
  return items.map((item) => {
    const [data, keep, last] = item as [bigint, bigint, bigint];
    const bits = (1n << BigInt(width * keep.toString(2).length)) - 1n;
    return [data & bits, keep, last];
  });
}

describe.each(shapes)('ratio $ratio of $width bits', ({ ratio, width }) => {
  test('upsize collects words', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const words = new Random(seed).items(50 * ratio, width);
      const { received } = await flow(streamUpsize({ width, ratio }), {
        drive: { in: words },
        collect: { out: 50 },
        seed,
      });
      expect(received.out).toEqual(groups(words, ratio).map((group) => wide(group, width)));
    }
  });

  test('downsize takes them apart', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const words = new Random(seed).items(50 * ratio, width);
      const items = groups(words, ratio).map((group) => wide(group, width));
      const plan = { drive: { in: items }, collect: { out: words.length }, seed };
      expect((await flow(streamDownsize({ width, ratio }), plan)).received.out).toEqual(words);
    }
  });

  test('packets of any length', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const list = packets(new Random(seed), 40, width);
      const [words, items] = [narrow(list), widened(list, ratio, width)];
      const up = streamUpsize({ width, ratio, packets: true });
      const wideOut = (await flow(up, { drive: { in: words }, collect: { out: items.length }, seed })).received.out!;
      expect(masked(wideOut, width)).toEqual(items);
      const down = streamDownsize({ width, ratio, packets: true });
      // What is not kept may be anything.
      const noisy = items.map(([data, keep, last]): Item => [
        data | (new Random(seed).bits(width * ratio) & ~((1n << BigInt(width * keep.toString(2).length)) - 1n)),
        keep,
        last,
      ]);
      const plan = { drive: { in: noisy }, collect: { out: words.length }, seed };
      expect((await flow(down, plan)).received.out).toEqual(words);
    }
  });

  test('no gaps without stalls', async () => {
    const words = new Random(1).items(20 * ratio, width);
    const items = groups(words, ratio).map((group) => wide(group, width));
    const up = await flow(streamUpsize({ width, ratio }), { drive: { in: words }, collect: { out: 20 } });
    const latency = ratio === 1 ? 0 : 1;
    expect(up.at.out).toEqual(items.map((_, i) => (i + 1) * ratio - 1 + latency));
    const down = await flow(streamDownsize({ width, ratio }), { drive: { in: items }, collect: { out: words.length } });
    expect(down.at.out).toEqual(words.map((_, i) => i));
  });
});

test('words without bits are counted', async () => {
  const plan = { drive: { in: payloadOf(0, Array<bigint>(12).fill(0n)) }, collect: { out: 4 } };
  expect((await flow(streamUpsize({ width: 0, ratio: 3 }), plan)).received.out).toHaveLength(4);
  const back = { drive: { in: payloadOf(0, Array<bigint>(4).fill(0n)) }, collect: { out: 12 } };
  expect((await flow(streamDownsize({ width: 0, ratio: 3 }), back)).received.out).toHaveLength(12);
});

test.each(['verilator', 'icarus'] as const)('%s', async (engine) => {
  const list = packets(new Random(7), 60, 12);
  const [words, items] = [narrow(list), widened(list, 3, 12)];
  const up = streamUpsize({ width: 12, ratio: 3, packets: true });
  const wideOut = (await flow(up, { drive: { in: words }, collect: { out: items.length }, seed: 2 }, engine)).received;
  expect(masked(wideOut.out!, 12)).toEqual(items);
  const down = streamDownsize({ width: 12, ratio: 3, packets: true });
  const plan = { drive: { in: items }, collect: { out: words.length }, seed: 6 };
  expect((await flow(down, plan, engine)).received.out).toEqual(words);
});

test('the Verilog is clean', async () => {
  for (const packets of [false, true]) {
    for (const ratio of [1, 2, 3]) {
      await cleanVerilog(streamUpsize({ width: 8, ratio, packets }));
      await cleanVerilog(streamDownsize({ width: 8, ratio, packets }));
    }
  }
});
