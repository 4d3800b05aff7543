// SPDX-License-Identifier: Apache-2.0
import { topKMask } from '../../../src/modules/exion/mask.ts';
import { allOn } from '../../../src/modules/exion/stream-items.ts';
import { mergeUnit } from '../../../src/modules/exion/units.ts';
import { conMergeOf } from '../../../src/modules/exion/cau/cau.types.ts';
import { type Experiment, figure, measured } from '../experiment.ts';
import { seedsOf } from './compactor.ts';
import { CorePair } from './core-pair-bench.ts';

const tokens = 256;
/** Words of a head of 64 channels. */
const headWords = 4;
/** Attention sparsity of the published range and between. */
const sparsities = [0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95];
/** Seeds that run on the hardware. */
const most = 4;

/** Cycles of a GEMM of one tile and head, from the command to `done`, of a mask. */
interface Costs {
  readonly condense: number;
  readonly merged: number;
  readonly chosen: number;
}

export const attentionSweep: Experiment = {
  system: 'exion',
  number: 8,
  name: 'attention-sweep',
  title: 'Attention scores: sparsity by top-k, and the mode chooser',
  published: 'intra-iteration sparsity of 20 % to 95 % over seven models',
  method: `RTL: CAU and SDUE of a core (16 x 16 x 16, placement lane, M = 3, PD = 4) with the mask memory. Top-k masks of 16 queries x 256 keys with 12 hot keys, ${most} seeds; CMBUILD, then GEMM of heads of 64 channels in modes DENSE, OSPARSE, and OSPARSE with AUTO, which is the mode chooser; cycles of the GEMM from the transfer of the command to done, counted at the ports. Condense only: the same with M = 1.`,
  async run({ quick, progress }) {
    const pair = await CorePair.create({ columns: tokens });
    const single = await CorePair.create({ columns: tokens, slots: 1 });
    const { size } = pair.p;
    const blocks = tokens / size;
    const command = { kind: 'osparse', n: blocks, k: headWords, dst: 0, srcA: 0, srcB: 0 } as const;
    for (const each of [pair, single]) each.fill(1, headWords, blocks * headWords);
    const dense = pair.run({ ...command, kind: 'dense' });
    const isExact = [dense === pair.expect({ ...command, kind: 'dense' }, { words: null, chunks: null }).cycles];
    const rows: { readonly sparsity: number; readonly k: number; readonly costs: readonly Costs[] }[] = [];
    for (const [i, sparsity] of sparsities.entries()) {
      const k = Math.round((1 - sparsity) * tokens);
      const costs = seedsOf(quick, most).map((seed): Costs => {
        const mask = topKMask(seed, 16, tokens, k, 12);
        const run = (bench: CorePair, auto: boolean): number => {
          const { words } = mergeUnit({ mask, modes: allOn }, conMergeOf(bench.p));
          const cycles = bench.run({ ...command, auto });
          isExact.push(cycles === bench.expect({ ...command, auto }, { words, chunks: null }).cycles);
          return cycles;
        };
        for (const bench of [pair, single]) {
          bench.placeMask(mask, 0);
          bench.buildMap(tokens, 0);
        }
        return { condense: run(single, false), merged: run(pair, false), chosen: run(pair, true) };
      });
      pair.checkOutputs();
      rows.push({ sparsity, k, costs });
      progress((i + 1) / sparsities.length, `k = ${k}`);
    }
    pair.close();
    single.close();
    const percent = (share: number): number => Math.round(100 * share);
    const mean = (costs: readonly Costs[], of: keyof Costs): number => measured(costs.map((each) => each[of])).mean;
    const all = rows.flatMap(({ costs }) => costs);
    return {
      columns: ['sparsity', 'k', 'dense', 'condense', 'merged', 'chosen'],
      rows: rows.map(({ sparsity, k, costs }) => [
        `${percent(sparsity)} %`,
        k,
        dense,
        ...(['condense', 'merged', 'chosen'] as const).map((of) => figure(mean(costs, of))),
      ]),
      findings: [
        {
          text: 'the mode chooser never takes more cycles than dense, nor than merged, on any mask',
          holds: all.every(({ merged, chosen }) => chosen === Math.min(merged, dense)),
        },
        {
          text: 'cycles fall, or stay, as k falls',
          holds: rows.every(({ costs }, i) => i === 0 || mean(costs, 'chosen') <= mean(rows[i - 1]!.costs, 'chosen')),
        },
        {
          text: `cycles of the hardware equal the formula of the array, 14 + b + sum of max(b, slots C / PD) + last drain, in all ${isExact.length} runs`,
          holds: isExact.every(Boolean),
        },
      ],
      notes: [
        'A pass of s slots takes max(k, s D) cycles, never more than the s passes of its blocks, s max(k, D), so merging cannot lose to condensing nor to dense; with heads as short as the drain it gains nothing over condensing either. The mode chooser therefore decides only ties here, and takes dense.',
      ],
      plot: {
        x: 'attention sparsity, %',
        y: 'array cycles of a tile and head',
        kind: 'line',
        points: rows.flatMap(({ sparsity, costs }) => [
          ...(['condense', 'merged', 'chosen'] as const).map((series) => ({
            x: percent(sparsity),
            y: mean(costs, series),
            series,
          })),
          { x: percent(sparsity), y: dense, series: 'dense' },
        ]),
      },
    };
  },
};
