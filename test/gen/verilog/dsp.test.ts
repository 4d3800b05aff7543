// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, input, output, SInt } from '../../../src/dsl/index.ts';
import { cleanVerilog, logicOf } from '../../support/verilog.ts';
import { flipFlopCount, lutCount, synthEach } from '../../support/yosys.ts';

const none = z.strictObject({});

/** Product with registers before, behind and again behind the multiplier. */
const registered = (name: string, left: number, right: number) =>
  block(name, none, (m) => {
    const io = m.ports({ a: input(SInt(left)), b: input(SInt(right)), q: output(SInt(left + right)) });
    const r = m.regs({ a_in: SInt(left), b_in: SInt(right), product: SInt(left + right), result: SInt(left + right) });
    r.a_in.next(io.a);
    r.b_in.next(io.b);
    r.product.next(r.a_in.mul(r.b_in));
    r.result.next(r.product);
    io.q.assign(r.result);
    return io;
  })({});

/** Accumulates products; the clear is the reset. */
const multiplyAdd = (name: string, width: number, sum: number) =>
  block(name, none, (m) => {
    const io = m.ports({ en: input(Bool), a: input(SInt(width)), b: input(SInt(width)), q: output(SInt(sum)) });
    const { total } = m.regs({ total: SInt(sum).init(0) });
    m.when(io.en, () => total.next(total.addWrap(io.a.mul(io.b).resize(sum))));
    io.q.assign(total);
    return io;
  })({});

/** (a + d) * b, the sum and the product registered. (Yosys leaves registers before the sum outside.) */
const preAdder = block('pre_adder', none, (m) => {
  const io = m.ports({ a: input(SInt(17)), d: input(SInt(17)), b: input(SInt(18)), q: output(SInt(36)) });
  const r = m.regs({ factor: SInt(18), sum: SInt(18), product: SInt(36) });
  r.factor.next(io.b);
  r.sum.next(io.a.addFull(io.d));
  r.product.next(r.sum.mul(r.factor));
  io.q.assign(r.product);
  return io;
});

describe('multipliers', () => {
  it('are written at exactly the width of the product', async () => {
    expect(await logicOf(multiplyAdd('mac', 18, 48))).toMatchInlineSnapshot(`
      "

        reg [47:0] total;

        assign q = total;

        wire [35:0] a_times_b = $signed(a) * $signed(b);

        always @(posedge clk) begin
          if (rst) begin
            total <= 48'd0;
          end else if (en) begin
            total <= total + {{12{a_times_b[35]}}, a_times_b};
          end
        end

      "
    `);
  });

  it('go into one DSP block with all their registers', async () => {
    const blocks = [
      registered('registered_18x18', 18, 18),
      registered('registered_25x18', 25, 18),
      multiplyAdd('mac_18', 18, 48),
      multiplyAdd('mac_int8', 8, 32),
      preAdder({}),
    ];
    const files = (await Promise.all(blocks.map((each) => cleanVerilog(each)))).flat();
    const cells = await synthEach(files, 'xilinx');
    cells.forEach((own, name) => {
      if (name === 'all_of_them') return;
      expect([name, own['DSP48E1'], lutCount(own), flipFlopCount(own)]).toEqual([name, 1, 0, 0]);
    });
  });
});
