// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../../src/dsl/index.ts';
import { measureFrequency, type ModuleFrequency } from '../../../src/gen/synth/frequency.ts';
import { device } from '../../../src/gen/synth/nextpnr.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { dsc } from '../../../src/modules/exion/core/dsc.ts';
import { exionCorePresets } from '../../../src/modules/exion/core.params.ts';
import type { Cell, Experiment } from '../experiment.ts';

export const unitClocks: Experiment = {
  system: 'exion',
  number: 13,
  name: 'unit-clocks',
  title: 'Clock of the units of a core on a small FPGA',
  published: '800 MHz (synthesis in 14 nm at 0.8 V)',
  method: `synth_ice40 and nextpnr on a ${device.name}, the largest device that Debian's tools route for: ${device.cells} cells of one LUT4 and one flip-flop in 40 nm, no multipliers (a product is LUTs), ${device.blockRams} memories of 4 Kbit. Each module is flattened with what is below it, in a frame of registers; what does not fit is taken apart into its children, so paths in the logic of the larger modules themselves are not measured. The figures compare units with each other and tell where the longest path is; they are no estimate for another technology.`,
  async run({ quick, progress }) {
    const presets: readonly ('tiny' | 'main')[] = quick ? ['tiny'] : ['tiny', 'main'];
    const measured: { preset: string; found: readonly ModuleFrequency[] }[] = [];
    for (const preset of presets) {
      const design = elaborate(dsc(exionCorePresets[preset]), { name: 'exion_dsc' });
      let count = 0;
      const done = (module: string): void => progress(presets.indexOf(preset) / 2 + ++count / 200, module);
      measured.push({ preset, found: await measureFrequency(design.top, emitDesign(design), done) });
    }
    const routed = measured.flatMap(({ preset, found }) =>
      found.flatMap(({ path, result }) => (result?.fits === true ? [{ preset, name: short(path), ...result }] : [])),
    );
    const slowest = (preset: string) =>
      routed.filter((each) => each.preset === preset).reduce((a, b) => (b.mhz < a.mhz ? b : a));
    const rows = measured.flatMap(({ preset, found }) =>
      found.map(({ path, result }): Cell[] => {
        if (result?.fits !== true) {
          return [
            preset,
            short(path),
            'does not fit',
            result?.cells ?? 'not tried',
            result?.blockRams ?? '',
            '',
            '',
            '',
            '',
          ];
        }
        const { mhz, cells, blockRams, path: longest } = result;
        const delays = [longest.levels, longest.logicNs.toFixed(1), longest.routingNs.toFixed(1)];
        return [preset, short(path), mhz.toFixed(1), cells, blockRams, ...delays, `${longest.from} to ${longest.to}`];
      }),
    );
    return {
      columns: ['preset', 'unit', 'MHz', 'cells', 'BRAM', 'levels', 'logic ns', 'routing ns', 'longest path'],
      rows,
      findings: presets.map((preset) => {
        const { name, mhz, path } = slowest(preset);
        return {
          text: `${preset}: slowest of what fits is ${name}, ${mhz.toFixed(1)} MHz, ${path.levels} levels`,
          holds: null,
        };
      }),
      plot: {
        x: 'preset',
        y: 'MHz',
        kind: 'bar',
        points: routed
          .filter(({ name }) => !name.includes('.'))
          .map(({ preset, name, mhz }) => ({ x: preset, y: mhz, series: name })),
      },
    };
  },
};

/** Without the core's name. */
function short(path: string): string {
  return path.split('.').slice(1).join('.') || 'core';
}
