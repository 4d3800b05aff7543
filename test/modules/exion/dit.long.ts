// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest';
import { meanPsnr, psnr } from '../../../src/modules/exion/dit/images.ts';
import { loadDitNetwork } from '../../../src/modules/exion/dit/network.ts';
import { dequantiseImage, quantise, quantiseImage } from '../../../src/modules/exion/dit/quantise.ts';
import type { QuantisedNetwork } from '../../../src/modules/exion/dit/quantised.types.ts';
import { denoiseFloat } from '../../../src/modules/exion/dit/reference.ts';
import { type RecordedSamples, loadDitSamples } from '../../../src/modules/exion/dit/samples.ts';
import { settingsFor } from '../../../src/modules/exion/dit/settings.ts';
import {
  type DenoiseObserver,
  type DenoiseSettings,
  denoise,
  exactSettings,
} from '../../../src/modules/exion/golden/denoise.ts';
import { type MacPart, macCounter, skippedShare } from '../../../src/modules/exion/golden/macs.ts';
import { plainDenoise } from '../../../src/modules/exion/golden/plain.ts';
import { absent, ditDigits } from './recorded.ts';

/** Quality and multiplications of all ten images and all fifty steps; prints what it measures. */
describe.skipIf(absent)('dit-digits, whole loops', () => {
  const images = Array.from({ length: 10 }, (_, image) => image);
  let samples: RecordedSamples;
  let quantised: QuantisedNetwork;
  let dense: Float32Array[];
  const noise = (image: number): Int16Array => quantiseImage(quantised, samples.state(0, image));
  const draw = (image: number, settings: DenoiseSettings, observer: DenoiseObserver = {}): Float32Array =>
    dequantiseImage(quantised, denoise(quantised, samples.labels[image]!, noise(image), settings, { observer }));
  beforeAll(() => {
    samples = loadDitSamples(ditDigits);
    quantised = quantise(loadDitNetwork(ditDigits), samples);
    dense = images.map((image) => draw(image, exactSettings(quantised)));
  });

  it('the float reference reproduces every recorded image', () => {
    const network = loadDitNetwork(ditDigits);
    for (const image of images) {
      const drawn = denoiseFloat(network, samples.labels[image]!, samples.state(0, image));
      expect(Math.max(...drawn.map((v, e) => Math.abs(v - samples.state(50, image)[e]!)))).toBeLessThan(1e-4);
    }
  });

  it('integers against float', () => {
    const each = images.map((image) => psnr(dense[image]!, samples.state(50, image)));
    console.log(
      `integers against float, dB: ${each.map((db) => db.toFixed(1)).join(' ')}, mean ${meanPsnr(each).toFixed(1)}`,
    );
    expect(meanPsnr(each)).toBeGreaterThan(40);
    expect(Math.min(...each)).toBeGreaterThan(35);
  });

  it('the sparse model with nothing left out is the plain one, all steps', () => {
    const settings = { ...exactSettings(quantised), sparseIterations: 3 };
    const plain = plainDenoise(quantised, samples.labels[3]!, noise(3));
    expect(denoise(quantised, samples.labels[3]!, noise(3), settings)).toEqual(plain);
  });

  /** FFN sparsity, N, keys of 49, lead, and the least mean PSNR against the dense integer images. */
  it.each([
    [0.8, 3, 49, Infinity, 40],
    [0.9, 3, 49, Infinity, 39],
    [0.95, 3, 49, Infinity, 38],
    [0.8, 9, 49, Infinity, 32],
    [0.9, 9, 49, Infinity, 30],
    [0, 0, 24, Infinity, 32],
    [0, 0, 16, Infinity, 27],
    [0, 0, 10, Infinity, 24],
    [0, 0, 16, 2, 27],
    [0.9, 3, 24, Infinity, 32],
    [0.9, 3, 16, 2, 27],
  ])('FFN %d, N %i, %i keys, lead %d', (ffn, sparseIterations, keys, lead, least) => {
    const settings = settingsFor(quantised, samples, { ffn, sparseIterations, keys, lead });
    const { count, observer } = macCounter(quantised.shape);
    const each = images.map((image) => psnr(draw(image, settings, observer), dense[image]!));
    const share = (...parts: MacPart[]): string => `${(100 * skippedShare(count, parts)).toFixed(1)} %`;
    console.log(
      `FFN ${ffn}, N ${sparseIterations}, ${keys} keys, lead ${lead}: theta ${settings.theta.join(' ')}; ` +
        `dB ${each.map((db) => db.toFixed(1)).join(' ')}, mean ${meanPsnr(each).toFixed(1)}; ` +
        `skipped: FFN ${share('ffn1', 'ffn2')}, with Qs ${share('ffn1', 'ffn2', 'recomputed')}, ` +
        `scores ${share('scores')}, P V ${share('mix')}, Q and K ${share('query', 'key')}`,
    );
    expect(meanPsnr(each)).toBeGreaterThan(least);
  });

  it('automatic thresholds do as well as constant ones', () => {
    const settings = settingsFor(quantised, samples, { ffn: 0.9, sparseIterations: 3, keys: 49, lead: Infinity });
    const { count, observer } = macCounter(quantised.shape);
    const each = images.map((image) => psnr(draw(image, { ...settings, autoSparsity: 0.9 }, observer), dense[image]!));
    console.log(
      `automatic 0.9, N 3: mean ${meanPsnr(each).toFixed(1)} dB, FFN skipped ${skippedShare(count, ['ffn1', 'ffn2'])}`,
    );
    expect(meanPsnr(each)).toBeGreaterThan(39);
    expect(skippedShare(count, ['ffn1', 'ffn2'])).toBeGreaterThan(0.64);
  });
});
