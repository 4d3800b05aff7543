// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { exionTop } from '../../../src/modules/exion/top/top.ts';
import { ExionTopParams, exionTopPresets } from '../../../src/modules/exion/top/top.params.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { smallCore } from './program.cases.ts';

describe('design top', () => {
  it.each(Object.entries(exionTopPresets))('preset %s is a design', (_, preset) => {
    const { top } = elaborate(exionTop(preset));
    expect(top.name).toBe('exion');
    const names = top.ports.map(({ name }) => name);
    expect(names).toContain('irq');
    for (const [name, width] of [
      ['m_axi_rdata', 32 * preset.size],
      ['m_axi_wdata', 32 * preset.size],
      ['m_axi_araddr', 40],
      ['m_axi_arid', 1],
      ['m_axi_bid', 1],
      ['s_axil_wdata', 32],
    ] as const) {
      expect(top.ports.find((port) => port.name === name)?.width).toBe(width);
    }
  });

  it('has one module for all cores, so that many cost little', () => {
    const before = process.cpuUsage();
    const design = elaborate(exionTop(exionTopPresets.exion24));
    const files = emitDesign(design);
    const { user } = process.cpuUsage(before);
    expect(files.filter(({ name }) => name.startsWith('exion_core')).length).toBe(1);
    expect(design.top.instances.filter(({ module }) => module.name.startsWith('exion_core')).length).toBe(24);
    expect(design.modules.length).toBe(elaborate(exionTop(exionTopPresets.main)).modules.length);
    // Time of this process alone, in microseconds.
    expect(user).toBeLessThan(8e6);
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  });

  it('refuses words that no beat of AXI4 can hold', () => {
    const wide = { ...exionTopPresets.main, size: 64, lanes: 64, columns: 1024, bounds: [2] };
    expect(ExionTopParams.safeParse(wide).error?.issues[0]?.message).toContain('size may be 32 at most');
  });

  it('has clean Verilog', async () => {
    const params = smallCore({ size: 4, lanes: 8, slots: 2 });
    await cleanVerilog(exionTop({ ...params, cores: 2, scratchWords: 1000, traceDepth: 64 }));
  });
});
