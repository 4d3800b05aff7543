// SPDX-License-Identifier: Apache-2.0
import { fewRowsMask } from '../../../src/modules/exion/mask.ts';
import { type Experiment, figure, type Measured, near } from '../experiment.ts';
import type { UnitModes } from '../../../src/modules/exion/stream-items.ts';
import { Compactor, onHardware, variants } from './compactor.ts';
import { modelSeeds } from './samples.ts';

export const fewTokens: Experiment = {
  system: 'exion',
  number: 5,
  name: 'few-tokens',
  title: 'Few tokens: three live rows of 16, 95 % sparsity',
  published: 'MLD, which has few tokens, gains most (public note on an independent check)',
  method: `Masks of 16 x 1024 with three live rows of 5 % density: golden model, 200 seeds, the first ${onHardware} of which run through the compactor RTL, every control word compared.`,
  async run({ quick }) {
    const compactor = new Compactor();
    const masks = modelSeeds(quick).map((seed) => fewRowsMask(seed, 16, 1024, 3, 0.05));
    const of = (modes: UnitModes): Promise<Measured> => compactor.ratios(masks, modes);
    const condense = await of(variants.condense);
    const merged = await of(variants['merge with cv']);
    await compactor.close();
    return {
      columns: ['variant', 'blocks / dense blocks', 'model'],
      rows: [
        ['condense', figure(condense.mean), 0.14],
        ['merge with cv', figure(merged.mean), 0.06],
      ],
      findings: [near('condense', condense, 0.14), near('merge with cv', merged, 0.06)],
      plot: {
        x: 'variant',
        y: 'blocks / dense blocks',
        kind: 'bar',
        points: [
          { x: 'condense', y: condense.mean, series: 'three live rows' },
          { x: 'merge with cv', y: merged.mean, series: 'three live rows' },
        ],
      },
    };
  },
};
