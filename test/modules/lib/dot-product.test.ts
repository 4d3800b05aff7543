// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { dotGolden } from '../../../src/modules/lib/dot-product.golden.ts';
import { dotAccumulate, dotLatency, dotProduct, dotWidth } from '../../../src/modules/lib/dot-product.ts';
import { lutCount, synthCells } from '../../support/yosys.ts';
import { evaluate, type Row } from './comb-bench.ts';
import { Random } from './stream-bench.ts';

const shapes = [
  { lanes: 1, aWidth: 8, bWidth: 8 },
  { lanes: 2, aWidth: 8, bWidth: 8, every: 2 },
  { lanes: 3, aWidth: 8, bWidth: 5, every: 2 },
  { lanes: 4, aWidth: 1, bWidth: 1 },
  { lanes: 7, aWidth: 18, bWidth: 25, every: 3 },
  { lanes: 16, aWidth: 8, bWidth: 8 },
] as const;
const variants = shapes.flatMap((p) => (['tree', 'chain'] as const).map((shape) => ({ every: 1, ...p, shape })));
type Variant = (typeof variants)[number];

interface Vectors {
  readonly a: bigint[];
  readonly b: bigint[];
}

/** Random vectors; the first four have all elements at their limits. */
function vectors(p: Variant, count: number): Vectors[] {
  const random = new Random(p.lanes);
  const limits = (width: number): bigint[] => [-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n];
  const vector = (width: number, corner: bigint | undefined): bigint[] =>
    Array.from({ length: p.lanes }, () => corner ?? BigInt.asIntN(width, random.bits(width)));
  return Array.from({ length: count }, (_, i) => ({
    a: vector(p.aWidth, i < 4 ? limits(p.aWidth)[i % 2] : undefined),
    b: vector(p.bWidth, i < 4 ? limits(p.bWidth)[i >> 1] : undefined),
  }));
}

function row({ a, b }: Vectors, more: Row): Row {
  const named = [...a.map((v, i) => [`in_a_${i}`, v]), ...b.map((v, i) => [`in_b_${i}`, v])] as [string, bigint][];
  return { ...Object.fromEntries(named), ...more };
}

const idle = (cycles: number): Row[] => Array.from({ length: cycles }, () => ({}));

describe.each(variants)('$lanes lanes of $aWidth x $bWidth bits, $shape, registers every $every', (p) => {
  const latency = dotLatency(p);
  const given = vectors(p, 60);
  const expected = given.map(({ a, b }) => dotGolden(a, b));

  test('dot product', async () => {
    const rows = given.map((each, i) => row(each, { in_valid: BigInt(i % 4 !== 1) }));
    const outputs = (await evaluate(dotProduct(p), [...rows, ...idle(latency)])).slice(latency);
    expect(outputs).toEqual(expected.map((sum, i) => ({ out_valid: BigInt(i % 4 !== 1), out_sum: sum })));
  });

  test('accumulated over beats with gaps', async () => {
    const random = new Random(9);
    const sums: bigint[] = [];
    let open = false;
    let total = 0n;
    const rows = given.flatMap((each, i): Row[] => {
      const first = !open;
      const last = random.below(3) === 0 || i === given.length - 1;
      total = (first ? 0n : total) + expected[i]!;
      open = !last;
      if (last) sums.push(total);
      // A beat that is not valid changes nothing, whatever else it says.
      const gap = row(each, { in_valid: 0n, in_first: 1n, in_last: 1n });
      const beat = row(each, { in_valid: 1n, in_first: BigInt(first), in_last: BigInt(last) });
      return [...Array<Row>(random.below(3)).fill(gap), beat];
    });
    const accumulator = dotWidth(p) + 6;
    const outputs = await evaluate(dotAccumulate({ ...p, accumulator }), [...rows, ...idle(latency + 1)]);
    expect(outputs.filter((out) => out.out_valid === 1n).map((out) => out.out_sum)).toEqual(sums);
  });
});

test('the sum is as wide as its range', () => {
  // One product of 8 x 8 bits reaches +2^14, which needs 16 bits.
  expect(dotWidth({ lanes: 1, aWidth: 8, bWidth: 8 })).toBe(16);
  expect(dotWidth({ lanes: 3, aWidth: 8, bWidth: 8 })).toBe(17);
  expect(dotWidth({ lanes: 16, aWidth: 8, bWidth: 8 })).toBe(20);
});

test('an accumulator that is too narrow is refused, one that overflows is reported', async () => {
  expect(() => dotAccumulate({ lanes: 16, accumulator: 19 })).toThrow(/cannot hold one dot product/);
  const big = { in_valid: 1n, in_a_0: -128n, in_b_0: -128n };
  const call = dotAccumulate({ lanes: 1, accumulator: 16 });
  await expect(evaluate(call, [{ ...big, in_first: 1n }, big, ...idle(5)])).rejects.toThrow(/no_overflow/);
});

test('multipliers, registers and sums go into DSP blocks', async () => {
  const cells = async (call: Parameters<typeof elaborate>[0]) => {
    const files = emitDesign(elaborate(call));
    return synthCells(files, files.at(-1)!.module, 'xilinx');
  };
  const mac = await cells(dotAccumulate({ lanes: 1 }));
  expect(mac.DSP48E1).toBe(1);
  expect(lutCount(mac)).toBeLessThanOrEqual(1);
  const chain = await cells(dotProduct({ lanes: 4, shape: 'chain' }));
  expect(chain.DSP48E1).toBe(4);
  expect(lutCount(chain)).toBe(0);
  const tree = await cells(dotProduct({ lanes: 4 }));
  expect(tree.DSP48E1).toBe(4);
  expect(lutCount(tree)).toBeLessThanOrEqual(20);
});
