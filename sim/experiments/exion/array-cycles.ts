// SPDX-License-Identifier: Apache-2.0
import { iidMask } from '../../../src/modules/exion/mask.ts';
import { type Experiment, type Finding, figure, near, type PlotPoint } from '../experiment.ts';
import { Compactor, seedsOf, variants } from './compactor.ts';

type Variant = keyof typeof variants;

/** The paper file's model (section 3.3), +- 0.02 between seeds. */
const model: Readonly<Record<number, Readonly<Record<Variant, number>>>> = {
  70: { condense: 1.0, 'merge, no cv': 0.99, 'merge with cv': 0.56, 'cv, no sort': 0.72 },
  80: { condense: 0.97, 'merge, no cv': 0.94, 'merge with cv': 0.42, 'cv, no sort': 0.47 },
  90: { condense: 0.82, 'merge, no cv': 0.71, 'merge with cv': 0.28, 'cv, no sort': 0.28 },
  95: { condense: 0.56, 'merge, no cv': 0.43, 'merge with cv': 0.19, 'cv, no sort': 0.19 },
  97: { condense: 0.39, 'merge, no cv': 0.29, 'merge with cv': 0.14, 'cv, no sort': 0.14 },
};

export const arrayCycles: Experiment = {
  system: 'exion',
  number: 2,
  name: 'array-cycles',
  title: 'Array cycles: condense, merge, merge with conflict vector',
  published: 'per-model values were not found',
  method:
    'Independent masks of 16 x 1024, 12 seeds, through the compactor RTL (16 x 16, M = 3, TRIES = 2) in the embedded simulator, every control word compared with the golden model; array cycles are the sum over words of max(KW, slots C / PD) with KW = 72, PD = 4, beside 72 a dense block.',
  async run({ quick, progress }) {
    const compactor = new Compactor();
    const rows: (string | number)[][] = [];
    const points: PlotPoint[] = [];
    const findings: Finding[] = [];
    const sparsities = Object.keys(model).map(Number);
    const names = Object.keys(variants) as Variant[];
    for (const [i, sparsity] of sparsities.entries()) {
      const masks = seedsOf(quick).map((seed) => iidMask(seed, 16, 1024, 1 - sparsity / 100));
      const ratios: number[] = [];
      for (const name of names) {
        const ratio = await compactor.each(masks, variants[name], (run) => run.arrayCycles / run.denseCycles);
        ratios.push(ratio.mean);
        points.push({ x: sparsity, y: ratio.mean, series: name });
        findings.push(near(`${sparsity} % ${name}`, ratio, model[sparsity]![name]));
      }
      const [condense, noCv, cv] = ratios as [number, number, number];
      findings.push({ text: `${sparsity} %: condense >= no cv >= cv`, holds: condense >= noCv && noCv >= cv });
      rows.push([`${sparsity} %`, ...ratios.map(figure), ...names.map((name) => model[sparsity]![name])]);
      progress((i + 1) / sparsities.length, `${sparsity} %`);
    }
    await compactor.close();
    return {
      columns: ['sparsity', ...names, ...names.map((name) => `${name} (model)`)],
      rows,
      findings,
      plot: { x: 'sparsity, %', y: 'array cycles / dense cycles', kind: 'line', points },
    };
  },
};
