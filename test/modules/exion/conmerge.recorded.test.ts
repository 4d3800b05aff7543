// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { conMergeRatios } from '../../../src/modules/exion/ratios.ts';
import { loadFfnTrace } from '../../../src/modules/exion/trace.ts';
import { checked } from './conmerge.check.ts';
import { absent, ditDigits, skipped } from './recorded.ts';

const { main } = conMergePresets;

describe.skipIf(absent)(`recorded masks of dit-digits${skipped}`, () => {
  /** Masks of every fifth step and all blocks, theta chosen for that sparsity as the automatic mode does. */
  const recorded = (sparsity: number): masks.Mask[] => {
    const { steps, blocks, tokens, channels, activations } = loadFfnTrace(ditDigits);
    const result: masks.Mask[] = [];
    for (let step = 0; step < steps; step += 5) {
      for (let block = 0; block < blocks; block++) {
        const act = activations(step, block);
        result.push(masks.thresholdMask(act, tokens, channels, masks.thetaForSparsity(act, sparsity)));
      }
    }
    return result;
  };

  it('the loader reads what the manifest describes: share below 5 % of the maximum, block by block', () => {
    const trace = loadFfnTrace(ditDigits);
    [0.6446, 0.751, 0.8211, 0.8885].forEach((share, block) => {
      let below = 0;
      for (let step = 0; step < trace.steps; step++) {
        const size = trace.activations(step, block).map(Math.abs);
        const limit = 0.05 * Math.max(...size);
        below += size.filter((h) => h < limit).length / size.length;
      }
      expect(Math.abs(below / trace.steps - share)).toBeLessThan(0.03); // int8 codes are coarse near the limit
    });
  });

  it.each([
    [0.7, 0.71, 0.68, 0.36],
    [0.8, 0.6, 0.57, 0.27],
    [0.9, 0.44, 0.41, 0.18],
    [0.95, 0.29, 0.26, 0.12],
    [0.97, 0.2, 0.18, 0.1],
  ])('at least %d sparse: condense %d, merge %d, merge with cv %d', (sparsity, condense, noCv, cv) => {
    const measured = conMergeRatios(recorded(sparsity), main);
    expect(measured.sparsity).toBeGreaterThanOrEqual(sparsity);
    expect([measured.condense.ratio, measured.mergeNoCv.ratio, measured.mergeCv.ratio]).toEqual([
      expect.closeTo(condense, 1.7),
      expect.closeTo(noCv, 1.7),
      expect.closeTo(cv, 1.7),
    ]);
  });

  it('every recorded element is issued exactly once', () => {
    for (const mask of recorded(0.9).slice(0, 8)) {
      for (const tile of masks.tileMask(mask, main.rows, main.columns)) checked(tile, main);
    }
  });
});
