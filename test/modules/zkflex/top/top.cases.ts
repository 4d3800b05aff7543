// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { packNumbers } from '../../../../sim/workloads/zkflex/bytes.ts';
import { ZkFlexProver } from '../../../../sim/workloads/zkflex/prover.ts';
import { type Affine, multiple, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import type { Curve } from '../../../../src/modules/zkflex/golden/curves.ts';
import { directMsm } from '../../../../src/modules/zkflex/golden/msm.ts';
import { cosetChain, dft, powersOf, rootOfUnity } from '../../../../src/modules/zkflex/golden/ntt.ts';
import type { ZkFlexParams } from '../../../../src/modules/zkflex/top/zkflex.params.ts';
import type { Engine } from '../../../../src/sim/engine.ts';
import { asBytes, asResidues } from './top.support.ts';

export const residues = (random: Random, n: number, p: bigint): bigint[] =>
  Array.from({ length: n }, () => BigInt(random.word()) % p);

/** Transforms, scalings and chains of all lengths up to more than a pass holds. */
export function checkTransforms(engine: Engine, params: ZkFlexParams, p: bigint, sizes: readonly number[]): void {
  const prover = new ZkFlexProver(engine, params, { scalarPrime: p, basePrime: p, a: 0n }, 512);
  const { scalarField: field } = prover;
  const { elementBytes: slot } = field;
  const random = new Random(3);
  for (const log2n of sizes) {
    const n = 2 ** log2n;
    const w = rootOfUnity(p, log2n);
    const x = residues(random, n, p);
    const forward = prover.transform(asBytes(x, field), slot, w, false);
    expect(asResidues(forward, field), `transform of ${n}`).toEqual(dft(x, w, p));
    const back = prover.transform(forward, slot, w, true);
    expect(asResidues(back, field), `inverse of ${n}`).toEqual(x);
    if (log2n > 5) continue;
    const scaled = prover.scale(asBytes(x, field), slot, 3n, 5n);
    const factors = powersOf(n, 3n, 5n, p);
    expect(asResidues(scaled, field), `scaling of ${n}`).toEqual(x.map((value, i) => (value * factors[i]!) % p));
    const chain = prover.coset(asBytes(x, field), slot, w, 7n);
    expect(asResidues(chain, field), `chain of ${n}`).toEqual(cosetChain(x, w, 7n, p));
  }
}

/** Sums of few and many points, with infinity, equal and opposite ones. */
export function checkSums(engine: Engine, params: ZkFlexParams, curve: Curve, sizes: readonly number[]): void {
  const { prime } = curve.field;
  const prover = new ZkFlexProver(engine, params, { scalarPrime: prime, basePrime: prime, a: curve.a }, 64);
  const { baseField: field } = prover;
  const { elementBytes: slot } = field;
  const random = new Random(4);
  const generator = somePoint(curve);
  for (const n of sizes) {
    const scalars = residues(random, n, curve.order).map((s, i) => (i % 5 === 4 ? 0n : i % 5 === 3 ? 1n : s));
    const points: Affine[] = scalars.map((_, i) =>
      i % 7 === 3 ? null : toAffine(curve, multiple(curve, BigInt((i * i) % 11) + 1n, generator)),
    );
    const bases = points.flatMap((point) => (point === null ? [0n, 0n] : [point.x, point.y]));
    const sum = prover.sum(asBytes(bases, field), slot, packNumbers(scalars, slot), slot);
    expect(sum, `${curve.name}, ${n} points`).toEqual(directMsm(curve, points, scalars));
  }
}
