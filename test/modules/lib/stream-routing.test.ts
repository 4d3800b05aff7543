// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, sink, source, UInt, Bundle, SInt } from '../../../src/dsl/index.ts';
import { streamArbiter } from '../../../src/modules/lib/stream-arbiter.ts';
import { streamCrossbar } from '../../../src/modules/lib/stream-crossbar.ts';
import { streamFork } from '../../../src/modules/lib/stream-fork.ts';
import { joinStreams, streamJoin } from '../../../src/modules/lib/stream-join.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { flow, type Item, payloadOf, Random } from './stream-bench.ts';

const seeds = [1, 2, 3, 4, 5, 6];
const engines = ['verilator', 'icarus'] as const;

function named<T>(prefix: string, values: readonly T[]): Record<string, T> {
  return Object.fromEntries(values.map((value, i) => [`${prefix}_${i}`, value]));
}

describe('fork', () => {
  test.each([
    [1, 8],
    [2, 8],
    [3, 0],
    [5, 33],
  ])('eager: %d outputs of %d bits each get every item once', async (outputs, width) => {
    for (const seed of seeds) {
      const items = payloadOf(width, new Random(seed).items(200, width));
      const collect = named('out', Array<number>(outputs).fill(200));
      const { received } = await flow(streamFork({ width, outputs }), { drive: { in: items }, collect, seed });
      expect(received).toEqual(named('out', Array<Item[]>(outputs).fill(items)));
    }
  });

  test('lazy: all outputs in the same cycle', async () => {
    for (const seed of seeds) {
      const items = new Random(seed).items(100, 8);
      const collect = named('out', [100, 100, 100]);
      const call = streamFork({ width: 8, outputs: 3, mode: 'lazy' });
      const { received, at } = await flow(call, { drive: { in: items }, collect, seed });
      expect(received).toEqual(named('out', [items, items, items]));
      expect(at.out_1).toEqual(at.out_0);
      expect(at.out_2).toEqual(at.out_0);
    }
  });

  test('an eager output does not wait for the others', async () => {
    const items = new Random(1).items(2, 8);
    const { at } = await flow(streamFork({ width: 8, outputs: 2 }), {
      drive: { in: items },
      collect: { out_0: 2, out_1: 2 },
      stall: { out_1: [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1] },
    });
    expect(at).toEqual({ out_0: [0, 4], out_1: [3, 7] });
  });
});

describe('join', () => {
  test.each([
    [1, 8],
    [2, 0],
    [4, 33],
  ])('%d inputs of %d bits', async (inputs, width) => {
    for (const seed of seeds) {
      const items = Array.from({ length: inputs }, (_, i) => new Random(seed + i).items(150, width));
      const drive = named(
        'in',
        items.map((list) => payloadOf(width, list)),
      );
      const { received } = await flow(streamJoin({ width, inputs }), { drive, collect: { out: 150 }, seed });
      const joined = items[0]!.map((_, n) => items.map((list) => list[n]!));
      expect(received.out).toEqual(
        width === 0 ? joined.map(() => []) : inputs === 1 ? joined.map(([only]) => only) : joined,
      );
    }
  });

  test('joinStreams makes a bundle of unlike payloads', async () => {
    const pair = Bundle({ key: UInt(5), value: SInt(9) });
    const top = block('pairs', z.strictObject({}), (m) => {
      const io = m.ports({ key: sink(UInt(5)), value: sink(SInt(9)), out: source(pair) });
      io.out.from(joinStreams(m, 'pair', { key: io.key, value: io.value }));
      return io;
    });
    const [keys, values] = [new Random(1).items(60, 5), new Random(2).items(60, 9)];
    const { received } = await flow(top({}), { drive: { key: keys, value: values }, collect: { out: 60 }, seed: 5 });
    expect(received.out).toEqual(keys.map((key, i) => [key, values[i]]));
  });
});

/** Items that tell where they come from: data = {input, number}. */
function marked(input: number, count: number): bigint[] {
  return Array.from({ length: count }, (_, n) => BigInt(input * 4096 + n));
}

describe('stream arbiter', () => {
  test.each([1, 2, 3, 8])('%d inputs: nothing lost, order of each input kept, source right', async (inputs) => {
    for (const seed of seeds) {
      const items = Array.from({ length: inputs }, (_, i) => marked(i, 80));
      const call = streamArbiter({ width: 16, inputs, source: true });
      const { received } = await flow(call, { drive: named('in', items), collect: { out: 80 * inputs }, seed });
      const out = received.out!.map((item) => (typeof item === 'bigint' ? [item, 0n] : item));
      items.forEach((list, i) => {
        const mine = out.filter(([, from]) => from === BigInt(i));
        expect(mine.map(([data]) => data)).toEqual(list);
      });
    }
  });

  test('round robin: busy inputs take turns', async () => {
    const items = [0, 1, 2].map((i) => marked(i, 20));
    const call = streamArbiter({ width: 16, inputs: 3 });
    const { received } = await flow(call, { drive: named('in', items), collect: { out: 60 } });
    expect(received.out!.map((data) => (data as bigint) >> 12n)).toEqual(
      Array.from({ length: 60 }, (_, n) => BigInt(n % 3)),
    );
  });

  test.each([1, 2, 3, 5])('%d inputs with lock: packets stay whole', async (inputs) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const packets = Array.from({ length: inputs }, (_, i) => {
        let n = 0;
        return Array.from({ length: 25 }, () => {
          const length = 1 + random.below(4);
          return Array.from({ length }, (_x, k): Item => [BigInt(i * 4096 + n++), k === length - 1 ? 1n : 0n]);
        });
      });
      const drive = named(
        'in',
        packets.map((list) => list.flat()),
      );
      const total = Object.values(drive).reduce((sum, list) => sum + list.length, 0);
      const call = streamArbiter({ width: 16, inputs, lock: true });
      const { received } = await flow(call, { drive, collect: { out: total }, seed });
      const out = received.out as [bigint, bigint][];
      packets.forEach((list, i) => {
        expect(out.filter(([data]) => data >> 12n === BigInt(i))).toEqual(list.flat());
      });
      out.slice(1).forEach(([data], k) => {
        const [before, wasLast] = out[k]!;
        if (wasLast === 0n) expect(data >> 12n).toBe(before >> 12n);
      });
    }
  });
});

