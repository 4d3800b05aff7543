// SPDX-License-Identifier: Apache-2.0
import { type Random, random } from '../golden/prng.ts';
import type { DitNetwork, FloatLinear } from './network.ts';
import { modulation, predictVelocity, updateImage } from './reference.ts';
import type { NetworkShape } from './quantised.types.ts';
import type { DitSamples } from './samples.ts';

/** Standard normal numbers (Box-Muller). */
export function gaussians(rand: Random, length: number): Float32Array {
  return Float32Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - rand())) * Math.cos(2 * Math.PI * rand()));
}

/** Random weights with outputs about as large as inputs. */
function linear(rand: Random, outputs: number, inputs: number, biasSize = 0.1): FloatLinear {
  return {
    outputs,
    inputs,
    codes: Int8Array.from({ length: outputs * inputs }, () => Math.floor(rand() * 255) - 127),
    scale: Float32Array.from({ length: outputs }, () => ((0.5 + rand()) * Math.sqrt(3 / inputs)) / 127),
    bias: gaussians(rand, outputs).map((v) => v * biasSize),
  };
}

/** A network of any shape with random weights, and its recorded loop for one image a label: for what is too large, or too regular, in a trained one. */
export function syntheticDit(seed: number, shape: NetworkShape): { network: DitNetwork; samples: DitSamples } {
  const rand = random(seed);
  const { tokens, width, heads, ffn, blocks, pixels, labels, steps } = shape;
  const network: DitNetwork = {
    name: `synthetic ${seed}`,
    model: { tokens, width, heads, ffn, blocks, labels, patch_pixels: pixels, layer_norm_epsilon: 1e-6, gelu: 'tanh' },
    loop: { steps, a: Math.cos(Math.PI / 2 / steps), b: -Math.sin(Math.PI / 2 / steps) },
    position: gaussians(rand, tokens * width).map((v) => v / 2),
    embedding: linear(rand, width, pixels),
    time1: linear(rand, width, width),
    time2: linear(rand, width, width),
    labels: gaussians(rand, (labels + 1) * width),
    blocks: Array.from({ length: blocks }, () => ({
      qkv: linear(rand, 3 * width, width),
      projection: linear(rand, width, width),
      ffn1: linear(rand, ffn, width),
      ffn2: linear(rand, width, ffn),
      conditioning: linear(rand, 6 * width, width, 0.5),
    })),
    conditioning: linear(rand, 2 * width, width),
    output: linear(rand, pixels, width),
  };
  return { network, samples: recordLoop(network, rand) };
}

function recordLoop(network: DitNetwork, rand: Random): DitSamples {
  const { tokens, patch_pixels: pixels, labels } = network.model;
  const loops = Array.from({ length: labels }, (_, label) => {
    const states = [gaussians(rand, tokens * pixels)];
    for (let step = 0; step < network.loop.steps; step++) {
      const image = states[step]!;
      states.push(updateImage(network, image, predictVelocity(network, image, modulation(network, step, label))));
    }
    return states;
  });
  return {
    labels: Int32Array.from(loops, (_, label) => label),
    state: (step, image) => {
      const state = loops[image]?.[step];
      if (state === undefined) throw new RangeError(`step ${step} of image ${image} is not recorded`);
      return state;
    },
  };
}
