// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../../../src/dsl/index.ts';
import { emitDesign } from '../../../../src/gen/verilog/index.ts';
import { barrettLane } from '../../../../src/modules/zkflex/mul/barrett-lane.ts';
import { multiplier } from '../../../../src/modules/zkflex/mul/multiplier.ts';
import { wordSerialLane } from '../../../../src/modules/zkflex/mul/word-serial-lane.ts';
import { tcorePresets } from '../../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../../src/modules/zkflex/tcore/tcore.ts';
import { lintVerilog } from '../../../support/verilog-lint.ts';
import { synthCells } from '../../../support/yosys.ts';

describe('Verilog of TCore and its arithmetic', () => {
  it.each([
    ['tcore, small', tcore(tcorePresets.tiny)],
    ['tcore, full size', tcore(tcorePresets.main)],
    ['Toom-4 over Toom-2', multiplier({ width: 64, levels: ['toom4', 'toom2'] })],
    ['Karatsuba over schoolbook', multiplier({ width: 48, levels: ['karatsuba3', 'school2'] })],
    ['word-serial lane', wordSerialLane({ bits: 32, word: 8 })],
    ['Barrett lane', barrettLane({ bits: 31, levels: ['toom3'] })],
  ] as const)('is clean in all tools without a warning of ours, %s', async (_name, call) => {
    const design = elaborate(call);
    expect(design.warnings).toEqual([]);
    await lintVerilog(emitDesign(design), { properties: true });
  });

  it('keeps T in LUT memory, one memory a lane', async () => {
    const files = emitDesign(elaborate(tcore({ limb: 4, pipeline: 'deep' })));
    const cells = await synthCells(files, files.find(({ module }) => module.includes('lane3'))!.module, 'xilinx');
    const ram = Object.entries(cells).filter(([type]) => type.startsWith('RAM'));
    expect(ram.length).toBeGreaterThan(0);
    expect(ram.every(([type]) => type.startsWith('RAM32'))).toBe(true);
  });

  it('refuses words on leaves that are too small for them', () => {
    expect(() => tcore({ limb: 124, words: true })).toThrow('words need limbs of 126 bits or more');
    expect(elaborate(tcore({ limb: 126, words: true })).top.name).toBe('tcore');
  });
});
