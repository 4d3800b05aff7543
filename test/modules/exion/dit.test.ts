// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest';
import { imageOf, psnr } from '../../../src/modules/exion/dit/images.ts';
import { type DitNetwork, loadDitNetwork } from '../../../src/modules/exion/dit/network.ts';
import { dequantiseImage, quantise, quantiseImage } from '../../../src/modules/exion/dit/quantise.ts';
import type { QuantisedNetwork } from '../../../src/modules/exion/dit/quantised.types.ts';
import { denoiseFloat, modulation, predictVelocity } from '../../../src/modules/exion/dit/reference.ts';
import { type RecordedSamples, loadDitSamples } from '../../../src/modules/exion/dit/samples.ts';
import { settingsFor } from '../../../src/modules/exion/dit/settings.ts';
import {
  type DenoiseObserver,
  type DenoiseSettings,
  denoise,
  exactSettings,
} from '../../../src/modules/exion/golden/denoise.ts';
import { macCounter, skippedShare } from '../../../src/modules/exion/golden/macs.ts';
import { plainDenoise } from '../../../src/modules/exion/golden/plain.ts';
import { absent, ditDigits, skipped } from './recorded.ts';

/** All images, all steps and more settings are in dit.long.ts. */
describe.skipIf(absent)(`the network dit-digits${skipped}`, () => {
  /** Not among the images that the scales are calibrated on. */
  const image = 3;
  const first = 26; // 24 steps are left: six periods of four
  let network: DitNetwork;
  let samples: RecordedSamples;
  let quantised: QuantisedNetwork;
  let label: number;
  let start: Int16Array;
  beforeAll(() => {
    network = loadDitNetwork(ditDigits);
    samples = loadDitSamples(ditDigits);
    quantised = quantise(network, samples);
    label = samples.labels[image]!;
    start = quantiseImage(quantised, samples.state(first, image));
  });
  const draw = (settings: DenoiseSettings, observer: DenoiseObserver = {}): Float32Array =>
    dequantiseImage(quantised, denoise(quantised, label, start, settings, { first, observer }));
  const worst = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((v, e) => Math.abs(v - b[e]!)));

  it('the float reference reproduces the recorded loop', () => {
    const noise = samples.state(0, image);
    expect(worst(denoiseFloat(network, label, noise, { steps: 10 }), samples.state(10, image))).toBeLessThan(1e-5);
    for (const [step, other] of [
      [0, 0],
      [24, 5],
      [49, 9],
    ] as const) {
      const state = samples.state(step, other);
      const velocity = predictVelocity(network, state, modulation(network, step, samples.labels[other]!));
      expect(worst(velocity, samples.velocity(step, other))).toBeLessThan(2e-5);
    }
  });

  it('images are the recorded ones, pixel for pixel', () => {
    for (let other = 0; other < 10; other++) {
      const { grey } = imageOf(samples.state(50, other), network.model.patch_pixels);
      expect(grey).toEqual(samples.images.subarray(other * 196, (other + 1) * 196));
    }
  });

  it('with nothing left out, the sparse model is the plain one', () => {
    const settings = { ...exactSettings(quantised), sparseIterations: 1 };
    const part = { first, steps: 2 };
    expect(denoise(quantised, label, start, settings, part)).toEqual(plainDenoise(quantised, label, start, part));
  });

  it('integers draw the float image; nine tenths of the FFN reused for three iterations, nearly the same', () => {
    const dense = draw(exactSettings(quantised));
    expect(psnr(dense, samples.state(50, image))).toBeGreaterThan(40);

    const targets = { ffn: 0.9, sparseIterations: 3, keys: 49, lead: Infinity };
    const settings = settingsFor(quantised, samples, targets, { images: [0, 5], stride: 25 });
    const { count, observer } = macCounter(quantised.shape);
    expect(psnr(draw(settings, observer), dense)).toBeGreaterThan(38);
    expect(Math.abs(skippedShare(count, ['ffn1', 'ffn2']) - 0.9 * 0.75)).toBeLessThan(0.02);
    expect(Math.abs(skippedShare(count, ['ffn1', 'ffn2', 'recomputed']) - (0.9 * 0.75 - 0.05 * 0.25))).toBeLessThan(
      0.02,
    );
  });
});
