// SPDX-License-Identifier: Apache-2.0
import type { DitNetwork, FloatLinear } from './network.ts';

/** The network in floating point, as it was trained. Row-major; T tokens, D = width, F = ffn. */

/** Matrices as floats, [output][input]: one multiplication less in the loops. */
const matrices = new WeakMap<FloatLinear, Float32Array>();

function matrixOf(linear: FloatLinear): Float32Array {
  let matrix = matrices.get(linear);
  if (matrix === undefined) {
    const { codes, scale, inputs } = linear;
    matrix = Float32Array.from(codes, (code, e) => code * scale[Math.floor(e / inputs)]!);
    matrices.set(linear, matrix);
  }
  return matrix;
}

/** y[t] = W x[t] + bias for every row of x. */
export function applyLinear(x: Float32Array, linear: FloatLinear): Float32Array {
  const { inputs, outputs, bias } = linear;
  const w = matrixOf(linear);
  const y = new Float32Array((x.length / inputs) * outputs);
  for (let row = 0, e = 0; row < x.length; row += inputs) {
    for (let o = 0; o < outputs; o++, e++) {
      // Four sums, so that an addition need not wait for the one before.
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      const at = o * inputs;
      let i = 0;
      for (; i + 3 < inputs; i += 4) {
        s0 += x[row + i]! * w[at + i]!;
        s1 += x[row + i + 1]! * w[at + i + 1]!;
        s2 += x[row + i + 2]! * w[at + i + 2]!;
        s3 += x[row + i + 3]! * w[at + i + 3]!;
      }
      for (; i < inputs; i++) s0 += x[row + i]! * w[at + i]!;
      y[e] = s0 + s1 + s2 + s3 + bias[o]!;
    }
  }
  return y;
}

/** GELU, tanh form. */
export function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

const silu = (x: number): number => x / (1 + Math.exp(-x));

/** Scale and shift of adaLN, D each. */
export interface Modulation {
  readonly shift: Float32Array;
  readonly scale: Float32Array;
}

/** What step and label do to a block; gates are D each. */
export interface BlockModulation {
  readonly norm1: Modulation;
  readonly gate1: Float32Array;
  readonly norm2: Modulation;
  readonly gate2: Float32Array;
}

export interface StepModulation {
  readonly blocks: readonly BlockModulation[];
  readonly norm: Modulation;
}

/** The conditioning vectors of a step; `labels` as label means no label. */
export function modulation(network: DitNetwork, step: number, label: number): StepModulation {
  const { width } = network.model;
  const half = width / 2;
  const time = 1 - step / network.loop.steps;
  const wave = Float32Array.from({ length: width }, (_, i) => {
    const angle = 1000 * time * Math.exp((-Math.log(10000) * (i % half)) / half);
    return i < half ? Math.cos(angle) : Math.sin(angle);
  });
  const embedded = applyLinear(applyLinear(wave, network.time1).map(silu), network.time2);
  const c = embedded.map((v, i) => silu(v + network.labels[label * width + i]!));
  const parts = (linear: FloatLinear): ((part: number) => Float32Array) => {
    const all = applyLinear(c, linear);
    return (part) => all.subarray(part * width, (part + 1) * width);
  };
  const blocks = network.blocks.map((block): BlockModulation => {
    const part = parts(block.conditioning);
    return {
      norm1: { shift: part(0), scale: part(1) },
      gate1: part(2),
      norm2: { shift: part(3), scale: part(4) },
      gate2: part(5),
    };
  });
  const part = parts(network.conditioning);
  return { blocks, norm: { shift: part(0), scale: part(1) } };
}

function norm(x: Float32Array, { shift, scale }: Modulation, epsilon: number): Float32Array {
  const width = shift.length;
  const y = new Float32Array(x.length);
  for (let row = 0; row < x.length; row += width) {
    let mean = 0;
    for (let c = 0; c < width; c++) mean += x[row + c]!;
    mean /= width;
    let variance = 0;
    for (let c = 0; c < width; c++) variance += (x[row + c]! - mean) ** 2;
    const inverse = 1 / Math.sqrt(variance / width + epsilon);
    for (let c = 0; c < width; c++) y[row + c] = (x[row + c]! - mean) * inverse * (1 + scale[c]!) + shift[c]!;
  }
  return y;
}

