// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { UsageError } from '../../src/gen/errors.ts';
import type { Affine } from '../../src/modules/zkflex/golden/curve.ts';
import { littleEndian } from './zkflex/bytes.ts';

const defaultData = new URL('../../../shared/traces/groth16-bn254-merkle', import.meta.url);

const decimal = z.string().regex(/^\d+$/).transform(BigInt);
const transform = z.object({ op: z.enum(['inverse NTT', 'forward NTT']), in: z.string(), out: z.string(), n: z.int() });
const g1Sum = z.object({
  op: z.literal('MSM G1'),
  points: z.string(),
  scalars: z.string(),
  n: z.int(),
  result: z.tuple([decimal, decimal]),
});
const other = z.object({ op: z.literal('MSM G2') });

const Manifest = z.object({
  scalar_modulus: decimal,
  base_modulus: decimal,
  log2_n: z.int(),
  root_of_unity: decimal,
  ops: z.array(z.discriminatedUnion('op', [transform, g1Sum, other])),
});

/** A transform of a proof; values are plain residues. */
export interface RecordedTransform {
  readonly name: string;
  readonly inverse: boolean;
  readonly input: readonly bigint[];
  readonly output: readonly bigint[];
}

/** A multi-scalar multiplication in G1. */
export interface RecordedMsm {
  readonly name: string;
  readonly points: readonly Affine[];
  readonly scalars: readonly bigint[];
  readonly result: Affine;
}

/** The work of one Groth16 proof. Sums in G2 are left to software. */
export interface RecordedProof {
  readonly scalarPrime: bigint;
  readonly basePrime: bigint;
  /** Root of unity of the transforms, of order n. */
  readonly root: bigint;
  readonly transforms: readonly RecordedTransform[];
  readonly msms: readonly RecordedMsm[];
}

/** Reads a folder of the form of groth16-bn254-merkle; what is wrong with it is an error of the user. */
export function loadProof(folder: string | null): RecordedProof {
  const path = folder ?? fileURLToPath(defaultData);
  const cure = 'Give a folder whose manifest.json has the form of groth16-bn254-merkle with --data.';
  if (!existsSync(join(path, 'manifest.json'))) {
    throw new UsageError(`There is no manifest.json in ${folder ?? 'shared/traces/groth16-bn254-merkle'}.`, cure);
  }
  try {
    return readProof(path);
  } catch (error) {
    throw new UsageError(
      `${path}: ${error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message}`,
      cure,
    );
  }
}

function readProof(path: string): RecordedProof {
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')));
  const scalarBytes = elementBytes(manifest.scalar_modulus);
  const baseBytes = elementBytes(manifest.base_modulus);
  const values = (file: string, count: number, bytes: number): bigint[] => {
    const data = readFileSync(join(path, file));
    if (data.length !== count * bytes) throw new Error(`${file} has ${data.length} bytes, not ${count} x ${bytes}`);
    return Array.from({ length: count }, (_, i) => littleEndian(data.subarray(i * bytes, (i + 1) * bytes)));
  };
  const transforms: RecordedTransform[] = [];
  const msms: RecordedMsm[] = [];
  for (const job of manifest.ops) {
    if (job.op === 'MSM G2') continue;
    if (job.op === 'MSM G1') {
      const flat = values(job.points, 2 * job.n, baseBytes);
      const points = Array.from({ length: job.n }, (_, i) => pointOf(flat[2 * i]!, flat[2 * i + 1]!));
      const name = job.points.replace('_points.bin', '');
      msms.push({ name, points, scalars: values(job.scalars, job.n, scalarBytes), result: pointOf(...job.result) });
    } else {
      const [input, output] = [job.in, job.out].map((file) => values(file, job.n, scalarBytes)) as [bigint[], bigint[]];
      transforms.push({ name: job.in.replace('_in.bin', ''), inverse: job.op === 'inverse NTT', input, output });
    }
  }
  const { scalar_modulus: scalarPrime, base_modulus: basePrime, root_of_unity: root } = manifest;
  return { scalarPrime, basePrime, root, transforms, msms };
}

/** Field elements lie in whole words of 8 bytes. */
const elementBytes = (prime: bigint): number => 8 * Math.ceil(prime.toString(2).length / 64);

const pointOf = (x: bigint, y: bigint): Affine => (x === 0n && y === 0n ? null : { x, y });
