// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, type Elaborated, elaborate, input, type Init, output, type Reg, UInt } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';

/** Counters with enables in one module, and a chain of operators as deep as there are counters. */
function counters(count: number): Elaborated {
  const dut = block('counters', z.strictObject({}), (m) => {
    const io = m.ports({ enable: input(UInt(16)), total: output(UInt(8)) });
    const specs = Object.fromEntries(Array.from({ length: count }, (_, i) => [`count${i}`, UInt(8).init(0)]));
    const regs = Object.values(m.regs(specs as Record<string, Init>)) as unknown as Reg<ReturnType<typeof UInt<8>>>[];
    regs.forEach((reg, i) => m.when(io.enable.bit(i % 16), () => reg.next(reg.addWrap(1))));
    io.total.assign(regs.slice(1).reduce((sum, reg) => sum.xor(reg), regs[0]!.not()));
    return io;
  });
  return elaborate(dut({}));
}

function milliseconds(design: Elaborated): number {
  const start = process.cpuUsage();
  emitDesign(design);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('emission', () => {
  it('takes time in proportion to the design', () => {
    const [small, large] = [counters(1_000), counters(10_000)];
    milliseconds(small);
    const least = (design: Elaborated): number => Math.min(...[1, 2, 3].map(() => milliseconds(design)));
    // 10 times the registers; the margin is for the garbage collector on a busy machine.
    expect(least(large) / least(small)).toBeLessThan(30);
  });
});
