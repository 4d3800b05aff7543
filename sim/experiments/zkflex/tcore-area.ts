// SPDX-License-Identifier: Apache-2.0
import { divideByConstantBlock } from '../../../src/modules/zkflex/arith/divide-by-constant.ts';
import { leaf } from '../../../src/modules/zkflex/mul/leaf.ts';
import { leafCount, leafWidth, multiplier } from '../../../src/modules/zkflex/mul/multiplier.ts';
import type { Cell, Experiment, PlotPoint } from '../experiment.ts';
import { coreNames, cores, resourcesOf } from './tcore-cores.ts';

const flipFlopTransistors = 16;

export const coreAreas: Experiment = {
  system: 'zkflex',
  number: 2,
  name: 'core-area',
  title: 'Area of a 384-bit product core: Toom-3, Karatsuba, schoolbook',
  published: 'GenZA calls the division of Toom-3 non-trivial and gives no figure',
  method:
    'The cores of experiment 1 at 384 bits (96 with --quick), each module by itself with the hierarchy kept, in simple CMOS gates as `stat -tech cmos` of Yosys counts them (flip-flop 16 transistors), with all pipeline registers: one product a cycle. Leaves are what Yosys makes of `*`, without Booth recoding. The division is `divide_by_constant` for 262 bits without registers, over the whole Toom-3 core. Ratios only: no library, no wires.',
  async run({ quick, progress }) {
    const width = quick ? 96 : 384;
    const rows: Cell[][] = [];
    const points: PlotPoint[] = [];
    const totals = new Map<string, number>();
    for (const [i, name] of coreNames.entries()) {
      const levels = [...cores[name][384]];
      const all = await resourcesOf(multiplier({ width, levels }), 'cmos');
      const one = await resourcesOf(leaf({ width: leafWidth({ width, levels }), stages: 3 }), 'cmos');
      const registers = all.ff * flipFlopTransistors;
      const leaves = one.transistors * leafCount(levels);
      totals.set(name, all.transistors);
      rows.push([name, leafCount(levels), all.transistors, leaves, registers, all.transistors - registers]);
      points.push({ x: name, y: all.transistors / 1e6, series: 'with registers' });
      points.push({ x: name, y: (all.transistors - registers) / 1e6, series: 'without registers' });
      progress((i + 1) / 4, name);
    }
    const bits = 2 * (width / 3) + 6;
    const division = await resourcesOf(divideByConstantBlock({ width: bits, divisor: 3, registers: 'none' }), 'cmos');
    const core = totals.get('TCore')!;
    const [ko, school] = ['Karatsuba', 'schoolbook'].map((name) => totals.get(name)! / core);
    const share = (100 * division.transistors) / core;
    return {
      columns: ['core', 'leaves', 'transistors', 'of these leaves', 'registers', 'all but registers'],
      rows,
      findings: [
        { text: `Karatsuba / TCore: ${ko!.toFixed(3)}, at least 1.05`, holds: ko! >= 1.05 },
        { text: `schoolbook / TCore: ${school!.toFixed(2)} (model without registers 2.12)`, holds: null },
        {
          text: `division by 3: ${division.transistors} transistors, ${share.toFixed(2)} % of the core, below 2 %`,
          holds: share < 2,
        },
      ],
      plot: { x: 'core', y: 'million transistors', kind: 'bar', points },
    };
  },
};
