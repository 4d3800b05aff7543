// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { fields } from '../../../../src/modules/zkflex/fields.ts';
import { addMod, subMod } from '../../../../src/modules/zkflex/golden/field.ts';
import { modularAdder, modularAdderLatency } from '../../../../src/modules/zkflex/arith/modular-adder.ts';
import { randomBits } from '../tcore/tcore.operands.ts';

describe('modular adder', () => {
  it.each([
    ['embedded', 3n, 2],
    ['embedded', 1n, 1],
    ['embedded', (1n << 64n) - 1n, 64],
    ['embedded', fields.bn254Fr.prime, 256],
    ['embedded', fields.mnt4753Fq.prime, 768],
    ['verilator', fields.bls12381Fq.prime, 384],
    ['icarus', 251n, 8],
  ] as const)('on %s modulo %i in %i bits', async (engine, p, width) => {
    await simulate(modularAdder({ width, tagBits: 9 }), { engine }, async (dut) => {
      const edges = [0n, 1n % p, p - 1n, p >> 1n];
      const operand = (): bigint =>
        dut.random.bool(0.5) ? randomBits(dut.random, width + 8) % p : dut.random.pick(edges);
      const sent: ({ a: bigint; b: bigint; subtract: boolean } | null)[] = [];
      dut.in.modulus.value = p;
      dut.in.in_a.value = 0n;
      dut.in.in_b.value = 0n;
      dut.in.in_tag.value = 0;
      await dut.reset(4);
      for (let cycle = 0; cycle < 400; cycle++) {
        const a = operand();
        // Sums of exactly p and differences of exactly 0 are among them.
        const b = dut.random.pick([operand(), (p - a) % p, a]);
        const operation = dut.random.bool(0.8) ? { a, b, subtract: dut.random.bool() } : null;
        sent.push(operation);
        dut.in.in_valid.value = operation !== null;
        if (operation) {
          dut.in.in_a.value = a;
          dut.in.in_b.value = b;
          dut.in.in_subtract.value = operation.subtract;
          dut.in.in_tag.value = cycle;
        }
        const due = sent[cycle - modularAdderLatency] ?? null;
        expect(dut.out.out_valid.value).toBe(Number(due !== null));
        if (due) {
          const expected = due.subtract ? subMod(due.a, due.b, p) : addMod(due.a, due.b, p);
          expect([BigInt(dut.out.out_x.value as number | bigint), dut.out.out_tag.value]).toEqual([
            expected,
            cycle - 2,
          ]);
        }
        await dut.cycle();
      }
    });
  });
});
