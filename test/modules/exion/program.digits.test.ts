// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, test } from 'vitest';
import { ExionCoreParams, exionCorePresets } from '../../../src/modules/exion/core.params.ts';
import { loadDitNetwork } from '../../../src/modules/exion/dit/network.ts';
import { quantise, quantiseImage } from '../../../src/modules/exion/dit/quantise.ts';
import type { QuantisedNetwork } from '../../../src/modules/exion/dit/quantised.types.ts';
import { loadDitSamples } from '../../../src/modules/exion/dit/samples.ts';
import { dominanceFor } from '../../../src/modules/exion/dit/settings.ts';
import { compileNetwork, type NetworkJob } from '../../../src/modules/exion/program/index.ts';
import { checkHazards } from './program.hazards.ts';
import { compareWithGolden } from './program.observe.ts';
import { absent, ditDigits, skipped } from './recorded.ts';

describe.skipIf(absent)(`a trained network${skipped}`, () => {
  let network: QuantisedNetwork;
  let job: NetworkJob;

  beforeAll(() => {
    const samples = loadDitSamples(ditDigits);
    network = quantise(loadDitNetwork(ditDigits), samples, { images: [3], stride: 25 });
    // Steps 0 and 3 are dense.
    job = {
      label: 3,
      noise: quantiseImage(network, samples.state(0, 3)),
      settings: { sparseIterations: 2, theta: [10, 10, 8, 6], keys: 8, dominance: dominanceFor(network, 2) },
      steps: 4,
    };
  });

  test.each([
    { preset: 'tiny', cores: 1 },
    { preset: 'main', cores: 2 },
  ] as const)('$preset, cores $cores: all tensors of 4 steps', ({ preset, cores }) => {
    const params = ExionCoreParams.parse(exionCorePresets[preset]);
    const program = compileNetwork(network, job, { params, scratchWords: 16384, cores });
    const { tensors } = compareWithGolden(program, network, job);
    // RK of several cores is not compared.
    expect(tensors).toBe(4 * 4 + 4 * (4 * (12 + 4 * (cores === 1 ? 5 : 4)) + 3 * 2));
  });

  test('no hazards', () => {
    const params = ExionCoreParams.parse(exionCorePresets.main);
    const program = compileNetwork(network, { ...job, steps: 1 }, { params, scratchWords: 16384, cores: 2 });
    expect(checkHazards(program).faults).toEqual([]);
  });
});
