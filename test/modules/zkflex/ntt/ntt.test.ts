// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { dif, dit, rootOfUnity, twiddleTable } from '../../../../src/modules/zkflex/golden/ntt.ts';
import { nttPresets } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { nttBench } from './ntt-bench.ts';
import { NttHost } from './ntt-host.ts';

test('transforms of all sizes in all modes', async () => {
  for (const [mode, field] of Object.values(tinyFields).entries()) {
    const p = field.prime;
    await simulate(nttBench({ ntt: nttPresets.tiny }), {}, async (dut) => {
      await dut.reset();
      const host = new NttHost(dut, nttPresets.tiny);
      await host.configure(field, mode);
      for (let log2n = 0; log2n <= 6; log2n++) {
        const n = 2 ** log2n;
        const w = rootOfUnity(p, log2n);
        host.write(0, twiddleTable(n, w, p), { twiddle: true });
        for (const [op, golden] of [
          ['DIF', dif],
          ['DIT', dit],
        ] as const) {
          const x = Array.from({ length: n }, () => BigInt(dut.random.bits(40)) % p);
          host.write(0, x);
          expect((await host.run({ op, log2n })).refused).toBe(false);
          expect(host.read(0, n), `${op} ${log2n}`).toEqual(golden(x, w, p));
        }
      }
    });
  }
});
