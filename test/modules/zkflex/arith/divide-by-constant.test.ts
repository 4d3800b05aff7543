// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { elaborate } from '../../../../src/dsl/index.ts';
import { emitDesign } from '../../../../src/gen/verilog/index.ts';
import { divideByConstantBlock, divideLatency } from '../../../../src/modules/zkflex/arith/divide-by-constant.ts';
import { divideByDigits } from '../../../../src/modules/zkflex/golden/divide.ts';
import { lintVerilog } from '../../../support/verilog-lint.ts';

const divisors = [3, 5, 9, 15] as const;

describe.each(divisors)('division by %i', (divisor) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 10, 12, 13])('gives floor and remainder of all numbers of %i bits', async (width) => {
    await simulate(
      divideByConstantBlock({ width, divisor, registers: 'none' }),
      { engine: 'embedded' },
      async (dut) => {
        for (let x = 0; x < 2 ** width; x++) {
          dut.in.x.value = x;
          const quotient = width > 3 || 2 ** width > divisor ? Number(dut.output('quotient').value) : 0;
          if (quotient * divisor + Number(dut.out.remainder.value) !== x)
            expect([x, quotient]).toEqual([x, Math.floor(x / divisor)]);
          if (Number(dut.out.remainder.value) >= divisor) expect(x).toBe('a number with a smaller remainder');
        }
        await dut.cycle();
      },
    );
  });

  it.each([
    ['all', 264, 'embedded'],
    ['output', 131, 'embedded'],
    ['all', 64, 'verilator'],
    ['all', 40, 'icarus'],
  ] as const)('with registers %s, %i bits, on %s', async (registers, width, engine) => {
    await simulate(divideByConstantBlock({ width, divisor, registers }), { engine }, async (dut) => {
      const sent: bigint[] = [];
      for (let cycle = 0; cycle < 300; cycle++) {
        const random = BigInt(dut.random.bits(width));
        sent.push(cycle % 5 === 0 ? (1n << BigInt(width)) - 1n - BigInt(cycle) : random);
        dut.in.x.value = sent[cycle]!;
        const due = sent[cycle - divideLatency(registers)];
        if (due !== undefined) {
          const read = (name: string): bigint => BigInt(dut.output(name).value as number | bigint);
          const { quotient, remainder } = divideByDigits(due, width, divisor);
          expect([read('quotient'), read('remainder')]).toEqual([quotient, remainder]);
        }
        await dut.cycle();
      }
    });
  });

  it('is logic without a divider or a memory, clean in all tools', async () => {
    const files = emitDesign(elaborate(divideByConstantBlock({ width: 66, divisor, registers: 'all' })));
    await lintVerilog(files);
    const text = files.map((file) => file.text.replace(/\/\/.*$|^`timescale.*$/gm, '')).join('');
    expect(text).not.toMatch(/[/%]|\bcase\b|reg +\[[^\]]*\] +\w+ +\[/);
  });
});