describe('crossbar', () => {
  test.each([
    [1, 1],
    [1, 3],
    [4, 1],
    [3, 4],
    [4, 3],
  ])('%d x %d: every item at its output, order of each pair kept', async (inputs, outputs) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const items = Array.from({ length: inputs }, (_, i) =>
        marked(i, 60).map((data) => [data, BigInt(random.below(outputs))] as const),
      );
      const drive = named(
        'in',
        items.map((list) => list.map((item): Item => (outputs === 1 ? item[0] : item))),
      );
      const wanted = Array.from({ length: outputs }, (_, j) => items.flat().filter(([, to]) => to === BigInt(j)));
      const collect = named(
        'out',
        wanted.map((list) => list.length),
      );
      const { received } = await flow(streamCrossbar({ width: 16, inputs, outputs }), { drive, collect, seed });
      for (let j = 0; j < outputs; j++) {
        for (let i = 0; i < inputs; i++) {
          const got = (received[`out_${j}`] as bigint[]).filter((data) => data >> 12n === BigInt(i));
          expect(got).toEqual(items[i]!.filter(([, to]) => to === BigInt(j)).map(([data]) => data));
        }
      }
    }
  });

  test('inputs to different outputs do not wait for each other', async () => {
    const items = [0, 1, 2].map((i) => marked(i, 30).map((data): Item => [data, BigInt(i)]));
    const { at } = await flow(streamCrossbar({ width: 16, inputs: 3, outputs: 3 }), {
      drive: named('in', items),
      collect: named('out', [30, 30, 30]),
    });
    for (const when of Object.values(at)) expect(when).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });
});

describe.each(engines)('%s', (engine) => {
  test('crossbar 3 x 4', async () => {
    const random = new Random(3);
    const items = [0, 1, 2].map((i) => marked(i, 200).map((data) => [data, BigInt(random.below(4))] as const));
    const counts = [0, 1, 2, 3].map((j) => items.flat().filter(([, to]) => to === BigInt(j)).length);
    const plan = { drive: named('in', items), collect: named('out', counts), seed: 8 };
    const call = streamCrossbar({ width: 16, inputs: 3, outputs: 4, source: true });
    expect(await flow(call, plan, engine)).toEqual(await flow(call, plan));
  });

  test('arbiter with lock, fork and join', async () => {
    const random = new Random(4);
    const items = [0, 1, 2].map((i) => marked(i, 100).map((data): Item => [data, BigInt(random.below(2))]));
    // An open packet would lock the others out for ever.
    for (const list of items) list[99] = [(list[99] as bigint[])[0]!, 1n];
    const merge = streamArbiter({ width: 16, inputs: 3, lock: true, source: true });
    const plan = { drive: named('in', items), collect: { out: 300 }, seed: 9 };
    expect(await flow(merge, plan, engine)).toEqual(await flow(merge, plan));
    const fork = streamFork({ width: 9, outputs: 3 });
    const forked = { drive: { in: random.items(200, 9) }, collect: named('out', [200, 200, 200]), seed: 3 };
    expect(await flow(fork, forked, engine)).toEqual(await flow(fork, forked));
    const join = streamJoin({ width: 40, inputs: 2 });
    const joined = {
      drive: { in_0: random.items(200, 40), in_1: random.items(200, 40) },
      collect: { out: 200 },
      seed: 5,
    };
    expect(await flow(join, joined, engine)).toEqual(await flow(join, joined));
  });
});

test('the Verilog is clean', async () => {
  const calls = [
    ...[1, 3].map((outputs) => streamFork({ width: 8, outputs })),
    streamFork({ width: 0, outputs: 2 }),
    streamFork({ width: 8, outputs: 3, mode: 'lazy' }),
    ...[1, 3].map((inputs) => streamJoin({ width: 8, inputs })),
    ...[1, 2, 5].map((inputs) => streamArbiter({ width: 8, inputs, lock: inputs !== 2, source: true })),
    ...[1, 3].map((outputs) => streamCrossbar({ width: 8, inputs: 3, outputs })),
    streamCrossbar({ width: 8, inputs: 1, outputs: 2 }),
  ];
  for (const call of calls) await cleanVerilog(call);
});
