// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bits, sbits } from '../../../src/dsl/index.ts';
import {
  onehotDecode,
  onehotDecodeBlock,
  onehotEncode,
  onehotEncodeBlock,
  onehotMux,
  onehotMuxBlock,
} from '../../../src/modules/lib/onehot.ts';
import { clog2 } from '../../../src/modules/lib/widths.ts';
import { evaluate, patterns, type Row } from './comb-bench.ts';
import { Random } from './stream-bench.ts';

const counts = [1, 2, 3, 4, 5, 7, 8, 9, 16, 20, 33, 64, 100];

/** The or of the numbers of all ones. */
function positions(x: bigint): bigint {
  let all = 0n;
  for (let i = 0n; x >> i > 0n; i++) if ((x >> i) & 1n) all |= i;
  return all;
}

describe.each(counts)('decode to %d', (count) => {
  const width = clog2(count);
  const indices = Array.from({ length: 2 ** width }, (_, i) => BigInt(i));
  const expected = indices.map((i) => (i < BigInt(count) ? 1n << i : 0n));

  test('on Bits, also with an index wider or narrower than needed', () => {
    expect(indices.map((i) => onehotDecode(bits(i, width), count).value)).toEqual(expected);
    const wide = Array.from({ length: 2 ** (width + 1) }, (_, i) => onehotDecode(bits(i, width + 1), count).value);
    expect(wide).toEqual([...expected, ...expected.map(() => 0n)]);
    if (width === 0) return;
    const half = indices.slice(0, 2 ** (width - 1));
    expect(half.map((i) => onehotDecode(bits(i, width - 1), count).value)).toEqual(expected.slice(0, half.length));
  });

  test('as hardware', async () => {
    const rows = indices.flatMap((index) => [
      { index, enable: 1n },
      { index, enable: 0n },
    ]);
    const outputs = await evaluate(onehotDecodeBlock({ count }), rows);
    expect(outputs).toEqual(expected.flatMap((onehot) => [{ onehot }, { onehot: 0n }]));
  });
});

test.each(counts)('encode from %d', async (count) => {
  const values = patterns(count, new Random(count));
  const expected = values.map((x) => ({ index: positions(x), valid: BigInt(x !== 0n) }));
  expect(values.map((x) => onehotEncode(bits(x, count)).value)).toEqual(expected.map(({ index }) => index));
  const rows = values.map((onehot) => ({ onehot }));
  expect(await evaluate(onehotEncodeBlock({ count }), rows)).toEqual(expected);
});

test.each([
  { choices: 1, width: 8 },
  { choices: 2, width: 1 },
  { choices: 5, width: 33 },
  { choices: 16, width: 8 },
  { choices: 3, width: 0 },
])('mux of $choices x $width', async ({ choices, width }) => {
  const random = new Random(5);
  const rows = Array.from({ length: 200 }, (_, i): Row => {
    const select = i % 3 === 0 ? random.bits(choices) : 1n << BigInt(random.below(choices));
    const values = Array.from({ length: choices }, (_v, c) => [`in_${c}`, random.bits(width)] as const);
    return { select, ...Object.fromEntries(values) };
  });
  const chosen = (row: Row): bigint =>
    Array.from({ length: choices }, (_, c) => ((row.select! >> BigInt(c)) & 1n) * row[`in_${c}`]!).reduce(
      (any, value) => any | value,
      0n,
    );
  expect(await evaluate(onehotMuxBlock({ choices, width }), rows)).toEqual(rows.map((row) => ({ out: chosen(row) })));
});

test('the mux keeps the sign', () => {
  const picked = onehotMux(bits(2, 2), [sbits(3, 4), sbits(-5, 4)]);
  expect([picked.signed, picked.value]).toEqual([true, -5n]);
});
