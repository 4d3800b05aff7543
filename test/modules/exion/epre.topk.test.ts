// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { simulate, type Stall } from '../../../sim/index.ts';
import { putLatency, selectCycles, topk } from '../../../src/modules/exion/epre/topk.ts';
import { emitCycles } from '../../../src/modules/exion/epre/topk-emit.ts';
import { keepRow, type KeptRow } from '../../../src/modules/exion/golden/eager.ts';

const shapes = [
  { size: 2, tokens: 1, width: 1, maskWords: 8 },
  { size: 2, tokens: 9, width: 1, maskWords: 32 },
  { size: 4, tokens: 33, width: 4, maskWords: 64 },
  { size: 4, tokens: 12, width: 16, maskWords: 40 },
  { size: 16, tokens: 50, width: 8, maskWords: 80 },
] as const;

interface Tile {
  /** Totals of a row and key. */
  readonly totals: readonly (readonly number[])[];
  readonly shift: number;
  readonly limit: number;
  readonly best: number;
  readonly live: number;
  readonly first: boolean;
  readonly last: boolean;
}

type Shape = (typeof shapes)[number];

interface Expected {
  readonly words: readonly string[];
  readonly selects: boolean;
  readonly keys: readonly number[];
}

const text = (address: number, bits: readonly number[]): string => `${address}: ${bits.join('')}`;
const [scores, queries, keys] = [1, 0, 2];

/** Words in their order, one digit a bit; `before` is the mask of the keys. */
function expected({ size, tokens }: Shape, tile: Tile, before: readonly number[]): Expected {
  const { totals, shift, limit, best, live, first, last } = tile;
  const n = totals[0]!.length;
  const kept: (KeptRow | null)[] = totals.map((row, i) =>
    i < live ? keepRow(row, { shift, dominance: limit, k: best }) : null,
  );
  const columns = Array.from({ length: n }, (_, j) =>
    text(
      scores + j,
      kept.map((row) => row?.kept[j] ?? 0),
    ),
  );
  const needed = kept.map((row) => (row?.dominant === false ? 1 : 0));
  const after = Array.from({ length: tokens }, (_, j) => {
    const now = kept.some((row) => row?.dominant === false && row.kept[j] === 1);
    return Number(now || (!first && before[j] === 1));
  });
  const closing = Array.from({ length: last ? Math.ceil(n / size) : 0 }, (_, t) => {
    const word = Array.from({ length: size }, (__, i) => (t * size + i < n ? after[t * size + i]! : 0));
    return text(keys + t, word);
  });
  const selects = best < n && needed.includes(1);
  return { words: [...columns, text(queries, needed), ...closing], selects, keys: after };
}

/** Runs tiles one after the other and compares the words, without stalls also the cycles. */
async function run(shape: Shape, tiles: (random: Random) => readonly Tile[], stall: Stall): Promise<void> {
  await simulate(topk(shape), {}, async (dut) => {
    const seen: string[] = [];
    dut.monitor('mask', { stall }).onItem((item: { address: number; data: number }) => {
      seen.push(
        text(
          item.address,
          Array.from({ length: shape.size }, (_, i) => (item.data >>> i) & 1),
        ),
      );
    });
    await dut.reset();
    let before: readonly number[] = new Array<number>(shape.tokens).fill(0);
    for (const tile of tiles(dut.random)) {
      const n = tile.totals[0]!.length;
      seen.length = 0;
      const start = { ...tile, n, scores, queries, keys, valid: 1 };
      for (const [name, value] of Object.entries(start)) {
        if (name !== 'totals') dut.input(`start_${name}`).value = Number(value);
      }
      await dut.cycle();
      dut.in.start_valid.value = 0;
      for (let j = 0; j < n; j++) {
        if (dut.random.bool(0.2)) await dut.cycle();
        dut.in.column_valid.value = 1;
        dut.in.column_last.value = Number(j === n - 1);
        tile.totals.forEach((row, i) => (dut.input(`column_totals_${i}`).value = row[j]!));
        await dut.cycle();
        dut.in.column_valid.value = 0;
      }
      const filled = dut.now - 1;
      await dut.until(() => dut.out.done.value === 1);
      const want = expected(shape, tile, before);
      expect(seen).toEqual(want.words);
      before = want.keys;
      if (stall === 0) {
        const selection = want.selects ? selectCycles(n, shape) : 0;
        expect(dut.now - filled).toBe(putLatency + 2 + selection + emitCycles(n, tile.last, shape));
      }
      await dut.cycle();
    }
  });
}

