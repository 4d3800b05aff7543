// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { packNumbers } from '../../../../sim/workloads/zkflex/bytes.ts';
import { ZkFlexProver } from '../../../../sim/workloads/zkflex/prover.ts';
import { fields } from '../../../../src/modules/zkflex/fields.ts';
import { type Affine, multiple, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { curves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { directMsm } from '../../../../src/modules/zkflex/golden/msm.ts';
import { dft, rootOfUnity } from '../../../../src/modules/zkflex/golden/ntt.ts';
import { ZkFlexParams, zkflexPresets } from '../../../../src/modules/zkflex/top/zkflex.params.ts';
import { asBytes, asResidues, open } from './top.support.ts';

/** The same model as that of the recorded proof: it is built once. */
const params = ZkFlexParams.parse({ ...zkflexPresets.main, nodes: 1 });

test('main at full width: all fields, all curves', { timeout: 20 * 60_000 }, async () => {
  const engine = await open(params, 'verilator');
  const random = new Random(6);
  const below = (p: bigint): bigint =>
    Array.from({ length: 25 }, () => BigInt(random.word())).reduce((all, word) => (all << 32n) | word, 0n) % p;
  for (const { name, prime: p, twoAdicity } of Object.values(fields)) {
    const prover = new ZkFlexProver(engine, params, { scalarPrime: p, basePrime: p, a: 0n }, 64);
    const { scalarField: field } = prover;
    const log2n = Math.min(4, twoAdicity);
    const x = Array.from({ length: 2 ** log2n }, (_, i) => (i === 0 ? p - 1n : below(p)));
    const w = rootOfUnity(p, log2n);
    const forward = prover.transform(asBytes(x, field), field.elementBytes, w, false);
    expect(asResidues(forward, field), name).toEqual(dft(x, w, p));
    const back = prover.transform(forward, field.elementBytes, w, true);
    expect(asResidues(back, field), name).toEqual(x);
  }
  for (const curve of Object.values(curves)) {
    const { prime } = curve.field;
    const prover = new ZkFlexProver(engine, params, { scalarPrime: curve.order, basePrime: prime, a: curve.a }, 64);
    const { baseField: field, scalarField } = prover;
    const generator = somePoint(curve);
    const points: Affine[] = [1n, 2n, 2n, 7n].map((k) => toAffine(curve, multiple(curve, k, generator)));
    const scalars = [3n, 500n, 500n, 77n];
    const bases = [...points, null].flatMap((point) => (point === null ? [0n, 0n] : [point.x, point.y]));
    const slot = scalarField.elementBytes;
    const sum = prover.sum(asBytes(bases, field), field.elementBytes, packNumbers([...scalars, 9n], slot), slot);
    expect(sum, curve.name).toEqual(directMsm(curve, points, scalars));
  }
  engine.close();
});
