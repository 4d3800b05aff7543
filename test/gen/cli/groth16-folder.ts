// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../../sim/index.ts';
import { packNumbers } from '../../../sim/workloads/zkflex/bytes.ts';
import { inverseMod, mulMod } from '../../../src/modules/zkflex/golden/field.ts';
import { type Affine, multiple, somePoint, toAffine } from '../../../src/modules/zkflex/golden/curve.ts';
import { curves } from '../../../src/modules/zkflex/golden/curves.ts';
import { directMsm } from '../../../src/modules/zkflex/golden/msm.ts';
import { dft, rootOfUnity } from '../../../src/modules/zkflex/golden/ntt.ts';

const curve = curves.bls12381;
const [p, r] = [curve.field.prime, curve.order];
const log2n = 4;

/** Work of a small proof over BLS12-381 in the form of groth16-bn254-merkle, with results by definition: two transforms and two sums. */
export function writeProof(folder: string, change: (files: Map<string, bigint[]>) => void = () => undefined): void {
  const random = new Random(7);
  const n = 1 << log2n;
  const root = rootOfUnity(r, log2n);
  const values = Array.from({ length: n }, () => BigInt(random.bits(300)) % r);
  const base = somePoint(curve);
  const points = [1n, 2n, 5n, 0n, r - 1n].map((k): Affine => toAffine(curve, multiple(curve, k, base)));
  const scalars = [0n, r - 1n, BigInt(random.bits(250)), 77n, 1n];
  const inverse = dft(values, inverseMod(root, r), r).map((x) => mulMod(x, inverseMod(BigInt(n), r), r));
  const files = new Map([
    ['values_in.bin', values],
    ['values_out.bin', dft(values, root, r)],
    ['inverse_in.bin', values],
    ['inverse_out.bin', inverse],
    ['sum_scalars.bin', scalars],
    ['nothing_scalars.bin', scalars.map(() => 0n)],
  ]);
  change(files);
  for (const [name, numbers] of files) writeFileSync(join(folder, name), packNumbers(numbers, 32));
  const flat = points.flatMap((point) => (point === null ? [0n, 0n] : [point.x, point.y]));
  writeFileSync(join(folder, 'sum_points.bin'), packNumbers(flat, 48));
  const sum = directMsm(curve, points, scalars);
  const manifest = {
    scalar_modulus: String(r),
    base_modulus: String(p),
    log2_n: log2n,
    root_of_unity: String(root),
    ops: [
      { op: 'forward NTT', in: 'values_in.bin', out: 'values_out.bin', n },
      { op: 'inverse NTT', in: 'inverse_in.bin', out: 'inverse_out.bin', n },
      ...(['sum', 'nothing'] as const).map((name) => ({
        ...{ op: 'MSM G1', points: 'sum_points.bin', scalars: `${name}_scalars.bin`, n: points.length },
        result: name === 'sum' && sum !== null ? [String(sum.x), String(sum.y)] : ['0', '0'],
      })),
    ],
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}
