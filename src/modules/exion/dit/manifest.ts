// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const WeightEntry = z.object({
  name: z.string(),
  dtype: z.enum(['int8', 'float32']),
  shape: z.array(z.int().min(1)).min(1),
  /** First element in the file of that type. */
  offset: z.int().min(0),
  /** int8: first element of the scales, one an output, in the float32 file. */
  scale_offset: z.int().min(0).optional(),
});
export type WeightEntry = z.output<typeof WeightEntry>;

const dtypes = { int8: 1, uint8: 1, int16: 2, int32: 4, float32: 4 } as const;

const TensorEntry = z.object({
  file: z.string().regex(/^[^/\\]+$/, 'a file of the folder itself'),
  dtype: z.enum(Object.keys(dtypes) as [keyof typeof dtypes]),
  shape: z.array(z.int().min(0)),
});

const squareNumber = z
  .int()
  .min(1)
  .refine((n) => Number.isInteger(Math.sqrt(n)), 'must be a square number: images are squares of square patches');

const Manifest = z.object({
  name: z.string(),
  model: z
    .object({
      width: z.int().min(2).multipleOf(2, 'must be even: half of the time embedding is cosines, half sines'),
      blocks: z.int().min(1),
      heads: z.int().min(1),
      ffn: z.int().min(1),
      tokens: squareNumber,
      patch_pixels: squareNumber,
      labels: z.int().min(1),
      layer_norm_epsilon: z.number().positive(),
      gelu: z.literal('tanh'),
    })
    .refine((m) => m.width % m.heads === 0, { path: ['heads'], error: 'must divide width' }),
  loop: z.object({ steps: z.int().min(1), a: z.number(), b: z.number() }),
  weights: z.array(WeightEntry),
  tensors: z.array(TensorEntry),
});

/** The manifest of a folder with a diffusion transformer, and access to the files that it lists. */
export interface DitManifest extends z.output<typeof Manifest> {
  /** Contents of a listed file; its length is what type and shape say. */
  readonly bytes: (file: string) => ArrayBuffer;
}

/** Errors that start with the name of the file. */
export function fileCheck(path: string) {
  return {
    fail: (problem: string): never => {
      throw new Error(`network ${path}: ${problem}`);
    },
    read: (): Buffer => {
      try {
        return readFileSync(path);
      } catch (error) {
        throw new Error(`network ${path}: cannot be read (${(error as Error).message})`, { cause: error });
      }
    },
  };
}

export const DitManifest = {
  /** Reads and checks manifest.json; errors name file and field. */
  load(folder: string): DitManifest {
    const file = fileCheck(join(folder, 'manifest.json'));
    const text = file.read().toString('utf8');
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      return file.fail(`is not JSON (${(error as Error).message})`);
    }
    const result = Manifest.safeParse(json);
    if (!result.success) {
      const [issue] = result.error.issues;
      const path = z.core.toDotPath(issue?.path ?? []);
      return file.fail(`field ${path || '(top)'}: ${issue?.message ?? 'is not valid'}`);
    }
    return { ...result.data, bytes: (name) => tensorBytes(folder, result.data.tensors, name) };
  },
};

function tensorBytes(folder: string, tensors: readonly z.output<typeof TensorEntry>[], name: string): ArrayBuffer {
  const entry = tensors.find((t) => t.file === name);
  if (entry === undefined) {
    return fileCheck(join(folder, 'manifest.json')).fail(`field tensors: expected an entry with file '${name}'`);
  }
  const file = fileCheck(join(folder, name));
  const data = file.read();
  const bytes = entry.shape.reduce((product, n) => product * n, dtypes[entry.dtype]);
  if (data.length !== bytes) {
    file.fail(`has ${data.length} bytes: expected ${bytes}, ${entry.shape.join(' x ')} of ${entry.dtype}`);
  }
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.length) as ArrayBuffer;
}
