// SPDX-License-Identifier: Apache-2.0
/**
 * Draws the images of a recorded network with the golden model, nothing left out beside sparse, and writes the sheet of the README:
 * `npx tsx scripts/exion-images.ts [FOLDER]`. The hardware gives the same values (workload `denoise`).
 */
import { writeFileSync } from 'node:fs';
import { loadSparseNetwork } from '../sim/workloads/exion-network.ts';
import { differenceOf, imageOf, meanPsnr, psnr, sheetPng } from '../src/modules/exion/dit/images.ts';
import { dequantiseImage, quantiseImage } from '../src/modules/exion/dit/quantise.ts';
import type { SparsitySettings } from '../src/modules/exion/dit/quantised.types.ts';
import { denoise, exactSettings } from '../src/modules/exion/golden/denoise.ts';

const sheet = new URL('../docs/figures/exion-denoise.png', import.meta.url);

const { network, samples, settings } = loadSparseNetwork(process.argv[2] ?? null);
const pairs = [...samples.labels].map((label, image) => {
  const noise = quantiseImage(network, samples.state(0, image));
  const draw = (how: SparsitySettings): Float32Array => dequantiseImage(network, denoise(network, label, noise, how));
  const pair = { dense: draw(exactSettings(network)), sparse: draw(settings) };
  console.log(`image ${image}, label ${label}: ${psnr(pair.sparse, pair.dense).toFixed(1)} dB`);
  return pair;
});
console.log(`mean ${meanPsnr(pairs.map(({ dense, sparse }) => psnr(sparse, dense))).toFixed(1)} dB`);
const { pixels } = network.shape;
const dense = pairs.map((pair) => imageOf(pair.dense, pixels));
const sparse = pairs.map((pair) => imageOf(pair.sparse, pixels));
const gain = 4;
const differences = dense.map((image, i) => differenceOf(image, sparse[i]!, gain));
writeFileSync(sheet, sheetPng([dense, sparse, differences], 5));
