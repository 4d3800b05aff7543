// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Dut, simulate } from '../../../../sim/index.ts';
import { block, Bool, input, output, UInt } from '../../../../src/dsl/index.ts';
import { unreduced, unreducedLatency } from '../../../../src/modules/zkflex/arith/unreduced.ts';

const checker = block('operand_check', z.strictObject({ width: z.int() }), (m, { width }) => {
  const io = m.ports({
    ...{ a: input(UInt(width)), b: input(UInt(width)), modulus: input(UInt(width)), valid: input(Bool) },
    found: output(Bool),
  });
  io.found.assign(unreduced(m, { values: [io.a, io.b], modulus: io.modulus, valid: io.valid }));
  return io;
});

interface Case {
  readonly a: bigint;
  readonly b: bigint;
  readonly valid: boolean;
}

/** New values in every cycle; the flag belongs to those of `unreducedLatency` cycles before. */
async function check(width: number, modulus: bigint, cases: readonly Case[]): Promise<void> {
  await simulate(checker({ width }), {}, async (typed) => {
    const dut = typed as unknown as Dut;
    const expected = cases.map(({ a, b, valid }) => Number(valid && (a >= modulus || b >= modulus)));
    const found: number[] = [];
    dut.input('modulus').value = modulus;
    dut.input('valid').value = 0;
    await dut.reset();
    for (let t = 0; t < cases.length + unreducedLatency; t++) {
      const { a, b, valid } = cases[t] ?? { a: 0n, b: 0n, valid: false };
      dut.input('a').value = a;
      dut.input('b').value = b;
      dut.input('valid').value = Number(valid);
      if (t >= unreducedLatency) found.push(Number(dut.output('found').value));
      await dut.cycle();
    }
    expect(found).toEqual(expected);
    expect(new Set(expected).size).toBe(2);
  });
}

test.each([
  [1, 1n],
  [3, 5n],
  [3, 7n],
])('every pair of %i bits, modulo %i', async (width, modulus) => {
  const all = Array.from({ length: 1 << width }, (_, i) => BigInt(i));
  const cases = all.flatMap((a) => all.flatMap((b) => [true, false].map((valid) => ({ a, b, valid }))));
  await check(width, modulus, cases);
});

test.each([63, 64, 126, 127, 200, 768])('%i bits: values that differ from the modulus in one bit', async (width) => {
  const top = 1n << BigInt(width - 1);
  const modulus = top | (BigInt.asUintN(width - 1, 0x5a3c_96e1_0ff0_5a3cn ** 12n) | 1n);
  const near = Array.from({ length: width }, (_, bit) => modulus ^ (1n << BigInt(bit)));
  const values = [...near, modulus, modulus - 1n, 0n];
  await check(
    width,
    modulus,
    values.flatMap((value) => [
      { a: value, b: 0n, valid: true },
      { a: 0n, b: value, valid: true },
    ]),
  );
});
