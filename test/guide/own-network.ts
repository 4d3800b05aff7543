// SPDX-License-Identifier: Apache-2.0
import { saveDit } from '../../src/modules/exion/dit/save.ts';
import { syntheticDit } from '../../src/modules/exion/dit/synthetic.ts';

/** 16 tokens of 2 x 2 pixels, 32 channels, 2 heads, 2 blocks, 3 labels, 8 steps. */
const shape = { tokens: 16, width: 32, heads: 2, ffn: 64, blocks: 2, pixels: 4, labels: 3, steps: 8 };

/** Writes a network and its recorded loop into a folder. */
export function writeNetwork(folder: string): void {
  const { network, samples } = syntheticDit(1, shape);
  saveDit(folder, network, samples);
}
