// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';

/** Recorded FFN activations (after GELU) of every denoising step and transformer block. */
export interface FfnTrace {
  readonly name: string;
  /** Steps recorded are firstStep .. firstStep + steps - 1. */
  readonly firstStep: number;
  readonly steps: number;
  readonly blocks: number;
  readonly tokens: number;
  readonly channels: number;
  /** Real value of code 1, per block (the same in every step, so thresholds carry over from step to step). */
  readonly scales: readonly number[];
  /** int8 activations of one step and block, row-major [token][channel]. */
  readonly activations: (step: number, block: number) => Int8Array;
}

const layout = 'step,block,token,channel';

/** Folders hold tensors of many forms; of the others only the file name is looked at. */
const Manifest = z.object({ name: z.string(), tensors: z.array(z.looseObject({ file: z.string() })) });

const FfnTensor = z
  .object({
    dtype: z.literal('int8'),
    layout: z.literal(layout),
    shape: z.array(z.int().min(1)).length(4, `expected 4 sizes, for ${layout}`),
    scale_per_block: z.array(z.number().positive()),
    first_step: z.int().min(0).default(0),
  })
  .refine((t) => t.scale_per_block.length === t.shape[1], {
    path: ['scale_per_block'],
    error: (issue) => `expected one scale per block, as many as shape[1] says, got ${countScales(issue.input)}`,
  });

function countScales(tensor: unknown): number {
  return (tensor as { scale_per_block: unknown[] }).scale_per_block.length;
}

function fail(file: string, problem: string): never {
  throw new Error(`trace ${file}: ${problem}`);
}

function read(path: string, expected: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    return fail(path, `cannot be read (${(error as Error).message}); expected ${expected}`);
  }
}

/** Parses with a message that names the field, as in `field tensors[2].shape`. */
function check<S extends z.ZodType>(schema: S, value: unknown, file: string, prefix: PropertyKey[] = []): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [...prefix, ...(issue?.path ?? [])];
  return fail(file, `field ${z.core.toDotPath(path) || '(top)'}: ${issue?.message ?? 'is not valid'}`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(file, `is not JSON (${(error as Error).message})`);
  }
}

/** Loads the tensor `file` of a trace folder whose manifest.json has the form of the dit-digits trace. */
export function loadFfnTrace(folder: string, file = 'ffn_act.bin'): FfnTrace {
  const manifestFile = join(folder, 'manifest.json');
  const json = parseJson(read(manifestFile, 'the manifest of a trace folder').toString('utf8'), manifestFile);
  const manifest = check(Manifest, json, manifestFile);
  const index = manifest.tensors.findIndex((t) => t.file === file);
  if (index < 0) {
    const has = manifest.tensors.map((t) => t.file).join(', ') || 'none';
    fail(manifestFile, `field tensors: expected an entry with file '${file}', found ${has}`);
  }
  const tensor = check(FfnTensor, manifest.tensors[index], manifestFile, ['tensors', index]);
  const [steps, blocks, tokens, channels] = tensor.shape as [number, number, number, number];

  const dataFile = join(folder, basename(file));
  const bytes = steps * blocks * tokens * channels;
  const data = read(dataFile, `${bytes} bytes of int8`);
  if (data.length !== bytes) {
    fail(dataFile, `has ${data.length} bytes: expected ${bytes} = ${tensor.shape.join(' x ')} (${layout}) of int8`);
  }
  const codes = new Int8Array(data.buffer, data.byteOffset, data.length);
  const firstStep = tensor.first_step;

  return {
    name: manifest.name,
    firstStep,
    steps,
    blocks,
    tokens,
    channels,
    scales: tensor.scale_per_block,
    activations: (step, block) => {
      inRange('step', step, firstStep, steps);
      inRange('block', block, 0, blocks);
      const size = tokens * channels;
      const start = ((step - firstStep) * blocks + block) * size;
      return codes.subarray(start, start + size);
    },
  };
}

function inRange(what: string, value: number, first: number, count: number): void {
  if (Number.isInteger(value) && value >= first && value < first + count) return;
  throw new RangeError(`${what} ${value} is not recorded: expected ${first}..${first + count - 1}`);
}
