// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, input, output, UInt } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { logicOf, plain } from '../../support/verilog.ts';

const none = z.strictObject({});

describe('properties', () => {
  it('are there for proofs and for simulators, and otherwise not at all', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ en: input(Bool), a: input(UInt(8)), q: output(UInt(8)) });
      const { count } = m.regs({ count: UInt(8).init(0) });
      m.when(io.en, () => {
        count.next(count.addWrap(1));
        m.assert('small_steps', count.addWrap(io.a).slice(7, 7).eq(0), 'Sum over "127".');
      });
      m.assume('a_is_low', io.a.lt(16));
      m.cover('wraps', count.eq(255));
      io.q.assign(count);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [7:0] count;

        assign q = count;

        always @(posedge clk) begin
          if (rst) begin
            count <= 8'd0;
          end else if (en) begin
            count <= count + 8'd1;
          end
        end

      \`ifdef FORMAL
      \`define KILN_CHECKS
      \`elsif KILN_ASSERT
      \`define KILN_CHECKS
      \`endif
      \`ifdef KILN_CHECKS
        wire [7:0] count_plus_a = count + a;
        // Read by nothing here.
        wire _unused_checks_ok = &{1'b0, count_plus_a[6:0]};
      \`undef KILN_CHECKS
      \`endif

      \`ifdef FORMAL
        always @(posedge clk) begin
          if (!rst && en) begin
            small_steps: assert (!count_plus_a[7]);
          end
        end
        always @(posedge clk) begin
          if (!rst) begin
            a_is_low: assume (a < 8'd16);
          end
        end
        always @(posedge clk) begin
          wraps: cover (!rst && count == 8'hff);
        end
      \`endif

      \`ifdef KILN_ASSERT
        always @(posedge clk) begin
          if (!rst) begin
            if (en && count_plus_a[7]) begin
              $display("KILN-EVENT assert small_steps %m Sum over \\"127\\".");
            end
          end
        end
        always @(posedge clk) begin
          if (!rst) begin
            if (a >= 8'd16) begin
              $display("KILN-EVENT assume a_is_low %m");
            end
          end
        end
      \`endif

        // Read by nothing here.
        wire _unused_ok = &{1'b0, a};

      "
    `);
  });
});

describe('registers that only properties read', () => {
  it('stand with them; what anything else reads stays outside', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ go: input(Bool), a: input(UInt(8)), q: output(UInt(8)) });
      const { last, twice, shown, dead } = m.regs({
        last: UInt(8),
        twice: UInt(8).init(0),
        shown: UInt(8),
        dead: UInt(8),
      });
      m.when(io.go, () => {
        last.next(io.a);
        shown.next(io.a);
        twice.next(last.addWrap(last));
      });
      dead.next(io.a);
      m.assert('doubles', twice.ne(7));
      m.assert('is_shown', shown.ne(9));
      io.q.assign(shown);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [7:0] shown;
        reg [7:0] dead;

        assign q = shown;

        always @(posedge clk) begin
          if (go) begin
            shown <= a;
          end
          dead <= a;
        end

      \`ifdef FORMAL
      \`define KILN_CHECKS
      \`elsif KILN_ASSERT
      \`define KILN_CHECKS
      \`endif
      \`ifdef KILN_CHECKS
        reg [7:0] last;
        reg [7:0] twice;

        always @(posedge clk) begin
          if (go) begin
            last <= a;
          end
        end

        always @(posedge clk) begin
          if (rst) begin
            twice <= 8'd0;
          end else if (go) begin
            twice <= last + last;
          end
        end

      \`undef KILN_CHECKS
      \`endif

      \`ifdef FORMAL
        always @(posedge clk) begin
          if (!rst) begin
            doubles: assert (twice != 8'd7);
          end
        end
        always @(posedge clk) begin
          if (!rst) begin
            is_shown: assert (shown != 8'd9);
          end
        end
      \`endif

      \`ifdef KILN_ASSERT
        always @(posedge clk) begin
          if (!rst) begin
            if (twice == 8'd7) begin
              $display("KILN-EVENT assert doubles %m");
            end
          end
        end
        always @(posedge clk) begin
          if (!rst) begin
            if (shown == 8'd9) begin
              $display("KILN-EVENT assert is_shown %m");
            end
          end
        end
      \`endif

        // Read by nothing here.
        wire _unused_ok = &{1'b0, rst, dead};

      "
    `);
    await lintVerilog(emitDesign(elaborate(dut({})), plain), { properties: true });
  });
});
