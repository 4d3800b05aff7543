// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { type SimulateOptions, simulate } from '../../../../sim/index.ts';
import { NttHost, residues } from '../../../../sim/workloads/ntt-host.ts';
import type { Field } from '../../../../src/modules/zkflex/fields.ts';
import { mulMod } from '../../../../src/modules/zkflex/golden/field.ts';
import * as golden from '../../../../src/modules/zkflex/golden/ntt.ts';
import type { NttParamsInput } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { sharedTable } from '../../../../src/modules/zkflex/optimise/transform-tables.ts';
import { modes } from '../../../../src/modules/zkflex/tcore.params.ts';
import type { nttBench } from './ntt-bench.ts';

interface Setting {
  readonly ntt: NttParamsInput;
  readonly cluster: typeof nttBench;
  readonly field: Field;
  readonly log2n: number;
}

const modeOf = ({ bits }: Field): number => modes.findIndex(({ limbs }) => bits <= limbs * 128);

/** DIF, DIT and a product of vectors at full width. */
export async function compare({ ntt, cluster, field, log2n }: Setting, options: SimulateOptions = {}): Promise<void> {
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
