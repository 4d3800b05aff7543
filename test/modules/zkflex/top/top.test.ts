// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { ZkFlexProver } from '../../../../sim/workloads/zkflex/prover.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { rootOfUnity } from '../../../../src/modules/zkflex/golden/ntt.ts';
import { checkSums, checkTransforms, residues } from './top.cases.ts';
import { asBytes, open, tinyDesign } from './top.support.ts';

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

  it('with nodes that hold fewer points than the least that are spread', async () => {
    const params = tinyDesign({ nodes: 8, bankWords: 4, twiddleWords: 16 });
    const engine = await open(params);
    checkTransforms(engine, params, tinyFields.mode0.prime, [3, 4, 5, 6]);
    engine.close();
  });

  it('with more buckets than a pass can have', async () => {
    const params = tinyDesign({ nodes: 1, windowBits: 2, windows: 1, keys: 256 });
    const engine = await open(params);
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
