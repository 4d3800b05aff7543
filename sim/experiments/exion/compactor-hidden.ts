// SPDX-License-Identifier: Apache-2.0
import { iidMask } from '../../../src/modules/exion/mask.ts';
import { allOn } from '../../../src/modules/exion/stream-items.ts';
import { type Experiment, figure, type PlotPoint } from '../experiment.ts';
import { array, type Compacted, Compactor, seedsOf } from './compactor.ts';

const contractions = [64, 128, 256, 512, 1152];
const sparsities = [0.7, 0.8, 0.9, 0.95, 0.97];
const lanes = 16;

export const compactorHidden: Experiment = {
  system: 'exion',
  number: 9,
  name: 'compactor-hidden',
  title: 'Is the compactor hidden behind the array?',
  published: 'not found',
  method:
    'Cycles of the compactor RTL for a unit of 16 x 1024 (from its counters, mean of 12 seeds) against the array cycles of the unit before it (sum of max(KW, slots C / PD), formula of the array unit), which work at the same time on two map buffers; the array waits for the difference. K is the length of the contraction.',
  async run({ quick, progress }) {
    const compactor = new Compactor();
    const { cols } = compactor.params;
    const rows: (string | number)[][] = [];
    const points: PlotPoint[] = [];
    let worst = 0;
    for (const [i, sparsity] of sparsities.entries()) {
      const runs: Compacted[] = [];
      for (const seed of seedsOf(quick)) runs.push(await compactor.run([iidMask(seed, 16, 1024, 1 - sparsity)], allOn));
      const row: (string | number)[] = [`${Math.round(100 * sparsity)} %`];
      const compacting = runs.reduce((sum, { counters }) => sum + counters.cycles_total, 0) / runs.length;
      row.push(figure(compacting));
      for (const k of contractions) {
        const period = (slots: number): number => Math.max(Math.ceil(k / lanes), (slots * cols) / array.drain);
        const busy = runs.map(({ words }) => words.reduce((sum, word) => sum + period(word.slots), 0));
        // Unit i + 1 is compacted while unit i is on the array.
        const waits = busy.map((cycles, u) => Math.max(0, runs[(u + 1) % runs.length]!.counters.cycles_total - cycles));
        const share = sum(waits) / (sum(busy) + sum(waits));
        if (k >= 512) worst = Math.max(worst, share);
        row.push(`${(100 * share).toFixed(1)} %`);
        points.push({ x: k, y: 100 * share, series: `${Math.round(100 * sparsity)} %` });
      }
      rows.push(row);
      progress((i + 1) / sparsities.length, String(row[0]));
    }
    await compactor.close();
    return {
      columns: ['sparsity', 'compactor, cycles', ...contractions.map((k) => `array waits, K = ${k}`)],
      rows,
      findings: [
        {
          text: `from K = 512 on the array waits less than 2 % of its time: ${(100 * worst).toFixed(2)} % at most`,
          holds: worst < 0.02,
        },
      ],
      plot: { x: 'K', y: 'share of cycles in which the array waits, %', kind: 'line', points },
    };
  },
};

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
