// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { ExionCoreParams, exionCorePresets } from '../../../src/modules/exion/core.params.ts';
import { compileNetwork } from '../../../src/modules/exion/program/index.ts';
import { syntheticNetwork, syntheticNoise } from './program.networks.ts';
import { compareWithGolden } from './program.observe.ts';

const tiny = ExionCoreParams.parse(exionCorePresets.tiny);

test('a small network', () => {
  const shape = { tokens: 10, width: 16, heads: 2, ffn: 24, blocks: 2, pixels: 4, labels: 1, steps: 4 };
  const network = syntheticNetwork(shape, 1);
  const noise = syntheticNoise(shape, 2);
  const settings = {
    sparseIterations: 1,
    theta: [30, 20],
    keys: 3,
    dominance: [
      [60, 60],
      [60, 60],
    ],
  };
  const program = compileNetwork(
    network,
    { label: 0, noise, settings },
    { params: tiny, scratchWords: 8192, cores: 1 },
  );
  const { tensors, image } = compareWithGolden(program, network, { label: 0, noise, settings });
  console.log(program.commands.length, tensors, image.slice(0, 8));
  expect(tensors).toBeGreaterThan(100);
});
