// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { bits } from '../../../src/dsl/index.ts';
import { priorityEncode, priorityEncoder } from '../../../src/modules/lib/priority-encoder.ts';
import { bitsFor } from '../../../src/modules/lib/widths.ts';
import { evaluate, patterns } from './comb-bench.ts';
import { Random } from './stream-bench.ts';

describe.each([1, 2, 3, 5, 8, 10, 32, 33, 100])('%d requests', (width) => {
  test.each(['lowest', 'highest'] as const)('the %s wins', async (first) => {
    const values = patterns(width, new Random(width));
    const expected = values.map((x) => {
      const onehot = first === 'lowest' ? x & -x : x === 0n ? 0n : 1n << BigInt(bitsFor(x) - 1);
      return { onehot, index: onehot === 0n ? 0n : BigInt(bitsFor(onehot) - 1), any: BigInt(x !== 0n) };
    });
    const concrete = values.map((x) => {
      const { onehot, index, any } = priorityEncode(bits(x, width), first);
      return { onehot: onehot.value, index: index.value, any: any.value };
    });
    expect(concrete).toEqual(expected);
    const rows = values.map((requests) => ({ requests }));
    expect(await evaluate(priorityEncoder({ width, first }), rows)).toEqual(expected);
  });
});
