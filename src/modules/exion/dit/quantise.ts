// SPDX-License-Identifier: Apache-2.0
import { type CalibrationPlan, calibrate, fiveStatesOf } from './calibrate.ts';
import { fitRequantise } from './fit.ts';
import type { DitNetwork } from './network.ts';
import { quantiseBlock } from './quantise-block.ts';
import { quantiseConditioning } from './quantise-conditioning.ts';
import { quantiseAdd, weightsOf } from './quantise-linear.ts';
import type { QuantisedNetwork } from './quantised.types.ts';
import type { DitSamples } from './samples.ts';
import { networkScales } from './scales.ts';

/** Turns a network into integers, with activation scales from states of the recorded loop. */
export function quantise(
  network: DitNetwork,
  samples: DitSamples,
  plan: CalibrationPlan = fiveStatesOf([0, 2, 4, 6, 8], samples, network.loop.steps),
): QuantisedNetwork {
  const { model, loop, embedding, output } = network;
  const scales = networkScales(network, calibrate(network, samples, plan));
  const pixels = model.patch_pixels;
  return {
    name: network.name,
    shape: {
      tokens: model.tokens,
      width: model.width,
      heads: model.heads,
      ffn: model.ffn,
      blocks: model.blocks,
      pixels,
      labels: model.labels,
      steps: loop.steps,
    },
    scales: { image: scales.image, stream: scales.stream },
    input: fitRequantise(
      'input',
      new Array<number>(pixels).fill(scales.image / scales.input),
      new Float64Array(pixels),
    ),
    embedding: {
      weights: weightsOf(embedding),
      position: Int16Array.from(network.position, (value) => Math.round(value / scales.stream)),
      add: quantiseAdd('embedding', embedding, scales.input, scales.stream),
    },
    blocks: network.blocks.map((block, b) => quantiseBlock(`block ${b}`, block, model.heads, scales.blocks[b]!)),
    output: {
      weights: weightsOf(output),
      update: quantiseAdd('output', output, scales.xn, scales.image, { keep: loop.a, gate: () => loop.b }),
    },
    conditioning: quantiseConditioning(network, scales),
  };
}

/** Image values in codes of the integer network. */
export function quantiseImage({ scales }: QuantisedNetwork, image: ArrayLike<number>): Int16Array {
  return Int16Array.from(image, (value) => Math.max(-32767, Math.min(32767, Math.round(value / scales.image))));
}

export function dequantiseImage({ scales }: QuantisedNetwork, image: Int16Array): Float32Array {
  return Float32Array.from(image, (code) => code * scales.image);
}
