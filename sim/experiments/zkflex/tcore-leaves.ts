// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../../src/dsl/index.ts';
import { multiplier } from '../../../src/modules/zkflex/mul/multiplier.ts';
import { modes } from '../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../src/modules/zkflex/tcore/tcore.ts';
import type { Cell, Experiment, Finding, PlotPoint } from '../experiment.ts';
import { coreNames, cores, leavesBelow } from './tcore-cores.ts';

const widths = [256, 384, 768] as const;

/** Table of paper 4.1. */
const expected = { schoolbook: [16, 36, 144], Karatsuba: [9, 18, 54], TCore: [9, 15, 45] } as const;

export const leavesOfProduct: Experiment = {
  system: 'zkflex',
  number: 1,
  name: 'leaves',
  title: 'Leaf multipliers of a product',
  published: 'Karatsuba 54 at 768 bits (GenZA); the others of TCore were not found',
  method:
    'One generator of pipelined multipliers (`multiplier`) elaborated for each core and width, and instances of its multiplier block counted. Karatsuba takes differences of limbs, so that none of its operands grows; its 256-bit core is the same as TCore, since subtractive Toom-2 is that. TCore: leaves of the whole core over the products that it makes in a cycle. Every core is compared with exact products in the tests.',
  run() {
    const whole = leavesBelow(elaborate(tcore({ limb: 128 })).top);
    const rows: Cell[][] = [];
    const findings: Finding[] = [];
    const points: PlotPoint[] = [];
    for (const name of coreNames) {
      const counts = widths.map((width) =>
        leavesBelow(elaborate(multiplier({ width, levels: [...cores[name][width]] })).top),
      );
      rows.push([name, ...counts, ...counts.map((count) => 3 * count)]);
      counts.forEach((count, i) => points.push({ x: `${widths[i]} bits`, y: count, series: name }));
      const holds = counts.every((count, i) => count === expected[name][i]);
      findings.push({ text: `${name}: ${counts.join(' / ')}, model ${expected[name].join(' / ')}`, holds });
    }
    const shared = modes.map(({ lanes }) => whole / lanes);
    findings.push({
      text: `the bank of TCore has ${whole} leaves: ${shared.join(' / ')} a product, so all are busy in each mode`,
      holds: shared.every((count, i) => count === expected.TCore[i]),
    });
    return Promise.resolve({
      columns: ['core', ...widths.map(String), ...widths.map((width) => `slots a modular product, ${width}`)],
      rows,
      findings,
      plot: { x: 'bits of a factor', y: 'leaves', kind: 'bar', points },
    });
  },
};
