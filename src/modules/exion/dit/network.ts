// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { DitManifest, type WeightEntry, fileCheck } from './manifest.ts';
import type { WeightMatrix } from './quantised.types.ts';

/** y[o] = bias[o] + scale[o] * (codes[o] . x). */
export interface FloatLinear extends WeightMatrix {
  /** Real value of code 1, an entry an output. */
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

export interface DitBlock {
  /** 3 D x D: Q, K, V. */
  readonly qkv: FloatLinear;
  readonly projection: FloatLinear;
  readonly ffn1: FloatLinear;
  readonly ffn2: FloatLinear;
  /** 6 D x D: shift, scale, gate of attention, then of the FFN. */
  readonly conditioning: FloatLinear;
}

/** A diffusion transformer with adaLN-zero as it was trained: int8 matrices with a scale an output, everything else in float. */
export interface DitNetwork {
  readonly name: string;
  readonly model: DitManifest['model'];
  readonly loop: DitManifest['loop'];
  /** T x D. */
  readonly position: Float32Array;
  /** D x P. */
  readonly embedding: FloatLinear;
  readonly time1: FloatLinear;
  readonly time2: FloatLinear;
  /** (labels + 1) x D; the last one means no label. */
  readonly labels: Float32Array;
  readonly blocks: readonly DitBlock[];
  /** 2 D x D: shift and scale of the last LayerNorm. */
  readonly conditioning: FloatLinear;
  /** P x D. */
  readonly output: FloatLinear;
}

/** Loads a network from a folder with manifest.json, weights_int8.bin and weights_f32.bin in the form of dit-digits. */
export function loadDitNetwork(folder: string): DitNetwork {
  const manifest = DitManifest.load(folder);
  const { model, loop } = manifest;
  const { width, ffn, tokens, pixels, blocks, labels } = {
    ...model,
    pixels: model.patch_pixels,
  };
  const file = fileCheck(join(folder, 'manifest.json'));
  const codes = new Int8Array(manifest.bytes('weights_int8.bin'));
  const floats = new Float32Array(manifest.bytes('weights_f32.bin'));

  const entry = (name: string, ...shape: number[]): WeightEntry => {
    const found = manifest.weights.find((w) => w.name === name);
    if (found === undefined) return file.fail(`field weights: expected an entry '${name}'`);
    if (found.shape.join() !== shape.join()) {
      file.fail(`weight '${name}' has shape [${found.shape.join(', ')}]: expected [${shape.join(', ')}]`);
    }
    return found;
  };
  const slice = <A extends Int8Array | Float32Array>(of: A, name: string, offset: number, length: number): A => {
    if (offset + length > of.length) file.fail(`weight '${name}' ends at element ${offset + length} of ${of.length}`);
    return of.subarray(offset, offset + length) as A;
  };
  const vector = (name: string, ...shape: number[]): Float32Array => {
    const { dtype, offset } = entry(name, ...shape);
    if (dtype !== 'float32') file.fail(`weight '${name}' is ${dtype}: expected float32`);
    const length = shape.reduce((product, n) => product * n, 1);
    return slice(floats, name, offset, length);
  };
  const linear = (name: string, outputs: number, inputs: number): FloatLinear => {
    const { dtype, offset, scale_offset: scaleAt } = entry(`${name}.weight`, outputs, inputs);
    if (dtype !== 'int8' || scaleAt === undefined) {
      return file.fail(`weight '${name}.weight': expected int8 with scale_offset`);
    }
    return {
      outputs,
      inputs,
      // Paper 3.0: the most negative code is clamped at load.
      codes: slice(codes, name, offset, outputs * inputs).map((code) => Math.max(code, -127)),
      scale: slice(floats, name, scaleAt, outputs),
      bias: vector(`${name}.bias`, outputs),
    };
  };

  return {
    name: manifest.name,
    model,
    loop,
    position: vector('pos', tokens, width),
    embedding: linear('emb', width, pixels),
    time1: linear('t1', width, width),
    time2: linear('t2', width, width),
    labels: vector('lab.weight', labels + 1, width),
    blocks: Array.from({ length: blocks }, (_, b) => ({
      qkv: linear(`blocks.${b}.qkv`, 3 * width, width),
      projection: linear(`blocks.${b}.proj`, width, width),
      ffn1: linear(`blocks.${b}.fc1`, ffn, width),
      ffn2: linear(`blocks.${b}.fc2`, width, ffn),
      conditioning: linear(`blocks.${b}.ada`, 6 * width, width),
    })),
    conditioning: linear('ada', 2 * width, width),
    output: linear('out', pixels, width),
  };
}
