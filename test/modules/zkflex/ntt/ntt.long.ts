// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { tcoreCluster } from '../../../../sim/workloads/ntt-cluster.ts';
import { NttHost } from '../../../../sim/workloads/ntt-host.ts';
import { fields } from '../../../../src/modules/zkflex/fields.ts';
import { inverseMod } from '../../../../src/modules/zkflex/golden/field.ts';
import type { NttParamsInput } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { powersTable, sharedTable } from '../../../../src/modules/zkflex/optimise/transform-tables.ts';
import { compare } from './ntt-wide.ts';
import { absence, absent, proofVectors } from './proof-vectors.ts';

const narrow: NttParamsInput = { limb: 128, pipeline: 'deep', limbs: 2, bankWords: 512, twiddleWords: 512 };

test('1024 points and TCore at full width, on Verilator', async () => {
  await compare({ ntt: narrow, cluster: tcoreCluster, field: fields.bn254Fr, log2n: 10 }, { engine: 'verilator' });
});

describe.skipIf(absent)(`transforms of a real proof on TCore${absence}`, () => {
  test.each(['A', 'B', 'C'] as const)('%s: inverse transform, coset scale, transform', async (name) => {
    const { prime: p } = fields.bn254Fr;
    const { w, shift, evaluations, onCoset } = proofVectors(name);
    const n = evaluations.length;
    const log2n = Math.log2(n);
    const ntt: NttParamsInput = { ...narrow, bankWords: n / 2, twiddleWords: n };
    await simulate(tcoreCluster(ntt), {}, async (dut) => {
      await dut.reset();
      const host = new NttHost(dut, ntt);
      await host.configure(fields.bn254Fr, 0);
      host.write(0, evaluations);
      host.write(0, sharedTable(n, inverseMod(w, p), p), { twiddle: true });
      host.write(n / 2, powersTable(log2n, shift, p, true), { twiddle: true });
      host.write(n, [inverseMod(BigInt(n), p)]);
      await host.run({ op: 'DIF', log2n });
      await host.run({ op: 'POWERS', log2n, src: n, second: n / 2 });
      await host.run({ op: 'MUL', log2n, second: n });
      host.write(0, sharedTable(n, w, p), { twiddle: true });
      await host.run({ op: 'DIT', log2n });
      expect(host.read(0, n)).toEqual(onCoset);
    });
  });
});
