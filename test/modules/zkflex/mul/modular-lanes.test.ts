// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type Dut, simulate } from '../../../../sim/index.ts';
import { fields } from '../../../../src/modules/zkflex/fields.ts';
import { mulMod } from '../../../../src/modules/zkflex/golden/field.ts';
import { montgomery, montgomeryProduct } from '../../../../src/modules/zkflex/golden/montgomery.ts';
import {
  barrettConstant,
  barrettProduct,
  wordSerialProduct,
} from '../../../../src/modules/zkflex/golden/word-serial.ts';
import { barrettLane, barrettLatency } from '../../../../src/modules/zkflex/mul/barrett-lane.ts';
import { wordSerialLane, wordSerialLatency } from '../../../../src/modules/zkflex/mul/word-serial-lane.ts';
import { randomBits } from '../tcore/tcore.operands.ts';

/** Operands below p, often at the ends; now and then one that is not, as far as there are any. */
const operandsOf = (dut: Dut, p: bigint) => (): bigint => {
  const top = (1n << BigInt(dut.input('request_payload_a').width)) - 1n;
  if (dut.random.bool(0.1)) return dut.random.pick([p, top]);
  return dut.random.bool(0.6)
    ? randomBits(dut.random, p.toString(2).length + 8) % p
    : dut.random.pick([0n, 1n, p - 1n, p >> 1n]);
};

/** Offers operations until all results are there, and compares each result, its tag and its latency, and which operands were refused. */
async function compare(dut: Dut, count: number, latency: number, p: bigint, product: (a: bigint, b: bigint) => bigint) {
  const operand = operandsOf(dut, p);
  const due = new Map<number, { x: bigint | null; tag: number }>();
  const refusals = new Set<number>();
  let offered: { a: bigint; b: bigint } | null = null;
  let tag = 0;
  for (let cycle = 0; tag < count || due.size > 0 || refusals.size > 0; cycle++) {
    if (tag < count && dut.random.bool(0.7)) offered ??= { a: operand(), b: operand() };
    dut.input('request_valid').value = offered !== null;
    if (offered) {
      dut.input('request_payload_a').value = offered.a;
      dut.input('request_payload_b').value = offered.b;
      dut.input('request_payload_tag').value = tag;
    }
    expect(dut.output('unreduced').value).toBe(Number(refusals.delete(cycle)));
    const expected = due.get(cycle);
    due.delete(cycle);
    expect(dut.output('result_valid').value).toBe(Number(expected !== undefined));
    if (expected) {
      const x = expected.x === null ? null : BigInt(dut.output('result_x').value as number | bigint);
      expect({ x, tag: Number(dut.output('result_tag').value) }).toEqual(expected);
    }
    if (offered && dut.output('request_ready').value === 1) {
      const fits = offered.a < p && offered.b < p;
      if (!fits) refusals.add(cycle + 2);
      due.set(cycle + latency, { x: fits ? product(offered.a, offered.b) : null, tag });
      offered = null;
      tag++;
    }
    await dut.cycle();
  }
}

const { bn254Fr, bls12381Fr, bls12381Fq, mnt4753Fr } = fields;

describe('word-serial lane', () => {
  it.each([
    ['embedded', 16, 4, 12289n],
    ['embedded', 8, 8, 251n],
    ['embedded', 12, 2, 4095n],
    ['embedded', 256, 64, bn254Fr.prime],
    ['embedded', 384, 64, bls12381Fq.prime],
    ['verilator', 768, 64, mnt4753Fr.prime],
    ['icarus', 24, 8, 7340033n],
  ] as const)('on %s, %i bits in words of %i, modulo %i', async (engine, bits, word, p) => {
    await simulate(wordSerialLane({ bits, word }), { engine }, async (dut) => {
      const field = montgomery(p, bits);
      dut.in.modulus.value = p;
      dut.in.inverse.value = field.inverse & ((1n << BigInt(word)) - 1n);
      dut.in.request_valid.value = 0;
      await dut.reset();
      await compare(dut as unknown as Dut, 60, wordSerialLatency({ bits, word }), p, (a, b) => {
        const x = wordSerialProduct(a, b, field, BigInt(word));
        expect(x).toBe(montgomeryProduct(a, b, field));
        return x;
      });
    });
  });
});

describe('Barrett lane', () => {
  it.each([
    ['embedded', [], 12289n],
    ['embedded', ['toom2'], 7340033n],
    ['embedded', ['toom2', 'toom2'], bls12381Fr.prime],
    ['embedded', ['toom3', 'toom2'], bls12381Fq.prime],
    ['verilator', ['toom2'], 998244353n],
    ['icarus', [], 251n],
  ] as const)('on %s, by %s, modulo %i', async (engine, levels, p) => {
    const { k, mu } = barrettConstant(p);
    const shape = { bits: Number(k), levels: [...levels], leafStages: 1 };
    await simulate(barrettLane(shape), { engine }, async (dut) => {
      dut.in.modulus.value = p;
      dut.in.mu.value = mu;
      dut.in.request_valid.value = 0;
      await dut.reset();
      await compare(dut as unknown as Dut, 200, barrettLatency(shape), p, (a, b) => {
        const x = barrettProduct(a, b, p);
        expect(x).toBe(mulMod(a, b, p));
        return x;
      });
    });
  });
});