interface Random {
  below(below: number): number;
  between(low: number, high: number): number;
  bool(probability?: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

/** Scores of few values have ties at every threshold; wide ones are clamped. */
function randomTile(random: Random, { size, tokens }: Shape): Tile {
  const n = random.between(1, tokens);
  const span = random.pick([0, 1, 3, 40, 32767, 40000, 2 ** 31 - 1]);
  const offset = random.pick([0, 0, 32760, -32760]);
  const row = (): number[] =>
    Array.from({ length: n }, () => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, offset + random.between(-span, span))));
  return {
    totals: Array.from({ length: size }, row),
    shift: random.pick([0, 0, 1, 4, 15, 31, 32, 63]),
    limit: random.pick([0, 1, 2, 1000, 65535, 65536, 65536]),
    best: random.bool(0.8) ? random.between(1, n) : random.between(n, 8191),
    live: random.bool() ? size : random.between(1, size),
    first: random.bool(0.4),
    last: random.bool(),
  };
}

describe.each(shapes)('top-k, $size rows, $tokens keys, $width a cycle', (shape) => {
  test.each([0, 0.5])('random tiles, stall %f', async (stall) => {
    await run(shape, (random) => Array.from({ length: 40 }, () => randomTile(random, shape)), stall);
  });
});

describe('top-k, corner cases of paper 7', () => {
  const [, , shape] = shapes;
  const plain = { shift: 0, limit: 65536, best: 2, live: 4, first: true, last: true };
  const tile = (rows: readonly (readonly number[])[], changes: Partial<Tile> = {}): Tile => ({
    ...plain,
    ...changes,
    totals: rows,
  });
  const same = (value: number, n: number): number[] => new Array<number>(n).fill(value);
  const all = (row: readonly number[]): (readonly number[])[] => [row, row, row, row];

  test.each<[string, Tile]>([
    ['all scores equal', tile([same(5, 9), same(-32768, 9), same(32767, 9), same(0, 9)])],
    [
      'ties at the threshold',
      tile([
        [3, 7, 3, 3, 9, 3],
        [1, 1, 2, 1, 1, 1],
        [9, 9, 9, 1, 1, 9],
        [0, -1, 0, -1, 0, -1],
      ]),
    ],
    ['clamped scores are ties', tile(all([40000, 32767, 50000, -40000, -32768, -50000]), { best: 1 })],
    ['dominance over -32768', tile(all([-32768, -32768, -32767, -32768]), { limit: 1 })],
    ['dominance of the whole range', tile(all([-32768, 32767, -32768]), { limit: 65535 })],
    ['dominance off', tile(all([-32768, 32767, -32768]), { limit: 65536 })],
    [
      'lead one short of the limit',
      tile(
        [
          [10, 5, 0],
          [10, 6, 0],
          [5, 10, 10],
          [10, 4, 0],
        ],
        { limit: 5 },
      ),
    ],
    ['limit 0: all rows dominant, ties to the lowest', tile(all([1, 4, 4, 2]), { limit: 0 })],
    ['k = T', tile(all([1, 4, 4, 2]), { best: 4 })],
    ['k > T', tile(all([1, 4, 4, 2]), { best: 8191 })],
    ['k = T - 1', tile(all([1, 4, 4, 1]), { best: 3 })],
    ['one key', tile(all([-32768]))],
    [
      'one live row',
      tile(
        [
          [1, 2, 3],
          [3, 2, 1],
          [1, 3, 1],
          [2, 2, 2],
        ],
        { live: 1 },
      ),
    ],
    [
      'dead rows do not hold up dominant ones',
      tile(
        [
          [9, 1, 2],
          [2, 2, 2],
          [1, 2, 3],
          [0, 0, 1],
        ],
        { live: 1, limit: 5 },
      ),
    ],
    [
      'negative scores',
      tile([
        [-5, -6, -7, -8],
        [-1, -2, 0, -3],
        [1, -1, 2, -2],
        [-32768, 0, -32768, 0],
      ]),
    ],
  ])('%s', async (_name, each) => {
    await run(shape, () => [each], 0);
  });

  test('the key mask is gathered over the tiles of a head', async () => {
    const only = (key: number, n: number): number[] => Array.from({ length: n }, (_, j) => Number(j === key));
    const open = { best: 1, first: false, last: false };
    await run(
      shape,
      () => [
        tile(all(only(3, 13)), { ...open, first: true }),
        tile(all(only(30, 33)), { ...open }),
        // Fewer keys: those beyond are not told now, and not forgotten.
        tile(all(only(1, 6)), { ...open, last: true }),
        tile(all(only(12, 33)), { ...open, last: true }),
        // The next head starts with none.
        tile(all(only(0, 9)), { ...open, first: true, last: true }),
        tile(all(only(7, 33)), { ...open, last: true }),
      ],
      0,
    );
  });
});
