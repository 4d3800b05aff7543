// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bits, elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { popcount, popcountBlock } from '../../../src/modules/lib/popcount.ts';
import { bitsFor } from '../../../src/modules/lib/widths.ts';
import { lutCount, synthCells } from '../../support/yosys.ts';
import { evaluate, patterns } from './comb-bench.ts';
import { Random } from './stream-bench.ts';

const ones = (x: bigint): bigint => BigInt(x.toString(2).replaceAll('0', '').length);

describe.each([1, 2, 3, 5, 6, 7, 8, 10, 31, 36, 37, 64, 100, 256])('%d bits', (width) => {
  const values = patterns(width, new Random(width));

  test('on Bits', () => {
    expect(values.map((x) => popcount(bits(x, width)).value)).toEqual(values.map((x) => ones(x)));
    expect(popcount(bits(0, width)).width).toBe(bitsFor(width));
  });

  test('as hardware', async () => {
    const counts = await evaluate(
      popcountBlock({ width }),
      values.map((x) => ({ x })),
    );
    expect(counts).toEqual(values.map((x) => ({ count: ones(x) })));
  });
});

test('a word without bits has none', () => {
  expect(popcount(bits(0, 0)).width).toBe(0);
});

test('about one LUT a bit', async () => {
  const cells = await synthCells(emitDesign(elaborate(popcountBlock({ width: 32 }))), 'popcount', 'xilinx');
  expect(lutCount(cells)).toBeLessThanOrEqual(36);
});
