// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, input, memory, output, UInt } from '../../../src/dsl/index.ts';
import { cleanVerilog, logicOf } from '../../support/verilog.ts';
import { synthCells } from '../../support/yosys.ts';
import { dual, modes, single } from './memory-blocks.ts';

const none = z.strictObject({});

describe('other memories', () => {
  it('asynchronous read', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({
        we: input(Bool),
        wa: input(UInt(4)),
        d: input(UInt(8)),
        ra: input(UInt(4)),
        q: output(UInt(8)),
      });
      const { file } = m.mems({ file: memory(UInt(8), 16) });
      file.write(io.wa.addWrap(1), io.d, { enable: io.we });
      io.q.assign(file.readAsync('q', io.ra));
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [7:0] file [0:15];
        wire [7:0] file_q;

        assign q = file_q;

        wire [3:0] wa_plus_1 = wa + 4'd1;

        assign file_q = file[ra];

        always @(posedge clk) begin
          if (we) begin
            file[wa_plus_1] <= d;
          end
        end

      "
    `);
    expect(await synthCells(await cleanVerilog(dut({})), 'dut', 'xilinx')).toMatchObject({ RAM32M: 2 });
  });

  it('one port, three modes', async () => {
    const texts = await Promise.all(modes.map((mode) => logicOf(single(mode))));
    expect(texts.map((text) => text.slice(text.indexOf('always'))).join('')).toMatchInlineSnapshot(`
      "always @(posedge clk) begin
          if (en) begin
            if (we) begin
              mem[a] <= d;
            end else begin
              mem_a <= mem[a];
            end
          end
        end

      always @(posedge clk) begin
          if (en) begin
            mem_a <= mem[a];
            if (we) begin
              mem[a] <= d;
            end
          end
        end

      always @(posedge clk) begin
          if (en) begin
            mem_a <= mem[a];
            if (we) begin
              mem[a] <= d;
              mem_a <= d;
            end
          end
        end

      "
    `);
  });

  it('true dual port, two clocks', async () => {
    const text = await logicOf(dual(2));
    expect(text.slice(0, text.indexOf('assign'))).toMatchInlineSnapshot(`
      "

        (* no_rw_check, ramstyle = "no_rw_check" *)
        /* verilator lint_off MULTIDRIVEN */
        reg [31:0] mem [0:1023];
        /* verilator lint_on MULTIDRIVEN */
        reg [31:0] mem_a;
        reg [31:0] mem_b;

        "
    `);
    expect(text.match(/always/g)).toHaveLength(2);
  });
});
