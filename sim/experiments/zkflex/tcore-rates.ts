// SPDX-License-Identifier: Apache-2.0
import { fields } from '../../../src/modules/zkflex/fields.ts';
import { montgomery } from '../../../src/modules/zkflex/golden/montgomery.ts';
import { modes } from '../../../src/modules/zkflex/tcore.params.ts';
import type { Cell, Experiment, Finding, PlotPoint } from '../experiment.ts';
import { measureRate } from './tcore-run.ts';

const limb = 128;
const fieldsOfModes = [fields.bn254Fr, fields.bls12381Fq, fields.mnt4753Fr] as const;
const bitsOf = (mode: number): number => modes[mode]!.limbs * limb;

const method =
  'TCore (L = 128, LP = 22) as RTL in the embedded simulator, operands offered in every lane in every cycle, uniform below p, every result compared with the golden Montgomery product.';

export const ratesOfModes: Experiment = {
  system: 'zkflex',
  number: 3,
  name: 'rates',
  title: 'Modular products a cycle',
  published: 'LegoZK splits a unit of 768 bits into 2 of 384 or 3 of 256: ratio 3:2:1',
  method,
  async run({ quick, progress }) {
    const rates: number[] = [];
    for (const [mode, { prime }] of fieldsOfModes.entries()) {
      const run = await measureRate({ limb }, mode, montgomery(prime, bitsOf(mode)), quick ? 60 : 900);
      rates.push(run.products / run.cycles);
      progress((mode + 1) / 3, `${bitsOf(mode)} bits`);
    }
    const expected = [5 / 3, 1, 1 / 3];
    const ratio = rates.map((rate) => rate / rates[2]!);
    return {
      columns: ['bits', 'field', 'modular products a cycle', 'model', 'of the rate at 768'],
      rows: rates.map((rate, mode): Cell[] => [
        bitsOf(mode),
        fieldsOfModes[mode]!.name,
        rate.toFixed(4),
        expected[mode]!.toFixed(4),
        ratio[mode]!.toFixed(2),
      ]),
      findings: [
        ...rates.map((rate, mode): Finding => ({
          text: `${bitsOf(mode)} bits: ${rate.toFixed(4)}, model ${expected[mode]!.toFixed(4)} +- 1 %`,
          holds: Math.abs(rate / expected[mode]! - 1) < 0.01,
        })),
        {
          text: `ratio ${ratio.map((each) => each.toFixed(2)).join(' : ')}, model 5 : 3 : 1`,
          holds: [5, 3, 1].every((each, i) => Math.abs(ratio[i]! / each - 1) < 0.01),
        },
      ],
      plot: {
        x: 'bits',
        y: 'modular products a cycle',
        kind: 'bar',
        points: rates.flatMap((rate, mode): PlotPoint[] => [{ x: bitsOf(mode), y: rate, series: 'TCore' }]),
      },
    };
  },
};

export const leafUtilisation: Experiment = {
  system: 'zkflex',
  number: 4,
  name: 'utilisation',
  title: 'Use of the leaves over 3,000 modular products',
  published: 'GenZA 75 to 100 %',
  method: `${method} A modular product takes three slots of a lane; the use is these over the slots of all lanes from the first operands to the last. In each mode all 45 leaves belong to lanes.`,
  async run({ quick, progress }) {
    const uses: number[] = [];
    for (const [mode, { prime }] of fieldsOfModes.entries()) {
      const { lanes } = modes[mode]!;
      const count = quick ? 60 : 3000;
      const run = await measureRate({ limb }, mode, montgomery(prime, bitsOf(mode)), count);
      uses.push((3 * run.products) / (lanes * run.cycles));
      progress((mode + 1) / 3, `${bitsOf(mode)} bits`);
    }
    return {
      columns: ['bits', 'lanes', 'cells a lane', 'use of leaf slots'],
      rows: uses.map((use, mode): Cell[] => {
        const { lanes, cells } = modes[mode]!;
        return [bitsOf(mode), lanes, cells, `${(100 * use).toFixed(2)} %`];
      }),
      findings: uses.map((use, mode) => ({
        text: `${bitsOf(mode)} bits: ${(100 * use).toFixed(2)} %, at least 99 %`,
        holds: use >= 0.99,
      })),
      plot: {
        x: 'bits',
        y: 'use of leaf slots, %',
        kind: 'bar',
        points: uses.map((use, mode) => ({ x: bitsOf(mode), y: 100 * use, series: 'TCore' })),
      },
    };
  },
};

export const paddedOperands: Experiment = {
  system: 'zkflex',
  number: 5,
  name: 'padded',
  title: 'The same bank with operands padded to 768 bits',
  published: '5-11x for the whole system',
  method: `${method} The fields of 256 and 384 bits once in their own mode and once with R = 2^768 in the mode for 768 bits.`,
  async run({ quick, progress }) {
    const rows: Cell[][] = [];
    const findings: Finding[] = [];
    const points: PlotPoint[] = [];
    for (const [mode, model] of [
      [0, 5],
      [1, 3],
    ] as const) {
      const { prime, name } = fieldsOfModes[mode];
      const count = quick ? 60 : 900;
      const own = await measureRate({ limb }, mode, montgomery(prime, bitsOf(mode)), count);
      const padded = await measureRate({ limb }, 2, montgomery(prime, bitsOf(2)), quick ? 20 : 300);
      const rate = (run: typeof own): number => run.products / run.cycles;
      const gain = rate(own) / rate(padded);
      rows.push([name, bitsOf(mode), rate(own).toFixed(4), rate(padded).toFixed(4), gain.toFixed(2)]);
      points.push({ x: name, y: rate(own), series: 'own mode' }, { x: name, y: rate(padded), series: 'padded to 768' });
      const holds = Math.abs(gain / model - 1) < 0.01;
      findings.push({ text: `${bitsOf(mode)} bits: ${gain.toFixed(2)}x, model ${model}.0x`, holds });
      progress(mode === 0 ? 0.5 : 1, name);
    }
    return {
      columns: ['field', 'bits of its mode', 'products a cycle', 'padded to 768', 'gain'],
      rows,
      findings,
      plot: { x: 'field', y: 'modular products a cycle', kind: 'bar', points },
    };
  },
};
