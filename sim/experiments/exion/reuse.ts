// SPDX-License-Identifier: Apache-2.0
import { countMarked } from '../../../src/modules/exion/golden/bitmask.ts';
import { kMerge } from '../../../src/modules/exion/golden/kmerge.ts';
import { iidMask } from '../../../src/modules/exion/mask.ts';
import { allOn } from '../../../src/modules/exion/stream-items.ts';
import { type Experiment, type Finding, figure, type PlotPoint } from '../experiment.ts';
import { Compactor, kMergeShape, seedsOf } from './compactor.ts';

/** The two ends that the published range fits (paper file, section 2). */
const points = [
  { sparsity: 0.7, sparseIterations: 3, published: 52.47 },
  { sparsity: 0.949, sparseIterations: 9, published: 85.41 },
] as const;

export const macsSkipped: Experiment = {
  system: 'exion',
  number: 1,
  name: 'macs-skipped',
  title: 'FFN multiplications skipped over a period of one dense and N sparse iterations',
  published: '52.47 % to 85.41 % of FFN operations over seven models; N of each model was not found, 3 and 9 are a fit',
  method:
    'Independent masks of 16 x 1024, 12 seeds. First layer: elements that the control words of the compactor RTL issue. Second layer: elements that the chunks of K-merge hold (golden model; the unit equals it word for word). Both issue every marked element exactly once. With the overhead: the dense iteration computes the reused part once more (Qs, sparse path).',
  async run({ quick, progress }) {
    const compactor = new Compactor();
    const rows: (string | number)[][] = [];
    const plotted: PlotPoint[] = [];
    const findings: Finding[] = [];
    for (const [i, { sparsity, sparseIterations: n, published }] of points.entries()) {
      const masks = seedsOf(quick).map((seed) => iidMask(seed, 16, 1024, 1 - sparsity));
      const elements = masks.length * 16 * 1024;
      const first = (await compactor.run(masks, allOn)).issued / elements;
      const second = masks.reduce((sum, mask) => sum + heldIn(mask), 0) / elements;
      const layers = (first + second) / 2;
      const skipped = (100 * (1 - layers) * n) / (n + 1);
      const net = 100 * (1 - (1 + n * layers + second / 2) / (n + 1));
      const label = `s = ${sparsity}, N = ${n}`;
      rows.push([label, figure(skipped), figure(net), published]);
      plotted.push(
        { x: label, y: skipped, series: 'skipped' },
        { x: label, y: net, series: 'with the Qs pass' },
        { x: label, y: published, series: 'published' },
      );
      findings.push({
        text: `${label}: ${skipped.toFixed(2)} %, published ${published} % (within 1 point)`,
        holds: Math.abs(skipped - published) <= 1,
      });
      progress((i + 1) / points.length, label);
    }
    await compactor.close();
    return {
      columns: ['setting', 'skipped, %', 'with the Qs pass, %', 'published, %'],
      rows,
      findings,
      plot: { x: 'setting', y: 'FFN multiplications skipped, %', kind: 'bar', points: plotted },
    };
  },
};

/** Marked elements that the chunks of a mask hold; all of them, or the chunks are wrong. */
function heldIn(mask: Parameters<typeof kMerge>[0]): number {
  const columns = kMerge(mask, kMergeShape).flatMap((chunk) => chunk.columns.flat());
  const kept = new Set(columns.filter((f) => f !== null));
  const held = countMarked({ ...mask, bits: mask.bits.map((bit, at) => (kept.has(at % mask.columns) ? bit : 0)) });
  if (held !== countMarked(mask)) throw new Error('chunks of K-merge leave elements out');
  return held;
}

/** The published range of first-layer output sparsity. */
const sparsities = [0.7, 0.8, 0.9, 0.95, 0.97];
/** The paper file's K-merge model with free lanes, to two places. */
const freeLanes = [0.54, 0.37, 0.28, 0.19, 0.13];

export const denseOverhead: Experiment = {
  system: 'exion',
  number: 12,
  name: 'dense-overhead',
  title: 'What a dense iteration pays for reuse: the Qs pass',
  published: 'not found',
  method:
    'K-merge of independent masks of 16 x 1024 (12 seeds, L = 16, M = 3, WIN = 8, column f bound to lane f mod L): chunks over dense words is the share of one FFN layer that the pass Qs = (H o MASK) W2 takes; over both layers it is half of that. Golden model, to which the unit is equal word for word.',
  run({ quick }) {
    const ratios = sparsities.map((sparsity) => {
      const chunks = seedsOf(quick).map((seed) => kMerge(iidMask(seed, 16, 1024, 1 - sparsity), kMergeShape).length);
      return chunks.reduce((sum, each) => sum + each, 0) / (chunks.length * (1024 / kMergeShape.lanes));
    });
    const percent = (v: number): string => `${(100 * v).toFixed(1)} %`;
    const at95 = ratios[3]! / 2;
    return Promise.resolve({
      columns: ['sparsity', 'of one layer', 'of the FFN of that iteration', 'one layer, free lanes (model)'],
      rows: ratios.map((ratio, i) => [percent(sparsities[i]!), figure(ratio), percent(ratio / 2), freeLanes[i]!]),
      findings: [
        {
          text: `at 95 % the pass adds ${percent(at95)} to the FFN cycles of a dense iteration; the model with free lanes says 9.5 %`,
          holds: null,
        },
        {
          text: `binding a column to its lane costs ${figure(Math.max(...ratios.map((ratio, i) => ratio - freeLanes[i]!)))} of a layer at most against the model with free lanes`,
          holds: null,
        },
      ],
      plot: {
        x: 'sparsity, %',
        y: 'chunks / dense words',
        kind: 'line',
        points: ratios.flatMap((ratio, i) => [
          { x: 100 * sparsities[i]!, y: ratio, series: 'lanes bound' },
          { x: 100 * sparsities[i]!, y: freeLanes[i]!, series: 'lanes free (model)' },
        ]),
      },
    });
  },
};
