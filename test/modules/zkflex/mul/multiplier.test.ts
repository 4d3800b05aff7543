// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type Random, simulate } from '../../../../sim/index.ts';
import type { EngineKind } from '../../../../src/sim/engine.ts';
import {
  leafCount,
  leafWidth,
  type LevelName,
  multiplier,
  multiplierLatency,
} from '../../../../src/modules/zkflex/mul/multiplier.ts';
import { toom2Cell, cellLatency } from '../../../../src/modules/zkflex/mul/toom2-cell.ts';

/** Uniform, or made of pieces that are all zeros or all ones. */
function factor(random: Random, width: number): bigint {
  if (random.bool(0.5)) return BigInt(random.bits(width));
  let x = 0n;
  for (let have = 0; have < width;) {
    const run = Math.min(random.between(1, Math.max(1, width >> 1)), width - have);
    x = (x << BigInt(run)) | (random.bool() ? (1n << BigInt(run)) - 1n : BigInt(random.below(2)));
    have += run;
  }
  return x;
}

interface Case {
  readonly width: number;
  readonly levels: readonly LevelName[];
  readonly engine?: EngineKind;
}

const cases: readonly Case[] = [
  { width: 16, levels: [] },
  { width: 3, levels: ['toom2'] },
  { width: 131, levels: ['toom2'] },
  { width: 128, levels: ['toom2', 'toom2'] },
  { width: 6, levels: ['toom3'] },
  { width: 7, levels: ['toom3'] },
  { width: 100, levels: ['toom3', 'toom2'] },
  { width: 384, levels: ['toom3', 'toom2'] },
  { width: 48, levels: ['toom2', 'toom3', 'toom2'] },
  { width: 8, levels: ['toom4'] },
  { width: 13, levels: ['toom4'] },
  { width: 24, levels: ['toom4'], engine: 'verilator' },
  { width: 256, levels: ['toom4'] },
  { width: 256, levels: ['toom4', 'toom2'] },
  { width: 9, levels: ['karatsuba3'] },
  { width: 96, levels: ['karatsuba3', 'toom2'] },
  { width: 384, levels: ['karatsuba3', 'toom2'] },
  { width: 8, levels: ['school2'] },
  { width: 96, levels: ['school3', 'school2'] },
  { width: 48, levels: ['toom3', 'toom2'], engine: 'verilator' },
  { width: 24, levels: ['karatsuba3', 'toom2'], engine: 'icarus' },
  { width: 24, levels: ['school3'], engine: 'icarus' },
];

describe('multiplier', () => {
  it.each(cases)('$width bits by $levels gives a b', async ({ width, levels, engine = 'embedded' }) => {
    const shape = { width, levels: [...levels], leafStages: 2 };
    await simulate(multiplier(shape), { engine }, async (dut) => {
      const latency = multiplierLatency(shape);
      const ones = (1n << BigInt(width)) - 1n;
      const sent: (readonly [bigint, bigint] | null)[] = [];
      dut.in.valid.value = 0;
      // Long enough for what was in the registers to leave.
      await dut.reset(latency + 2);
      const count = width > 200 ? 150 : 400;
      for (let cycle = 0; cycle < count + latency; cycle++) {
        const pair = [factor(dut.random, width), factor(dut.random, width)] as const;
        const corners = [
          [0n, 0n],
          [ones, ones],
          [ones, 1n],
        ] as const;
        sent.push(cycle < count && dut.random.bool(0.8) ? (corners[cycle] ?? pair) : null);
        dut.in.valid.value = sent[cycle] !== null;
        dut.in.a.value = sent[cycle]?.[0] ?? 0n;
        dut.in.b.value = sent[cycle]?.[1] ?? 0n;
        const due = sent[cycle - latency] ?? null;
        expect(dut.out.done.value).toBe(Number(due !== null));
        if (due !== null) expect(BigInt(dut.out.product.value as number | bigint)).toBe(due[0] * due[1]);
        await dut.cycle();
      }
    });
  });

  it('has as many leaves as the table of paper 4.1, none wider than 66 bits', () => {
    const table: readonly (readonly [number, LevelName[], number])[] = [
      [256, ['toom2', 'toom2'], 9],
      [384, ['toom3', 'toom2'], 15],
      [768, ['toom2', 'toom3', 'toom2'], 45],
      [384, ['karatsuba3', 'toom2'], 18],
      [768, ['toom2', 'karatsuba3', 'toom2'], 54],
      [384, ['school3', 'school2'], 36],
    ];
    for (const [width, levels, count] of table) {
      expect([width, leafCount(levels)]).toEqual([width, count]);
      expect(leafWidth({ width, levels })).toBeLessThanOrEqual(66);
    }
  });
});

describe('multiplier cell', () => {
  it.each([4, 7, 11, 66, 131])('%i bits, with and without words on its leaves', async (width) => {
    const word = Math.floor(width / 2);
    const shape = { width, leafStages: 1, combine: 'output', word } as const;
    await simulate(toom2Cell(shape), { engine: 'embedded' }, async (dut) => {
      const latency = cellLatency(shape);
      const sent: (readonly [bigint, bigint])[] = [];
      await dut.reset();
      for (let cycle = 0; cycle < 300; cycle++) {
        const pair = [factor(dut.random, width), factor(dut.random, width)] as const;
        sent.push(pair);
        dut.in.valid.value = 1;
        dut.in.a.value = pair[0];
        dut.in.b.value = pair[1];
        const due = sent[cycle - latency];
        if (due) expect(BigInt(dut.out.product.value as number | bigint)).toBe(due[0] * due[1]);
        await dut.cycle();
      }
      dut.in.valid.value = 0;
      dut.in.raw.value = 1;
      const low = Math.ceil(width / 2);
      const words = Array.from({ length: 6 }, () => BigInt(dut.random.bits(word)));
      dut.in.a.value = (words[2]! << BigInt(low)) | words[0]!;
      dut.in.b.value = (words[3]! << BigInt(low)) | words[1]!;
      dut.in.third_a.value = words[4]!;
      dut.in.third_b.value = words[5]!;
      await dut.cycle(2);
      const products = [0, 1, 2].map((i) => BigInt(dut.output(`words_${i}`).value as number | bigint));
      expect(products).toEqual([words[0]! * words[1]!, words[2]! * words[3]!, words[4]! * words[5]!]);
    });
  });
});
