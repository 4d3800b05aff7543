// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { compareEngines, Random, Scoreboard, simulate, type SimulateOptions } from '../../sim/index.ts';
import { buffer, counter } from './blocks.ts';

const quick: SimulateOptions = { engine: 'embedded', wave: 'off' };
const good = buffer({ fault: 'none' });

interface Item {
  key: bigint;
  delta: number;
  last: number;
}

function randomItems(random: Random, count: number): Item[] {
  return Array.from({ length: count }, () => ({
    key: BigInt(random.bits(40)),
    delta: random.between(-32, 31),
    last: random.below(2),
  }));
}

describe.each(['embedded', 'verilator', 'icarus'] as const)('streams on %s', (engine) => {
  test('driver, monitor and scoreboard carry every item through random stalls', async () => {
    let cycles = 0;
    await simulate(good, { ...quick, engine, seed: 3 }, async (dut) => {
      await dut.reset();
      const items = randomItems(dut.random, 80);
      const board = new Scoreboard<Item>('out').expect(...items);
      dut.monitor('out', { stall: 0.5 }).onItem(board.actual);
      await dut.driver('in', { stall: 0.3 }).send(items);
      await dut.until(() => board.missing === 0, { timeout: 100 });
      board.done();
      cycles = dut.now;
    });
    expect(cycles).toBe(174); // the same on every engine
  });

  test('whole streams move inside the engine', async () => {
    await simulate(good, { ...quick, engine }, async (dut) => {
      await dut.reset();
      const items = randomItems(dut.random, 100);
      const { received, cycles } = dut.move({ drive: { in: items }, collect: { out: 100 }, drain: 2 });
      expect(received.out.items).toEqual(items);
      expect(cycles).toBe(103);
      expect([received.out.at[0], received.out.at[99]]).toEqual([1, 100]);
      expect(dut.now).toBe(105);
    });
  });
});

test('a driver offers an item in the cycle it is queued in, and keeps it up', async () => {
  await simulate(good, quick, async (dut) => {
    await dut.reset();
    const driver = dut.driver('in');
    dut.check('in');
    await dut.cycle(); // out.ready is low: nothing has set it
    for (const key of [1, 2, 3]) driver.queue({ key, delta: 0, last: false });
    expect([dut.in.in_valid.value, dut.in.in_payload_key.value]).toEqual([1, 1n]);
    await dut.cycle(5);
    expect([driver.sent, dut.in.in_payload_key.value, dut.out.out_payload_key.value]).toEqual([1, 2n, 1n]);
    const monitor = dut.monitor('out');
    expect((await monitor.take(2)).map((item) => item.key)).toEqual([1n, 2n]);
    expect(await monitor.nextWithCycle()).toMatchObject({ item: { key: 3n }, cycle: 10 });
    await expect(monitor.next({ timeout: 5 })).rejects.toThrow('item 3 of stream out did not come true in 5 cycles');
  });
});

test.each([
  ['drop', 'Stream out breaks the handshake law in cycle 4: valid fell before the transfer.'],
  [
    'change',
    'the payload changed while it waited, from { key: 5 (0x5), delta: -1, last: 0 } to { key: 6 (0x6), delta: -1',
  ],
  ['reset', 'Stream out breaks the handshake law in cycle 1: valid is high in reset.'],
] as const)('the laws of streams are checked: %s', async (fault, text) => {
  const run = simulate(buffer({ fault }), quick, async (dut) => {
    await dut.reset();
    await dut.driver('in').send({ key: 5, delta: -1, last: 0 });
    await dut.cycle(5);
  });
  await expect(run).rejects.toThrow(text);
});

test('items that do not fit are refused with their field', async () => {
  await simulate(good, quick, (dut) => {
    const driver = dut.driver('in');
    expect(() => driver.queue({ key: 1, delta: 32, last: 0 })).toThrow('"32" does not fit in_payload_delta');
    expect(() => driver.queue({ key: 1, last: 0 } as never)).toThrow('An item of in.delta must be a plain value');
    expect(() => driver.queue({ key: 1, delta: 0, last: 0, lost: 1 } as never)).toThrow('in has no field "lost"');
    expect(() => dut.driver('out' as never)).toThrow('Stream "out" is a source, so it cannot have a driver.');
  });
});

