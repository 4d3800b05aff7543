// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { cleanVerilog, logicOf } from '../../support/verilog.ts';
import { simple } from './memory-blocks.ts';

describe('simple dual port memory', () => {
  it('old on collision is the plain form', async () => {
    expect(await logicOf(simple({ collision: 'old' }))).toMatchInlineSnapshot(`
      "

        reg [31:0] mem [0:1023];
        reg [31:0] mem_q;

        assign q = mem_q;

        always @(posedge clk) begin
          if (we) begin
            mem[wa] <= d;
          end
          if (re) begin
            mem_q <= mem[ra];
          end
        end

        // Read by nothing here.
        wire _unused_ok = &{1'b0, mask};

      "
    `);
  });

  it('undefined on collision spares the comparators', async () => {
    expect(await logicOf(simple({}))).toMatchInlineSnapshot(`
      "

        (* no_rw_check, ramstyle = "no_rw_check" *)
        reg [31:0] mem [0:1023];
        reg [31:0] mem_q;

        assign q = mem_q;

        always @(posedge clk) begin
          if (we) begin
            mem[wa] <= d;
          end
          if (re) begin
            mem_q <= mem[ra];
          end
        end

        // Read by nothing here.
        wire _unused_ok = &{1'b0, mask};

      "
    `);
  });

  it('new on collision bypasses the array', async () => {
    expect(await logicOf(simple({ collision: 'new' }))).toMatchInlineSnapshot(`
      "

        reg [31:0] mem [0:1023];
        reg [31:0] mem_q;

        assign q = mem_q;

        always @(posedge clk) begin
          if (we) begin
            mem[wa] <= d;
          end
          if (re) begin
            mem_q <= mem[ra];
            if (we && wa == ra) begin
              mem_q <= d;
            end
          end
        end

        // Read by nothing here.
        wire _unused_ok = &{1'b0, mask};

      "
    `);
  });

  it('lanes are written in a loop', async () => {
    expect(await logicOf(simple({ granule: 8 }))).toMatchInlineSnapshot(`
      "

        (* no_rw_check, ramstyle = "no_rw_check" *)
        reg [31:0] mem [0:1023];
        reg [31:0] mem_q;

        assign q = mem_q;

        always @(posedge clk) begin : mem_lanes
          integer i;
          if (we) begin
            for (i = 0; i < 4; i = i + 1) begin
              if (mask[i]) begin
                mem[wa][8*i +: 8] <= d[8*i +: 8];
              end
            end
          end
          if (re) begin
            mem_q <= mem[ra];
          end
        end

      "
    `);
    await cleanVerilog(simple({ granule: 8, collision: 'new' }));
    await cleanVerilog(simple({ granule: 1 }));
  });

  it('takes contents and a style', async () => {
    expect(await logicOf(simple({ init: [1, 2, 3], style: 'distributed' }, 4))).toMatchInlineSnapshot(`
      "

        (* ram_style = "distributed", no_rw_check, ramstyle = "no_rw_check" *)
        reg [31:0] mem [0:3];
        reg [31:0] mem_q;

        assign q = mem_q;

        initial begin
          mem[0] = 32'd1;
          mem[1] = 32'd2;
          mem[2] = 32'd3;
          mem[3] = 32'd0;
        end

        always @(posedge clk) begin
          if (we) begin
            mem[wa] <= d;
          end
          if (re) begin
            mem_q <= mem[ra];
          end
        end

        // Read by nothing here.
        wire _unused_ok = &{1'b0, mask};

      "
    `);
    expect(await logicOf(simple({ init: [], style: 'block' }, 4))).toContain('for (i = 0; i < 4; i = i + 1) begin');
  });
});
