// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { availableEngines } from '../../../sim/open.ts';
import { elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { dpu } from '../../../src/modules/exion/sdue/dpu.ts';
import { sdue } from '../../../src/modules/exion/sdue/sdue.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { synthCells } from '../../support/yosys.ts';
import { configurations, randomCommand } from './sdue.cases.ts';
import { check, openBench } from './sdue.check.ts';

/** The generated Verilog: results and cycles of the golden model. */
const runs: readonly (readonly [engine: EngineKind, configuration: string, commands: number])[] = [
  ['verilator', 'free 4 x 4', 40],
  ['verilator', 'lane 4 x 8', 40],
  ['icarus', 'one slot, 2 x 4', 8],
  ['icarus', 'colour 4 x 4', 8],
];

describe.each(runs)('array unit in %s, %s', (kind, name, count) => {
  it.skipIf(!availableEngines().includes(kind))('equals the golden model, cycle for cycle', async () => {
    const bench = await openBench(configurations[name]!, kind, 3);
    try {
      for (let i = 0; i < count; i++) {
        bench.stall = i % 2 === 0 ? 0 : 0.3;
        check(bench, randomCommand(bench));
      }
    } finally {
      bench.engine.close();
    }
  });
});

describe('array unit, Verilog', () => {
  const small = Object.keys(configurations).filter((name) => configurations[name]!.size < 8);
  it.each(small)('is clean in all tools, %s', async (name) => {
    await lintVerilog(emitDesign(elaborate(sdue(configurations[name]!))), { properties: true });
  });

  it('a dot-product unit has a DSP block a lane', async () => {
    const files = emitDesign(elaborate(dpu({ lanes: 4, slots: 3 })));
    const cells = await synthCells(files, files.at(-1)!.module, 'xilinx');
    expect(cells.DSP48E1).toBe(4);
  });
});
