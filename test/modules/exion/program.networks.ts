// SPDX-License-Identifier: Apache-2.0
import type {
  AxpyParams,
  NetworkShape,
  NormParams,
  QuantisedLinear,
  QuantisedNetwork,
  RequantiseParams,
  WeightMatrix,
} from '../../../src/modules/exion/dit/quantised.types.ts';
import { type Random, random } from '../../../src/modules/exion/golden/prng.ts';

/** Standard deviation of uniform codes -127 .. 127, about. */
const spread = 73;

/** A network of any shape with random weights, scaled so that no tensor is all zero or all clamped. Same seed, same network. */
export function syntheticNetwork(shape: NetworkShape, seed: number): QuantisedNetwork {
  const rand = random(seed);
  const { tokens, width, heads, ffn, pixels, labels, steps } = shape;
  const between = (low: number, high: number): number => low + Math.floor(rand() * (high - low + 1));
  const many = (count: number, low: number, high: number): number[] =>
    Array.from({ length: count }, () => between(low, high));
  const matrix = (outputs: number, inputs: number): WeightMatrix => ({
    outputs,
    inputs,
    codes: Int8Array.from(many(outputs * inputs, -127, 127)),
  });
  /** Sums of `inputs` products of weights and codes of deviation 40 to codes of deviation 40. */
  const requantise = (columns: number, inputs: number, input = 40): RequantiseParams => {
    const size = Math.sqrt(inputs) * spread * input;
    return {
      offset: Int32Array.from(many(columns, -size, size).map((v) => Math.round(v / 4))),
      gain: Uint16Array.from({ length: columns }, () => Math.round((40 / size) * 2 ** 20 * (0.7 + 0.6 * rand()))),
      shift: 20,
    };
  };
  const linear = (outputs: number, inputs: number): QuantisedLinear => ({
    weights: matrix(outputs, inputs),
    requantise: requantise(outputs, inputs),
  });
  const add = (columns: number, inputs: number, size: number, keep = 1): AxpyParams => {
    const factor = size / (Math.sqrt(inputs) * spread * 40);
    return {
      offset: Int32Array.from(many(columns, -1000, 1000)),
      gain: Int16Array.from({ length: columns }, () => Math.round(factor * 2 ** 16 * (2 * rand() - 1))),
      keep: Math.round(keep * 2 ** 16),
      shift: 16,
    };
  };
  const norm = (): NormParams => ({
    offset: Int32Array.from(many(width, -20 * 2 ** 16, 20 * 2 ** 16)),
    gain: Int16Array.from({ length: width }, () => Math.round((40 / 4096) * 2 ** 16 * (0.5 + rand()))),
    epsilon: 1000,
    shift: 16,
  });
  const channels = width / heads;
  const tensor = { gain: Math.round((40 / (Math.sqrt(width) * spread * 40)) * 2 ** 20), shift: 20 };
  return {
    name: `synthetic ${seed}`,
    shape,
    scales: { image: 1, stream: 1 },
    input: {
      offset: new Int32Array(pixels),
      gain: Uint16Array.from(many(pixels, 50, 80)),
      shift: 14,
    },
    embedding: {
      weights: matrix(width, pixels),
      position: Int16Array.from(many(tokens * width, -3000, 3000)),
      add: add(width, pixels, 4000),
    },
    blocks: Array.from({ length: shape.blocks }, () => ({
      query: linear(width, width),
      key: linear(width, width),
      value: linear(width, width),
      predictQuery: matrix(width, width),
      predictKey: matrix(width, width),
      heads: Array.from({ length: heads }, () => ({
        predictQuery: tensor,
        predictKey: tensor,
        scoreShift: between(0, 3),
        logitsPerUnit: 1,
        softmax: { gain: between(200, 400), shift: Math.round(Math.log2(Math.sqrt(channels) * 1600)) },
      })),
      mix: requantise(width, 1, 127 / 5),
      projection: matrix(width, width),
      ffn1: linear(ffn, width),
      table: geluLike(rand),
      ffn2: matrix(width, ffn),
    })),
    output: { weights: matrix(pixels, width), update: add(pixels, width, 2000, 0.9) },
    conditioning: Array.from({ length: labels }, () =>
      Array.from({ length: steps }, () => ({
        blocks: Array.from({ length: shape.blocks }, () => ({
          norm1: norm(),
          gate1: add(width, width, 2000),
          norm2: norm(),
          gate2: add(width, ffn, 2000),
        })),
        norm: norm(),
      })),
    ),
  };
}

/** Positive codes stay, negative ones become small: most of what comes out is near 0. */
function geluLike(rand: Random): Int8Array {
  return Int8Array.from({ length: 256 }, (_, index) => {
    const code = (index << 24) >> 24;
    return code > 0 ? Math.min(127, code) : -Math.round(6 * rand());
  });
}

/** A start image. */
export function syntheticNoise({ tokens, pixels }: NetworkShape, seed: number): Int16Array {
  const rand = random(seed);
  return Int16Array.from({ length: tokens * pixels }, () => Math.round(30000 * (rand() - rand())));
}