/** Attention of all heads from Q, K, V side by side (T x 3 D) to T x D. */
function attend(qkv: Float32Array, { tokens, width, heads }: DitNetwork['model']): Float32Array {
  const out = new Float32Array(tokens * width);
  const channels = width / heads;
  const p = new Float64Array(tokens);
  for (let first = 0; first < width; first += channels) {
    for (let i = 0; i < tokens; i++) {
      let most = -Infinity;
      for (let j = 0; j < tokens; j++) {
        let sum = 0;
        for (let c = first; c < first + channels; c++) sum += qkv[i * 3 * width + c]! * qkv[(j * 3 + 1) * width + c]!;
        p[j] = sum / Math.sqrt(channels);
        most = Math.max(most, p[j]!);
      }
      let total = 0;
      for (let j = 0; j < tokens; j++) total += p[j] = Math.exp(p[j]! - most);
      for (let j = 0; j < tokens; j++) {
        const weight = p[j]! / total;
        for (let c = first; c < first + channels; c++) out[i * width + c]! += weight * qkv[(j * 3 + 2) * width + c]!;
      }
    }
  }
  return out;
}

/** Tensors of the float network that the quantiser needs the ranges of. */
export type FloatTensor = 'input' | 'stream' | 'xn1' | 'qkv' | 'mix' | 'xn2' | 'pre' | 'hidden' | 'xn';
export type FloatObserver = (tensor: FloatTensor, block: number, values: Float32Array) => void;

/** One call of the network: image (T x P) to velocity (T x P). Block -1 is what lies before the blocks, `blocks` what lies after. */
export function predictVelocity(
  network: DitNetwork,
  image: Float32Array,
  { blocks, norm: last }: StepModulation,
  observe: FloatObserver = () => undefined,
): Float32Array {
  const { model, position } = network;
  const epsilon = model.layer_norm_epsilon;
  const { width } = model;
  observe('input', -1, image);
  let x: Float32Array = applyLinear(image, network.embedding).map((v, e) => v + position[e]!);
  observe('stream', -1, x);
  network.blocks.forEach((block, b) => {
    const { norm1, gate1, norm2, gate2 } = blocks[b]!;
    const seen = (tensor: FloatTensor, values: Float32Array): Float32Array => {
      observe(tensor, b, values);
      return values;
    };
    const qkv = seen('qkv', applyLinear(seen('xn1', norm(x, norm1, epsilon)), block.qkv));
    const attended = applyLinear(seen('mix', attend(qkv, model)), block.projection);
    x = seen(
      'stream',
      x.map((v, e) => v + gate1[e % width]! * attended[e]!),
    );
    const pre = seen('pre', applyLinear(seen('xn2', norm(x, norm2, epsilon)), block.ffn1));
    const added = applyLinear(seen('hidden', pre.map(gelu)), block.ffn2);
    x = seen(
      'stream',
      x.map((v, e) => v + gate2[e % width]! * added[e]!),
    );
  });
  const xn = norm(x, last, epsilon);
  observe('xn', network.blocks.length, xn);
  return applyLinear(xn, network.output);
}

/** Update of the image: a x + b v. */
export function updateImage({ loop }: DitNetwork, image: Float32Array, velocity: Float32Array): Float32Array {
  return image.map((x, e) => loop.a * x + loop.b * velocity[e]!);
}

/** The first `steps` steps of the loop of one image, T x P. */
export function denoiseFloat(
  network: DitNetwork,
  label: number,
  noise: Float32Array,
  { steps = network.loop.steps, observe }: { steps?: number; observe?: FloatObserver } = {},
): Float32Array {
  let image = noise;
  for (let step = 0; step < steps; step++) {
    const velocity = predictVelocity(network, image, modulation(network, step, label), observe);
    image = updateImage(network, image, velocity);
  }
  return image;
}
