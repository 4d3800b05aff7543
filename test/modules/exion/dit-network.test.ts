// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadDitNetwork } from '../../../src/modules/exion/dit/network.ts';
import { loadDitSamples } from '../../../src/modules/exion/dit/samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'dit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The least network: width 2, one of everything else; weight i of the int8 file is i - 128, float i is i. */
function manifest() {
  const weights: Record<string, unknown>[] = [];
  let [codes, floats] = [0, 0];
  const vector = (name: string, ...shape: number[]): void => {
    weights.push({ name, dtype: 'float32', shape, offset: floats });
    floats += shape.reduce((a, b) => a * b, 1);
  };
  const linear = (name: string, outputs: number, inputs: number): void => {
    weights.push({
      name: `${name}.weight`,
      dtype: 'int8',
      shape: [outputs, inputs],
      offset: codes,
      scale_offset: floats,
    });
    codes += outputs * inputs;
    floats += outputs;
    vector(`${name}.bias`, outputs);
  };
  vector('pos', 1, 2);
  linear('emb', 2, 1);
  linear('t1', 2, 2);
  linear('t2', 2, 2);
  vector('lab.weight', 2, 2);
  linear('blocks.0.qkv', 6, 2);
  linear('blocks.0.proj', 2, 2);
  linear('blocks.0.fc1', 1, 2);
  linear('blocks.0.fc2', 2, 1);
  linear('blocks.0.ada', 12, 2);
  linear('ada', 4, 2);
  linear('out', 1, 2);
  const tensor = (file: string, dtype: string, ...shape: number[]) => ({ file, dtype, shape });
  return {
    name: 'least',
    model: {
      width: 2,
      blocks: 1,
      heads: 1,
      ffn: 1,
      tokens: 1,
      patch_pixels: 1,
      labels: 1,
      layer_norm_epsilon: 1e-6,
      gelu: 'tanh',
    },
    loop: { steps: 1, a: 1, b: 0 },
    weights,
    tensors: [
      tensor('weights_int8.bin', 'int8', codes),
      tensor('weights_f32.bin', 'float32', floats),
      tensor('labels.bin', 'int32', 1),
      tensor('x_steps.bin', 'float32', 2, 1, 1, 1),
      tensor('v_steps.bin', 'float32', 1, 1, 1, 1),
      tensor('images.bin', 'uint8', 1, 1, 1),
    ],
  };
}

type Manifest = ReturnType<typeof manifest>;

function write(change: (m: Manifest) => void = () => undefined, files: Record<string, Uint8Array> = {}): void {
  const m = manifest();
  const [codes, floats] = m.tensors.map((t) => t.shape[0]!) as [number, number];
  change(m);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(m));
  const bytes = (values: Float32Array | Int32Array): Uint8Array => new Uint8Array(values.buffer);
  const all = {
    'weights_int8.bin': Uint8Array.from({ length: codes }, (_, i) => (i - 128) & 255),
    'weights_f32.bin': bytes(Float32Array.from({ length: floats }, (_, i) => i)),
    'labels.bin': bytes(Int32Array.from([0])),
    'x_steps.bin': bytes(Float32Array.from([3, 4])),
    'v_steps.bin': bytes(Float32Array.from([5])),
    'images.bin': Uint8Array.from([200]),
    ...files,
  };
  for (const [file, data] of Object.entries(all)) writeFileSync(join(folder, file), data);
}

describe('a network is loaded from a folder', () => {
  it('every weight from its place; the most negative code is clamped', () => {
    write();
    const network = loadDitNetwork(folder);
    expect(network.embedding).toEqual({
      outputs: 2,
      inputs: 1,
      codes: Int8Array.from([-127, -127]),
      scale: Float32Array.from([2, 3]),
      bias: Float32Array.from([4, 5]),
    });
    expect(network.position).toEqual(Float32Array.from([0, 1]));
    const { qkv, projection, ffn1, ffn2, conditioning } = network.blocks[0]!;
    const before = [network.embedding, network.time1, network.time2, qkv, projection, ffn1, ffn2, conditioning];
    const length = before.reduce((sum, { codes }) => sum + codes.length, 0);
    expect(network.conditioning.codes[0]).toBe(length - 128);
    const { bias } = network.output;
    expect(bias[0]).toBe(manifest().tensors[1]!.shape[0]! - 1);
  });

  it('recorded samples', () => {
    write();
    const samples = loadDitSamples(folder);
    expect([samples.state(0, 0)[0], samples.state(1, 0)[0], samples.velocity(0, 0)[0], samples.images[0]]).toEqual([
      3, 4, 5, 200,
    ]);
    expect(() => samples.state(2, 0)).toThrow('step 2 of image 0 is not recorded');
    expect(() => samples.velocity(0, 1)).toThrow('step 0 of image 1 is not recorded');
  });

  it.each<[string, (m: Manifest) => void, string]>([
    ['a missing field', (m) => delete (m.model as Partial<Manifest['model']>).heads, 'field model.heads: '],
    ['heads that do not divide the width', (m) => (m.model.heads = 3), 'field model.heads: must divide width'],
    ['another GELU', (m) => (m.model.gelu = 'erf'), 'field model.gelu: '],
    ['tokens that make no square', (m) => (m.model.tokens = 2), 'field model.tokens: must be a square number'],
    ['an odd width', (m) => (m.model.width = 3), 'field model.width: must be even'],
    ['a missing weight', (m) => m.weights.pop(), "field weights: expected an entry 'out.bias'"],
    ['a shape', (m) => (m.model.ffn = 2), "weight 'blocks.0.fc1.weight' has shape [1, 2]: expected [2, 2]"],
    ['a type', (m) => (m.weights[0]!.dtype = 'int8'), "weight 'pos' is int8: expected float32"],
    ['no scales', (m) => delete m.weights[1]!.scale_offset, "weight 'emb.weight': expected int8 with scale_offset"],
    ['a place outside the file', (m) => (m.weights[0]!.offset = 999), "weight 'pos' ends at element 1001 of 74"],
    ['a file in another folder', (m) => (m.tensors[0]!.file = '../w'), 'field tensors[0].file: '],
    [
      'a file that is not listed',
      (m) => m.tensors.shift(),
      "field tensors: expected an entry with file 'weights_int8.bin'",
    ],
    ['a wrong length', (m) => (m.tensors[0]!.shape = [7]), 'weights_int8.bin: has 64 bytes: expected 7, 7 of int8'],
  ])('refuses %s', (_, change, message) => {
    write(change);
    expect(() => loadDitNetwork(folder)).toThrow(message);
    expect(() => loadDitNetwork(folder)).toThrow(/^network .*(manifest\.json|weights_int8\.bin): /);
  });

  it('refuses what is no folder of a network', () => {
    expect(() => loadDitNetwork(join(folder, 'none'))).toThrow(/manifest\.json: cannot be read/);
    write();
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(() => loadDitNetwork(folder)).toThrow(/manifest\.json: is not JSON/);
  });
});
