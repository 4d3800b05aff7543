// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  block,
  Bool,
  elaborate,
  input,
  memory,
  type ModuleBuilder,
  output,
  sink,
  UInt,
  Vec,
} from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { logicOf, moduleText, plain } from '../../support/verilog.ts';

const none = z.strictObject({});

describe('black boxes', () => {
  it('are instantiated with their parameters; only shipped sources become files', async () => {
    const text = [
      '`timescale 1ns / 1ps',
      '`default_nettype none',
      'module vendor_buf #(parameter W = 1) (input wire [W-1:0] I, output wire [W-1:0] O);',
      '  assign O = I;',
      'endmodule',
      '`default_nettype wire',
      '',
    ];
    const buffer = block(
      'buffer',
      z.strictObject({ width: z.int() }),
      (m, p) => m.ports({ I: input(UInt(p.width)), O: output(UInt(p.width)) }),
      {
        blackBox: (p) => ({
          name: 'vendor_buf',
          parameters: [{ name: 'W', text: String(p.width) }],
          verilog: text.join('\n'),
        }),
      },
    );
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(4)), y: output(UInt(4)) });
      const { u_buf } = m.instances({ u_buf: buffer({ width: 4 }) });
      u_buf.I.assign(io.a.not());
      io.y.assign(u_buf.O);
      return io;
    });
    const files = emitDesign(elaborate(dut({})), { ...plain, prefix: 'k_' });
    await lintVerilog(files);
    expect(files.map((file) => file.name)).toEqual(['vendor_buf.v', 'k_dut.v']);
    expect(moduleText(files[1]!)).toMatchInlineSnapshot(`
      "
      module k_dut (
        input  wire [3:0] a,
        output wire [3:0] y
      );

        vendor_buf #(
          .W(4)
        ) u_buf (
          .I (~a),
          .O (y)
        );

      "
    `);
  });
});

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

/** The part of a linted text that is compiled for properties alone. */
async function checksOf(describe: (m: ModuleBuilder) => void): Promise<string> {
  const text = await logicOf(block('dut', none, describe)({}));
  return text.includes('`ifdef KILN_CHECKS') ? text.split('`ifdef KILN_CHECKS')[1]!.split('`undef')[0]! : '';
}

describe('names for properties', () => {
  it('are declared for what logic writes in place, once', async () => {
    const checks = await checksOf((m) => {
      const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)) });
      const sum = io.a.addWrap(io.b);
      io.y.assign(sum.and(0x3f));
      m.assert('not_three', sum.ne(3));
      m.assert('even', sum.bit(0).not());
    });
    expect(checks).toMatchInlineSnapshot(`
      "
        wire [7:0] a_plus_b = a + b;
      "
    `);
  });

  it('are not declared for what stands inside a net of the logic', async () => {
    const checks = await checksOf((m) => {
      const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)), z: output(UInt(8)) });
      const sum = io.a.addWrap(io.b);
      const some = sum.xor(io.a);
      io.y.assign(some.and(0x3f));
      io.z.assign(some.or(1));
      m.assert('some', some.ne(3).or(sum.eq(5)));
    });
    expect(checks).toBe('');
  });

  it('are the names of the user where there are some', async () => {
    const text = await logicOf(
      block('dut', none, (m) => {
        const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)) });
        const sum = io.a.addWrap(io.b);
        io.y.assign(sum);
        m.assert('not_three', sum.ne(3));
      })({}),
    );
    expect(text).toContain("assert (y != 8'd3);");
  });

  it('are declared for the condition of a when and for a selection that only properties read', async () => {
    const checks = await checksOf((m) => {
      const io = m.ports({ in: sink(UInt(8)), of: input(Vec(3, UInt(8))), at: input(UInt(2)), bound: input(UInt(8)) });
      io.in.ready.assign(io.bound.ne(0));
      m.when(io.in.fire, () => {
        m.assert('first', io.of.read(io.at).ne(3));
        m.assert('second', io.in.payload.lt(io.bound));
      });
    });
    expect(checks).toMatchInlineSnapshot(`
      "
        wire in_fire = in_valid & in_ready;
        reg [7:0] by_at_rlhtaj;
        always @* begin
          case (at)
            2'd0: by_at_rlhtaj = of_0;
            2'd1: by_at_rlhtaj = of_1;
            default: by_at_rlhtaj = of_2;
          endcase
        end
      "
    `);
  });

  it('are told to be unread where only a cover reads them, which simulators do not see', async () => {
    const checks = await checksOf((m) => {
      const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)) });
      const { last } = m.regs({ last: UInt(8) });
      last.next(io.a);
      m.cover('large', io.a.addWrap(io.b).bit(7));
      m.cover('same', last.eq(io.b));
    });
    expect(checks).toMatchInlineSnapshot(`
      "
        reg [7:0] last;

        always @(posedge clk) begin
          last <= a;
        end

        wire [7:0] a_plus_b = a + b;
        // Read by nothing here.
        wire _unused_checks_ok = &{1'b0, last, a_plus_b};
      "
    `);
  });

  it('are those of the logic for memories and instances that only properties read', async () => {
    const child = block('child', none, (m) => {
      const io = m.ports({ a: input(UInt(4)), y: output(UInt(4)) });
      io.y.assign(io.a.not());
      return io;
    });
    const text = await logicOf(
      block('dut', none, (m) => {
        const io = m.ports({ go: input(Bool), a: input(UInt(4)) });
        const { words } = m.mems({ words: memory(UInt(4), 16, { collision: 'old' }) });
        const { u_child } = m.instances({ u_child: child({}) });
        u_child.a.assign(io.a);
        words.write(io.a, io.a, { enable: io.go });
        m.assert('memory', words.read('head', io.a).ne(1));
        m.assert('instance', u_child.y.ne(2));
      })({}),
    );
    expect(text).toContain("wire _unused_ok = &{1'b0, rst, u_child_y, words_head};");
  });

  it('of states stand where they are used: simulators do not see covers', async () => {
    const text = await logicOf(
      block('dut', none, (m) => {
        const io = m.ports({ go: input(Bool), y: output(UInt(1)) });
        const { state, other } = m.fsms({ state: ['IDLE', 'RUN'], other: ['LOW', 'HIGH', 'TOP', 'MISSING'] });
        state.states({ IDLE: () => m.when(io.go, () => state.goto('RUN')) });
        m.when(io.go, () => other.goto('HIGH'));
        io.y.assign(other.is('TOP'));
        m.assert('runs', state.is('RUN'));
        m.cover('missing', other.is('MISSING'));
      })({}),
    );
    const [, checks, rest] = text.split('KILN_CHECKS\n').slice(-3);
    expect(checks).toContain('localparam STATE_RUN');
    expect(rest).toContain("`ifdef FORMAL\n  localparam [1:0] OTHER_MISSING = 2'd3;");
  });
});