test('an item that does not fit ends a test that does not wait for the driver', async () => {
  const run = simulate(good, { ...quick, timeoutCycles: 100 }, async (dut) => {
    await dut.reset();
    void dut.driver('in').send([{ key: 1n, delta: 999, last: 0 }]);
    await dut.monitor('out').take(1);
  });
  await expect(run).rejects.toThrow('999');
});

test('a stream that does not come to its end says what is short', async () => {
  await simulate(good, quick, (dut) => {
    const moves = { drive: { in: [{ key: 1, delta: 1, last: 1 }] }, collect: { out: 2 }, maxCycles: 30 };
    const text = 'The streams are not done after 30 cycles: in took 1 of 1, out gave 1 of 2.';
    expect(() => dut.move(moves)).toThrow(text);
  });
});

test('a scoreboard shows index, cycle and the fields that differ', () => {
  const board = new Scoreboard('sums').expect({ a: 1, b: [1n, 2n] }, { a: 2, b: [3n, 4n] });
  board.actual({ a: 1n, b: [1, 2] });
  expect(() => board.actual({ a: 2, b: [3n, 5n] }, 17)).toThrow(
    'sums: item 1 in cycle 17 is wrong\n  b.1: expected 4 (0x4), got 5 (0x5)',
  );
  expect(() => board.actual({ a: 0, b: [] })).toThrow('sums: item 2 was not expected: { a: 0, b: [] }');
  expect(() => new Scoreboard('more').expect(7, 8).done()).toThrow('more: 2 items are missing after 0; the next is 7');
});

describe('compareEngines', () => {
  test('finds all engines equal', async () => {
    expect(await compareEngines(counter({ width: 8 }), { cycles: 300 })).toMatchObject({ cycles: 300 });
    const random = new Random(8);
    const moves = { drive: { in: randomItems(random, 50) }, collect: { out: 50 }, stall: 0.4 };
    const { engines } = await compareEngines(good, { moves });
    expect(engines.length).toBeGreaterThanOrEqual(2);
  });

  test('names the first difference', async () => {
    const { pipe } = await import('./models.ts');
    const text = pipe.files[0]!.text.replace('~s_data', "~s_data + `ifdef __ICARUS__ 70'd1 `else 70'd0 `endif");
    const broken = { ...pipe, files: [{ name: 'pipe.v', text }] };
    const run = compareEngines(broken, { cycles: 50, seed: 2 }, { engines: ['verilator', 'icarus'] });
    await expect(run).rejects.toThrow(
      /^pipe: engines differ in cycle \d+ at m_data: verilator \d+ \(0x\w+\), icarus \d+ .*\(seed 2\)$/,
    );
  });
});

describe('the random source', () => {
  test('depends on the seed alone', () => {
    expect(Array.from({ length: 3 }, () => new Random(1).word())).toEqual(
      Array.from({ length: 3 }, () => new Random(1).word()),
    );
    expect(new Random(1).word()).not.toBe(new Random(2).word());
    const [a, b] = [new Random(5), new Random(5)];
    a.word();
    expect(a.fork('x').word()).toBe(b.fork('x').word());
    expect(a.fork('x').word()).not.toBe(a.fork('y').word());
  });

  test('fills its ranges', () => {
    const random = new Random(4);
    const seen = new Set(Array.from({ length: 200 }, () => random.between(-2, 2)));
    expect([...seen].sort((x, y) => x - y)).toEqual([-2, -1, 0, 1, 2]);
    for (const width of [0, 1, 31, 32, 33, 64, 65, 200]) {
      const bits = Array.from({ length: 40 }, () => random.bits(width)).map(BigInt);
      expect(bits.every((value) => value >= 0n && value < 1n << BigInt(width))).toBe(true);
      if (width > 0) expect(bits.some((value) => value >= 1n << BigInt(width - 1))).toBe(true);
    }
    expect(random.shuffle([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
  });
});
