// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { availableEngines, openEngine } from '../../../../sim/open.ts';
import { type BlockCall, elaborate } from '../../../../src/dsl/index.ts';
import { emitDesign } from '../../../../src/gen/verilog/index.ts';
import { llb } from '../../../../src/modules/zkflex/llb/llb.ts';
import { nodeBanks } from '../../../../src/modules/zkflex/llb/node-banks.ts';
import { rmwTable } from '../../../../src/modules/zkflex/llb/rmw-table.ts';
import type { EngineKind } from '../../../../src/sim/engine.ts';
import { lintVerilog } from '../../../support/verilog-lint.ts';
import { synthCells } from '../../../support/yosys.ts';
import { check } from './llb.check.ts';
import { randomFrom, randomItems, sizeName, sizes } from './llb.cases.ts';

/** The generated Verilog; in Icarus with unknown values before and beside everything that is defined. */
const runs: readonly (readonly [EngineKind, number, number])[] = [
  ['verilator', 1, 200],
  ['verilator', 6, 400],
  ['verilator', 9, 600],
  ['icarus', 0, 60],
  ['icarus', 4, 120],
  ['icarus', 7, 150],
];

describe.each(runs)('bucket memory in %s, size %i', (kind, size, count) => {
  it.skipIf(!availableEngines().includes(kind))('equals the golden model', async () => {
    const p = sizes[size]!;
    const random = randomFrom(size + 1);
    const engine = await openEngine(llb(p), { engine: kind });
    try {
      for (const stalls of [{}, { arrive: 0.3, issue: 0.4, out: 0.5 }]) {
        const items = randomItems(random, p, 'low', count);
        check(engine, p, items, { interval: 1, latency: () => 3 + Math.floor(random() * 8), random, stalls });
      }
    } finally {
      engine.close();
    }
  });
});

describe('bucket memory, Verilog', () => {
  it.each(sizes.filter(({ pool }) => pool < 30).map((p) => [sizeName(p), p] as const))(
    'is clean in all tools with %s',
    async (_name, p) => {
      await lintVerilog(emitDesign(elaborate(llb(p))), { properties: true });
    },
  );

  it('keeps heads and points in block RAM', async () => {
    const halves = async (call: BlockCall): Promise<number> => {
      const files = emitDesign(elaborate(call));
      const cells = await synthCells(files, files.at(-1)!.module, 'xilinx');
      expect(Object.keys(cells).filter((name) => /^RAM\d+[MX]/.test(name))).toEqual([]);
      return (cells.RAMB18E1 ?? 0) + 2 * (cells.RAMB36E1 ?? 0);
    };
    expect(await halves(rmwTable({ depth: 1024, width: 12 }))).toBe(4);
    // Four banks of 512 x 36 and their lists of 512 x 9.
    expect(await halves(nodeBanks({ pool: 2048, keys: 16, pointBits: 36 }))).toBe(4 + 4);
  });
});
