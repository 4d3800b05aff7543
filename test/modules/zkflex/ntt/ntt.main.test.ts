// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest';
import { tcoreCluster } from '../../../../sim/workloads/ntt-cluster.ts';
import { fields } from '../../../../src/modules/zkflex/fields.ts';
import type { NttParamsInput } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { nttBench } from './ntt-bench.ts';
import { compare } from './ntt-wide.ts';

const wide: NttParamsInput = { limb: 128, pipeline: 'deep', bankWords: 32, twiddleWords: 32 };

test.each(Object.values(fields))('$name: words of 768 bits', async (field) => {
  await compare({ ntt: wide, cluster: nttBench, field, log2n: Math.min(5, field.twoAdicity) });
});

test('words of 256 bits only', async () => {
  await compare({ ntt: { ...wide, limbs: 2 }, cluster: nttBench, field: fields.bls12381Fr, log2n: 5 });
});

test('products of TCore, at full width', { timeout: 300_000 }, async () => {
  await compare({ ntt: { ...wide, limbs: 2 }, cluster: tcoreCluster, field: fields.bn254Fr, log2n: 6 });
});
