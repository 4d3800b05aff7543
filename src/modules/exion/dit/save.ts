// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageOf } from './images.ts';
import type { WeightEntry } from './manifest.ts';
import type { DitNetwork, FloatLinear } from './network.ts';
import type { DitSamples } from './samples.ts';

/** Elements of one file, one array behind the other. */
class Elements<A extends Int8Array | Float32Array> {
  readonly #parts: A[] = [];
  length = 0;

  /** Puts an array behind the others; returns the place of its first element. */
  add(part: A): number {
    this.#parts.push(part);
    this.length += part.length;
    return this.length - part.length;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
  }
}

/**
 * Writes a network and its recorded loop as a folder that `loadDitNetwork` and `loadDitSamples` read: manifest.json, int8 matrices and float32 vectors in a
 * file each, and the images of every step. What a trainer has to write for a model of its own is what is written here.
 */
export function saveDit(folder: string, network: DitNetwork, samples: DitSamples): void {
  const codes = new Elements<Int8Array>();
  const floats = new Elements<Float32Array>();
  const weights: WeightEntry[] = [];
  const vector = (name: string, values: Float32Array, ...shape: number[]): void => {
    weights.push({ name, dtype: 'float32', shape, offset: floats.add(values) });
  };
  const linear = (name: string, { outputs, inputs, codes: own, scale, bias }: FloatLinear): void => {
    const places = { offset: codes.add(own), scale_offset: floats.add(scale) };
    weights.push({ name: `${name}.weight`, dtype: 'int8', shape: [outputs, inputs], ...places });
    vector(`${name}.bias`, bias, outputs);
  };
  const { model, loop } = network;
  vector('pos', network.position, model.tokens, model.width);
  linear('emb', network.embedding);
  linear('t1', network.time1);
  linear('t2', network.time2);
  vector('lab.weight', network.labels, model.labels + 1, model.width);
  network.blocks.forEach((block, b) => {
    linear(`blocks.${b}.qkv`, block.qkv);
    linear(`blocks.${b}.proj`, block.projection);
    linear(`blocks.${b}.fc1`, block.ffn1);
    linear(`blocks.${b}.fc2`, block.ffn2);
    linear(`blocks.${b}.ada`, block.conditioning);
  });
  linear('ada', network.conditioning);
  linear('out', network.output);

  const { states, velocities, images } = recorded(network, samples);
  const count = samples.labels.length;
  const loopShape = [count, model.tokens, model.patch_pixels];
  const files = [
    { file: 'weights_int8.bin', dtype: 'int8', shape: [codes.length], data: codes.bytes() },
    { file: 'weights_f32.bin', dtype: 'float32', shape: [floats.length], data: floats.bytes() },
    {
      file: 'labels.bin',
      dtype: 'int32',
      shape: [count],
      data: new Uint8Array(Int32Array.from(samples.labels).buffer),
    },
    { file: 'x_steps.bin', dtype: 'float32', shape: [loop.steps + 1, ...loopShape], data: states.bytes() },
    { file: 'v_steps.bin', dtype: 'float32', shape: [loop.steps, ...loopShape], data: velocities.bytes() },
    { file: 'images.bin', dtype: 'uint8', shape: [images.length], data: images },
  ];
  mkdirSync(folder, { recursive: true });
  for (const { file, data } of files) writeFileSync(join(folder, file), data);
  const tensors = files.map(({ data: _, ...entry }) => entry);
  const manifest = { name: network.name, model, loop, weights, tensors };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
}

/** Images of all steps, what the network returned between them (x' = a x + b v), and the last ones in grey. */
function recorded({ model, loop: { steps, a, b } }: DitNetwork, { labels, state }: DitSamples) {
  const states = new Elements<Float32Array>();
  const velocities = new Elements<Float32Array>();
  for (let step = 0; step <= steps; step++) {
    for (let image = 0; image < labels.length; image++) {
      const now = state(step, image);
      states.add(now);
      if (step < steps) velocities.add(state(step + 1, image).map((next, e) => (next - a * now[e]!) / b));
    }
  }
  const ends = Array.from(labels, (_, image) => imageOf(state(steps, image), model.patch_pixels).grey);
  return { states, velocities, images: Buffer.concat(ends) };
}
