// SPDX-License-Identifier: Apache-2.0
import { denoise, exactSettings } from '../golden/denoise.ts';
import { magnitudeHistogram, thetaForTail } from '../golden/threshold.ts';
import { type CalibrationPlan, calibrationStates, fiveStatesOf } from './calibrate.ts';
import { quantiseImage } from './quantise.ts';
import type { QuantisedNetwork, SparsitySettings } from './quantised.types.ts';
import type { DitSamples } from './samples.ts';

/**
 * A constant theta for each block (paper 3.1): the smallest with which at least the share `sparsity` of the FFN activations, over
 * states of the recorded loop, is reused.
 */
export function constantThresholds(
  network: QuantisedNetwork,
  samples: DitSamples,
  sparsity: number,
  plan: CalibrationPlan,
): number[] {
  const { blocks, steps, tokens, ffn } = network.shape;
  const histograms = Array.from({ length: blocks }, () => new Array<number>(128).fill(0));
  let states = 0;
  for (const { step, image } of calibrationStates(plan, steps)) {
    states++;
    const noise = quantiseImage(network, samples.state(step, image));
    denoise(network, samples.labels[image]!, noise, exactSettings(network), {
      first: step,
      steps: 1,
      observer: {
        block: ({ block }, { hidden }) =>
          magnitudeHistogram(hidden).forEach((count, size) => {
            histograms[block]![size]! += count;
          }),
      },
    });
  }
  // (1 - 0.9) * 100 is 9.999... in floating point; 10 is meant.
  const tail = Math.floor((1 - sparsity) * states * tokens * ffn + 1e-6);
  return histograms.map((histogram) => thetaForTail(histogram, tail));
}

/** thetaD of each block and head for a lead of the best predicted score over the second of `lead` logits (natural logarithm). */
export function dominanceFor({ blocks }: QuantisedNetwork, lead: number): number[][] {
  return blocks.map(({ heads }) => heads.map((head) => Math.min(65536, Math.round(lead / head.logitsPerUnit))));
}

export interface SparsityTargets {
  /** Share of the FFN activations that sparse iterations reuse. */
  readonly ffn: number;
  readonly sparseIterations: number;
  readonly keys: number;
  /** Lead in logits with which a key dominates; Infinity: never. */
  readonly lead: number;
}

/** Settings for what is wanted, thresholds constant over the loop. */
export function settingsFor(
  network: QuantisedNetwork,
  samples: DitSamples,
  { ffn, sparseIterations, keys, lead }: SparsityTargets,
  plan: CalibrationPlan = fiveStatesOf([0, 5], samples, network.shape.steps),
): SparsitySettings {
  return {
    sparseIterations,
    theta: constantThresholds(network, samples, ffn, plan),
    keys,
    dominance: dominanceFor(network, lead),
  };
}
