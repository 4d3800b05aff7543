// SPDX-License-Identifier: Apache-2.0
import type {
  AxpyParams,
  NormParams,
  QuantisedBlock,
  QuantisedLinear,
  QuantisedNetwork,
  RequantiseParams,
  StepConditioning,
  WeightMatrix,
} from '../dit/quantised.types.ts';
import { axpy, dot, requantise } from './arith.ts';
import { layerNorm } from './layer-norm.ts';
import { softmaxRow } from './softmax.ts';

/**
 * The integer network with nothing left out: no masks, no prediction, no reuse. Written straight from the equations of
 * `quantised.types.ts`, a row at a time, and shares only the scalar arithmetic with the sparse model, which must equal it when sparsity
 * is off (paper 8).
 */

type Row = ArrayLike<number>;

const product = (x: Row, { outputs, inputs, codes }: WeightMatrix): number[] =>
  Array.from({ length: outputs }, (_, o) => dot(x, codes.subarray(o * inputs, (o + 1) * inputs)));

const rq = (a: readonly number[], { offset, gain, shift }: RequantiseParams): number[] =>
  a.map((value, c) => requantise(value + offset[c]!, gain[c]!, shift));

const add = (b: Row, a: readonly number[], { offset, gain, keep, shift }: AxpyParams): number[] =>
  a.map((value, c) => axpy(b[c]!, keep, value + offset[c]!, gain[c]!, shift));

const linear = (x: Row, { weights, requantise: params }: QuantisedLinear): number[] => rq(product(x, weights), params);

const norm = (x: Row, { epsilon, gain, offset, shift }: NormParams): Row => layerNorm(x, epsilon, gain, offset, shift);

/** Attention of all heads, row i of Q, K, V is token i. */
function attend(
  q: readonly number[][],
  k: readonly number[][],
  v: readonly number[][],
  block: QuantisedBlock,
): number[][] {
  const channels = q[0]!.length / block.heads.length;
  const all = k.map(() => 1);
  return q.map((query) => {
    const row = block.heads.flatMap(({ softmax }, g) => {
      const [from, to] = [g * channels, (g + 1) * channels];
      const scores = k.map((key) => dot(query.slice(from, to), key.slice(from, to)));
      const p = softmaxRow(scores, all, softmax.gain, softmax.shift);
      return Array.from({ length: channels }, (_, c) =>
        dot(
          p,
          v.map((value) => value[from + c]!),
        ),
      );
    });
    return rq(row, block.mix);
  });
}

/** One step: image (T rows of P codes) to the next image. */
export function plainStep(
  network: QuantisedNetwork,
  image: readonly Row[],
  conditioning: StepConditioning,
): number[][] {
  const { embedding, output } = network;
  const { width } = network.shape;
  let x = image.map((pixels, t) => {
    const position = embedding.position.subarray(t * width, (t + 1) * width);
    return add(position, product(rq(Array.from(pixels), network.input), embedding.weights), embedding.add);
  });
  network.blocks.forEach((block, b) => {
    const { norm1, gate1, norm2, gate2 } = conditioning.blocks[b]!;
    const xn = x.map((row) => norm(row, norm1));
    const [q, k, v] = [block.query, block.key, block.value].map((w) => xn.map((row) => linear(row, w)));
    const mixed = attend(q!, k!, v!, block);
    x = x.map((row, t) => add(row, product(mixed[t]!, block.projection), gate1));
    x = x.map((row) => {
      const hidden = linear(norm(row, norm2), block.ffn1).map((code) => block.table[code & 255]!);
      return add(row, product(hidden, block.ffn2), gate2);
    });
  });
  return x.map((row, t) => add(image[t]!, product(norm(row, conditioning.norm), output.weights), output.update));
}

/** `steps` steps of the loop from step `first` on, image as in `denoise`. */
export function plainDenoise(
  network: QuantisedNetwork,
  label: number,
  noise: Int16Array,
  { first = 0, steps = network.shape.steps - first }: { first?: number; steps?: number } = {},
): Int16Array {
  const { pixels, tokens } = network.shape;
  let image: Row[] = Array.from({ length: tokens }, (_, t) => noise.subarray(t * pixels, (t + 1) * pixels));
  for (let step = first; step < first + steps; step++) {
    image = plainStep(network, image, network.conditioning[label]![step]!);
  }
  return Int16Array.from(image.flatMap((row) => Array.from(row)));
}
