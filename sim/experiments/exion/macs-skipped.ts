// SPDX-License-Identifier: Apache-2.0
import { iidMask, type Mask } from '../../../src/modules/exion/mask.ts';
import { allOn } from '../../../src/modules/exion/stream-items.ts';
import { type Experiment, type Finding, figure, type PlotPoint } from '../experiment.ts';
import { Compactor, seedsOf } from './compactor.ts';
import { CorePair } from './core-pair-bench.ts';

/** The two ends that the published range fits (paper file, section 2). */
const points = [
  { sparsity: 0.7, sparseIterations: 3, published: 52.47 },
  { sparsity: 0.949, sparseIterations: 9, published: 85.41 },
] as const;

const columns = 1024;

export const macsSkipped: Experiment = {
  system: 'exion',
  number: 1,
  name: 'macs-skipped',
  title: 'FFN multiplications skipped over a period of one dense and N sparse iterations',
  published: '52.47 % to 85.41 % of FFN operations over seven models; N of each model was not found, 3 and 9 are a fit',
  method:
    'RTL. Independent masks of 16 x 1024, 12 seeds. First layer: elements that the control words of the compactor issue. Second layer: KBUILD packs a tensor of ones, and the array (GEMM, K-merge) multiplies the chunks by ones, so that its results are the numbers of elements that it has multiplied. With the overhead: the dense iteration computes the reused part once more (Qs, sparse path).',
  async run({ quick, progress }) {
    const compactor = new Compactor();
    const pair = await CorePair.create();
    const { size, lanes } = pair.p;
    pair.fill(1, 0, columns / lanes, 1);
    pair.tensor = new Int8Array(size * columns).fill(1);
    const secondLayer = (mask: Mask): number => {
      pair.placeMask(mask, 0);
      pair.buildChunks(columns, 0, 0);
      pair.run({ kind: 'kmerge', n: 1, k: columns / lanes, dst: 0, srcA: 0, srcB: 0 });
      return pair.outputs(0).reduce((sum, row) => sum + row, 0);
    };
    const rows: (string | number)[][] = [];
    const plotted: PlotPoint[] = [];
    const findings: Finding[] = [];
    let isWhole = true;
    for (const [i, { sparsity, sparseIterations: n, published }] of points.entries()) {
      const masks = seedsOf(quick).map((seed) => iidMask(seed, size, columns, 1 - sparsity));
      const elements = masks.length * size * columns;
      const marked = masks.reduce((sum, { bits }) => sum + bits.reduce((all, bit) => all + bit, 0), 0);
      const { issued } = await compactor.run(masks, allOn);
      const second = masks.reduce((sum, mask) => sum + secondLayer(mask), 0) / elements;
      isWhole &&= issued === marked && second === marked / elements;
      const layers = (issued / elements + second) / 2;
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
    pair.close();
    findings.push({ text: 'both layers multiply every marked element once and no other', holds: isWhole });
    return {
      columns: ['setting', 'skipped, %', 'with the Qs pass, %', 'published, %'],
      rows,
      findings,
      plot: { x: 'setting', y: 'FFN multiplications skipped, %', kind: 'bar', points: plotted },
    };
  },
};
