// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { type SimulateOptions, simulate } from '../../../../sim/index.ts';
import { type Field, fields } from '../../../../src/modules/zkflex/fields.ts';
import { mulMod } from '../../../../src/modules/zkflex/golden/field.ts';
import * as golden from '../../../../src/modules/zkflex/golden/ntt.ts';
import type { NttParamsInput } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { sharedTable } from '../../../../src/modules/zkflex/optimise/transform-tables.ts';
import { modes } from '../../../../src/modules/zkflex/tcore.params.ts';
import { tcoreCluster } from '../../../../sim/workloads/ntt-cluster.ts';
import { nttBench } from './ntt-bench.ts';
import { NttHost, residues } from '../../../../sim/workloads/ntt-host.ts';

interface Setting {
  readonly ntt: NttParamsInput;
  readonly cluster: typeof nttBench;
  readonly field: Field;
  readonly log2n: number;
}

const modeOf = ({ bits }: Field): number => modes.findIndex(({ limbs }) => bits <= limbs * 128);

/** DIF, DIT and a product of vectors at full width. */
async function compare({ ntt, cluster, field, log2n }: Setting, options: SimulateOptions = {}): Promise<void> {
  const p = field.prime;
  const n = 2 ** log2n;
  const w = golden.rootOfUnity(p, log2n);
  await simulate(cluster(ntt), options, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure(field, modeOf(field));
    host.write(0, sharedTable(n, w, p), { twiddle: true });
    const x = residues(dut.random, n, p);
    host.write(0, x);
    await host.run({ op: 'DIF', log2n, dst: n });
    const spectrum = golden.dif(x, w, p);
    expect(host.read(n, n)).toEqual(spectrum);
    await host.run({ op: 'MUL', log2n, src: n, second: 0, dst: n });
    const product = spectrum.map((value, i) => mulMod(value, x[i]!, p));
    await host.run({ op: 'DIT', log2n, src: n });
    expect(host.read(n, n)).toEqual(golden.dit(product, w, p));
  });
}

const wide: NttParamsInput = { limb: 128, pipeline: 'deep', bankWords: 32, twiddleWords: 32 };

test.each(Object.values(fields))('$name: words of 768 bits', async (field) => {
  await compare({ ntt: wide, cluster: nttBench, field, log2n: Math.min(5, field.twoAdicity) });
});

test('words of 256 bits only', async () => {
  await compare({ ntt: { ...wide, limbs: 2 }, cluster: nttBench, field: fields.bls12381Fr, log2n: 5 });
});

test('TCore and 1024 points at full width, on Verilator', { timeout: 900_000 }, async () => {
  const ntt: NttParamsInput = { limb: 128, pipeline: 'deep', limbs: 2, bankWords: 512, twiddleWords: 512 };
  await compare({ ntt, cluster: tcoreCluster, field: fields.bn254Fr, log2n: 10 }, { engine: 'verilator' });
});
