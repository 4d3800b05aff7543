// SPDX-License-Identifier: Apache-2.0
import { topKMask } from '../../../src/modules/exion/mask.ts';
import { type Experiment, figure } from '../experiment.ts';
import { array, Compactor, seedsOf, variants } from './compactor.ts';

const tokens = 256;
/** Words of a head of 64 channels. */
const headWords = 4;
/** Attention sparsity of the published range and between. */
const sparsities = [0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95];

/** Array cycles of a tile and head, mean over seeds; `worst` of the chosen mode. */
interface Sweep {
  readonly sparsity: number;
  readonly k: number;
  readonly condense: number;
  readonly merged: number;
  readonly chosen: number;
  readonly worst: number;
}

export const attentionSweep: Experiment = {
  system: 'exion',
  number: 8,
  name: 'attention-sweep',
  title: 'Attention scores: sparsity by top-k, and the mode chooser',
  published: 'intra-iteration sparsity of 20 % to 95 % over seven models',
  method:
    'Top-k masks of 16 queries x 256 keys with 12 hot keys, 12 seeds, through the compactor RTL; array cycles by the formula of the array unit (asserted in its tests) with heads of 64 channels, so KW = 4 words, PD = 4: a merged word of s slots takes max(4, 4 s) cycles, a dense block 4. The mode chooser takes the smaller sum of each unit of work.',
  async run({ quick, progress }) {
    const compactor = new Compactor({ columns: tokens });
    const { cols } = compactor.params;
    const period = (slots: number): number => Math.max(headWords, (slots * cols) / array.drain);
    const dense = (tokens / cols) * period(1);
    const results: Sweep[] = [];
    for (const [i, sparsity] of sparsities.entries()) {
      const k = Math.round((1 - sparsity) * tokens);
      const costs = { condense: [] as number[], 'merge with cv': [] as number[] };
      for (const seed of seedsOf(quick)) {
        const mask = topKMask(seed, 16, tokens, k, 12);
        for (const name of ['condense', 'merge with cv'] as const) {
          const { words } = await compactor.run([mask], variants[name]);
          costs[name].push(words.reduce((sum, word) => sum + period(word.slots), 0));
        }
      }
      const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
      const merged = costs['merge with cv'];
      results.push({
        sparsity,
        k,
        condense: mean(costs.condense),
        merged: mean(merged),
        chosen: mean(merged.map((cycles) => Math.min(cycles, dense))),
        worst: Math.max(...merged.map((cycles) => Math.min(cycles, dense))),
      });
      progress((i + 1) / sparsities.length, `k = ${k}`);
    }
    await compactor.close();
    return {
      columns: ['sparsity', 'k', 'dense', 'condense', 'merged', 'chosen'],
      rows: results.map((r) => [
        `${Math.round(100 * r.sparsity)} %`,
        r.k,
        dense,
        figure(r.condense),
        figure(r.merged),
        figure(r.chosen),
      ]),
      findings: [
        {
          text: 'the chosen mode never takes more cycles than dense',
          holds: results.every(({ worst }) => worst <= dense),
        },
        {
          text: 'cycles fall, or stay, as k falls',
          holds: results.every(({ chosen }, i) => i === 0 || chosen <= results[i - 1]!.chosen),
        },
      ],
      plot: {
        x: 'attention sparsity, %',
        y: 'array cycles of a tile and head',
        kind: 'line',
        points: results.flatMap((r) => {
          const curves = { condense: r.condense, merged: r.merged, chosen: r.chosen, dense };
          return Object.entries(curves).map(([series, y]) => ({ x: Math.round(100 * r.sparsity), y, series }));
        }),
      },
    };
  },
};
