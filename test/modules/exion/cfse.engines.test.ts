// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { availableEngines } from '../../../sim/open.ts';
import { block, Bool, elaborate, input, memory, output, SInt, UInt, Vec } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { cfse } from '../../../src/modules/exion/cfse/cfse.ts';
import { CfseParams, paramWriter, tableWriter } from '../../../src/modules/exion/cfse/cfse.types.ts';
import { lane } from '../../../src/modules/exion/cfse/lane.ts';
import { sfuFields } from '../../../src/modules/exion/cfse/plan.ts';
import {
  maskReader,
  maskWriter,
  scratchReader,
  scratchWriter,
  unitPorts,
} from '../../../src/modules/exion/core.types.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { flags, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import { clog2 } from '../../../src/modules/lib/widths.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { synthCells } from '../../support/yosys.ts';
import { CfseBench } from './cfse.bench.ts';
import { check, configurations, filledMemories, places, randomCommand, stalls } from './cfse.cases.ts';

const engines = availableEngines();

describe.each(['main', 'tiny'])('Verilog of the SFU in Verilator, %s', (name) => {
  test.skipIf(!engines.includes('verilator'))('equals the golden model in all kinds', async () => {
    const p = configurations[name]!;
    const bench = await CfseBench.open(p, random(5), { engine: 'verilator' });
    try {
      const rand = random(21);
      for (let round = 0; round < 8; round++) {
        const memories = filledMemories(p, rand);
        bench.load(memories);
        const around = round % 2 === 0 ? {} : stalls(rand);
        for (let i = 0; i < 18; i++) check(bench, memories, randomCommand(p, i % 6, rand), around);
      }
    } finally {
      bench.close();
    }
  });
});

/** The unit with an OMEM whose elements are unknown until they are written, one by one. */
const withOmem = block('cfse_with_omem', CfseParams, (m, p) => {
  const ports = m.ports({
    ...unitPorts(...sfuFields),
    overflow: output(Bool),
    param_write: paramWriter(p),
    table_write: tableWriter(p),
    read: scratchReader(p),
    write: scratchWriter(p),
    mask_read: maskReader(p),
    mask_write: maskWriter(p),
  });
  const put = m.ports({
    put: input(Bool),
    put_column: input(UInt(clog2(p.columns))),
    put_rows: input(UInt(p.size)),
    put_value: input(SInt(32)),
  });
  const { unit } = m.instances({ unit: cfse(p) });
  connect(ports, unit);
  const { elements } = m.mems({ elements: memory(Vec(p.size, SInt(32)), p.columns, { granule: 32 }) });
  const same = Array.from({ length: p.size }, () => put.put_value);
  elements.write(put.put_column, same, { enable: put.put, mask: put.put_rows });
  const { omem } = unit;
  m.drive(omem.data, elements.read('column', omem.column, { enable: omem.enable }));
  return ports;
});

test.skipIf(!engines.includes('icarus'))(
  'what a mask leaves out may be unknown: nothing unknown comes out',
  async () => {
    const p = configurations.tiny!;
    const bench = await CfseBench.open(p, random(5), { engine: 'icarus' }, withOmem(p));
    try {
      const memories = filledMemories(p, random(9));
      bench.load(memories);
      memories.mask.forEach((_, e) => (memories.mask[e] = e % 3 === 0 ? 1 : 0));
      memories.mask.forEach((bit, e) => {
        const column = Math.floor(e / p.size);
        if (bit === 0 || column >= p.columns) return;
        bench.pulse('put', { put_column: column, put_rows: 1 << (e % p.size), put_value: memories.omem[e]! });
      });
      const common = { n: 20, dst: places.dst, gain: 30000, shift: 30 };
      const masked = flags.MASK_IN | flags.GELU;
      for (let start = 0; start < 25; start += 24) {
        check(bench, memories, { ...common, kind: sfuKinds.SOFTMAX, srcA: start, maskA: start });
        check(bench, memories, { ...common, kind: sfuKinds.RQ, flags: masked, srcA: start, maskA: start });
      }
      // The commands that read no OMEM, with the unknown of the last ones still in the pipeline.
      check(bench, memories, { ...common, kind: sfuKinds.LN, srcA: places.a });
      check(bench, memories, {
        ...common,
        kind: sfuKinds.AXPY,
        flags: flags.FROM_GSC,
        srcA: places.a,
        srcB: places.b,
        keep: 77,
      });
      check(bench, memories, { ...common, kind: sfuKinds.PSUB, flags: flags.FROM_GSC, srcA: places.a, srcB: places.b });
    } finally {
      bench.close();
    }
  },
);

test.each(['main', 'tiny', 'least'])('Verilog without a complaint, %s', async (name) => {
  const p = configurations[name]!;
  await lintVerilog(emitDesign(elaborate(cfse(p))), { properties: name === 'tiny' });
});

test('a row has five multipliers, all in DSP blocks', async () => {
  const files = emitDesign(elaborate(lane({})));
  const cells = await synthCells(files, files.at(-1)!.module, 'xilinx');
  expect(cells.DSP48E1).toBe(5);
});
