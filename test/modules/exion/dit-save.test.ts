// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDitNetwork } from '../../../src/modules/exion/dit/network.ts';
import { predictVelocity, modulation } from '../../../src/modules/exion/dit/reference.ts';
import { loadDitSamples } from '../../../src/modules/exion/dit/samples.ts';
import { saveDit } from '../../../src/modules/exion/dit/save.ts';
import { syntheticDit } from '../../../src/modules/exion/dit/synthetic.ts';

const shape = { tokens: 4, width: 6, heads: 3, ffn: 10, blocks: 2, pixels: 1, labels: 2, steps: 3 };

test('a saved network and its loop are loaded as they were', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-dit-'));
  try {
    const { network, samples } = syntheticDit(7, shape);
    saveDit(join(folder, 'new'), network, samples);
    expect(loadDitNetwork(join(folder, 'new'))).toEqual(network);
    const loaded = loadDitSamples(join(folder, 'new'));
    expect(loaded.labels).toEqual(samples.labels);
    expect(loaded.images.length).toBe(shape.labels * shape.tokens * shape.pixels);
    for (let image = 0; image < shape.labels; image++) {
      for (let step = 0; step <= shape.steps; step++) {
        expect(loaded.state(step, image)).toEqual(samples.state(step, image));
        if (step === shape.steps) continue;
        const velocity = predictVelocity(network, samples.state(step, image), modulation(network, step, image));
        loaded.velocity(step, image).forEach((v, e) => expect(v).toBeCloseTo(velocity[e]!, 4));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
