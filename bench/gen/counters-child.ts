// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, elaborate, input, output, UInt } from '../../src/dsl/index.ts';
import { emitDesign } from '../../src/gen/verilog/index.ts';

/** Counters with enables, their carries joined so that none is dead. */
export const counters = block('counters', z.strictObject({ count: z.int().min(1) }), (m, p) => {
  const io = m.ports({ enable: input(UInt(p.count)), carry: output(Bool) });
  let carry = m.lit(0, Bool);
  for (let i = 0; i < p.count; i++) {
    const name = `count_${i}`;
    const count = m.regs({ [name]: UInt(16).init(0) })[name]!;
    m.when(io.enable.bit(i), () => count.next(count.addWrap(1)));
    carry = carry.xor(count.msb());
  }
  io.carry.assign(carry);
  return io;
});

const registers = Number(process.argv[2]);
if (process.send && registers > 0) {
  const started = performance.now();
  emitDesign(elaborate(counters({ count: registers })));
  const seconds = (performance.now() - started) / 1000;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.send({ registers, seconds, peakMiB });
}
