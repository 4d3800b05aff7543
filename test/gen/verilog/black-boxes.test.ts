// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, elaborate, input, output, UInt } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { moduleText, plain } from '../../support/verilog.ts';

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
