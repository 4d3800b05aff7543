// SPDX-License-Identifier: Apache-2.0
import { iidMask } from '../../../src/modules/exion/mask.ts';
import { type Experiment, figure, near } from '../experiment.ts';
import { Compactor, onHardware, variants } from './compactor.ts';
import { modelSeeds } from './samples.ts';

const cases = [
  { label: 'M = 1', slots: 1, variant: 'merge with cv', expected: 0.56 },
  { label: 'M = 2', slots: 2, variant: 'merge with cv', expected: 0.29 },
  { label: 'M = 3', slots: 3, variant: 'merge with cv', expected: 0.19 },
  { label: 'M = 4', slots: 4, variant: 'merge with cv', expected: 0.15 },
  { label: 'M = 3, no cv', slots: 3, variant: 'merge, no cv', expected: 0.43 },
] as const;

export const slotCount: Experiment = {
  system: 'exion',
  number: 3,
  name: 'slots',
  title: 'How many blocks to merge: M = 1 .. 4 at 95 % sparsity',
  published: 'not found (merging up to three blocks is the published design)',
  method: `Independent masks of 16 x 1024, M = 1, 2, 3, 4: golden model, 200 seeds, the first ${onHardware} of which run through the compactor RTL, every control word compared.`,
  async run({ quick, progress }) {
    const masks = modelSeeds(quick).map((seed) => iidMask(seed, 16, 1024, 0.05));
    const results = [];
    for (const [i, { label, slots, variant, expected }] of cases.entries()) {
      const compactor = new Compactor({ slots });
      const ratio = await compactor.ratios(masks, variants[variant]);
      await compactor.close();
      results.push({ label, ratio, expected });
      progress((i + 1) / cases.length, label);
    }
    return {
      columns: ['variant', 'blocks / dense blocks', 'model'],
      rows: results.map(({ label, ratio, expected }) => [label, figure(ratio.mean), expected]),
      findings: results.map(({ label, ratio, expected }) => near(label, ratio, expected)),
      plot: {
        x: 'slots',
        y: 'blocks / dense blocks',
        kind: 'bar',
        points: results.map(({ label, ratio }) => ({ x: label, y: ratio.mean, series: '95 %' })),
      },
    };
  },
};
