// SPDX-License-Identifier: Apache-2.0
import { columnClusteredMask, iidMask } from '../../../src/modules/exion/mask.ts';
import { type Experiment, type Finding, figure, type Measured, near, type PlotPoint } from '../experiment.ts';
import { allOn } from '../../../src/modules/exion/stream-items.ts';
import { Compactor, onHardware } from './compactor.ts';
import { modelSeeds } from './samples.ts';

/** The model's ranges for column-clustered masks. */
const model = { 70: [0.43, 0.45], 90: [0.15, 0.16], 95: [0.08, 0.09] } as const;

export const clusteredColumns: Experiment = {
  system: 'exion',
  number: 4,
  name: 'clustered',
  title: 'Column-clustered masks',
  published: 'not found',
  method: `Rates of columns drawn from Beta(d, 1 - d), mean density d, 16 x 1024, M = 3; independent masks of equal density beside them. Golden model, 200 seeds, the first ${onHardware} of which run through the compactor RTL, every control word compared.`,
  async run({ quick, progress }) {
    const compactor = new Compactor();
    const rows: (string | number)[][] = [];
    const points: PlotPoint[] = [];
    const findings: Finding[] = [];
    for (const [text, [least, most]] of Object.entries(model)) {
      const sparsity = Number(text);
      const density = 1 - sparsity / 100;
      const of = (make: typeof iidMask): Promise<Measured> =>
        compactor.ratios(
          modelSeeds(quick).map((seed) => make(seed, 16, 1024, density)),
          allOn,
        );
      const clustered = await of(columnClusteredMask);
      const independent = await of(iidMask);
      rows.push([`${sparsity} %`, figure(clustered.mean), `${least}-${most}`, figure(independent.mean)]);
      points.push(
        { x: sparsity, y: clustered.mean, series: 'clustered columns' },
        { x: sparsity, y: independent.mean, series: 'independent' },
      );
      findings.push(near(`${sparsity} %`, clustered, [least, most]));
      progress(rows.length / 3, `${sparsity} %`);
    }
    await compactor.close();
    return {
      columns: ['sparsity', 'clustered', 'model', 'independent'],
      rows,
      findings,
      plot: { x: 'sparsity, %', y: 'blocks / dense blocks', kind: 'line', points },
    };
  },
};
