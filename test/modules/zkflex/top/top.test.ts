// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { packNumbers } from '../../../../sim/workloads/zkflex/bytes.ts';
import { ZkFlexProver } from '../../../../sim/workloads/zkflex/prover.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { type Affine, multiple, somePoint, toAffine } from '../../../../src/modules/zkflex/golden/curve.ts';
import { type Curve, tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';

import { directMsm } from '../../../../src/modules/zkflex/golden/msm.ts';
import { cosetChain, dft, powersOf, rootOfUnity } from '../../../../src/modules/zkflex/golden/ntt.ts';
import type { Engine } from '../../../../src/sim/engine.ts';
import { asBytes, asResidues, open, tinyDesign } from './top.support.ts';

const residues = (random: Random, n: number, p: bigint): bigint[] =>
  Array.from({ length: n }, () => BigInt(random.word()) % p);

/** Transforms, scalings and chains of all lengths up to more than a pass holds. */
function checkTransforms(
  engine: Engine,
  params: ReturnType<typeof tinyDesign>,
  p: bigint,
  sizes: readonly number[],
): void {
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
function checkSums(
  engine: Engine,
  params: ReturnType<typeof tinyDesign>,
  curve: Curve,
  sizes: readonly number[],
): void {
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

describe('ZK-Flex', () => {
  for (const nodes of [1, 2, 4]) {
    it(`transforms in all modes on ${nodes} nodes`, async () => {
      const params = tinyDesign({ nodes });
      const engine = await open(params);
      for (const { prime } of Object.values(tinyFields)) checkTransforms(engine, params, prime, [0, 1, 3, 5, 7]);
      engine.close();
    });

    it(`sums of points in all modes on ${nodes} nodes`, async () => {
      const params = tinyDesign({ nodes });
      const engine = await open(params);
      const { mode0, mode1, mode2, second } = tinyCurves;
      for (const curve of [mode0, mode1, mode2, second]) checkSums(engine, params, curve, [0, 1, 5, 40]);
      engine.close();
    });
  }

  it('with words of two limbs', async () => {
    const params = tinyDesign({ limbs: 2, nodes: 1 });
    const engine = await open(params);
    checkTransforms(engine, params, tinyFields.mode0.prime, [3, 5]);
    checkSums(engine, params, tinyCurves.mode0, [5]);
    engine.close();
  });

  it('the same in Verilator', async () => {
    const params = tinyDesign();
    const engine = await open(params, 'verilator');
    checkTransforms(engine, params, tinyFields.mode1.prime, [5, 7]);
    checkSums(engine, params, tinyCurves.mode1, [40]);
    engine.close();
  });

  it('counts cycles, products and slots', async () => {
    const params = tinyDesign({ nodes: 1 });
    const engine = await open(params);
    const p = tinyFields.mode0.prime;
    const prover = new ZkFlexProver(engine, params, { scalarPrime: p, basePrime: p, a: 0n }, 64);
    const { scalarField: field } = prover;
    const w = rootOfUnity(p, 5);
    prover.transform(asBytes(residues(new Random(1), 32, p), field), field.elementBytes, w, false);
    const { cycles, products, slots } = prover.host.work();
    // A butterfly is a product: n/2 log2 n of them.
    expect(products).toBe(16 * 5);
    expect(slots).toBeGreaterThanOrEqual(products);
    expect(cycles).toBeGreaterThan(slots / (5 / 3));
    engine.close();
  });
});
