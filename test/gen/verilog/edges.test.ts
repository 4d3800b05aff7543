// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, Enum, input, memory, output, sink, source, UInt } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { IrBuilder } from '../../support/ir-builder.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { cleanVerilog, logicOf, moduleText, plain, verilogOf } from '../../support/verilog.ts';
import { sampleDesign } from './sample-design.ts';

const none = z.strictObject({});

describe('degenerate widths and depths', () => {
  it('0-bit ports, registers and assignments are left out', async () => {
    const dut = block('dut', z.strictObject({ width: z.int() }), (m, p) => {
      const io = m.ports({ in: sink(UInt(p.width)), out: source(UInt(p.width)), tag: input(UInt(0)) });
      const { held } = m.regs({ held: UInt(p.width).init(0) });
      const { taken } = m.regs({ taken: Bool.init(0) });
      m.when(io.in.valid, () => held.next(io.in.payload)).otherwise(() => taken.next(1));
      io.in.ready.assign(io.out.ready);
      io.out.valid.assign(taken);
      io.out.payload.assign(held);
      m.nets({ nothing: io.tag });
      return io;
    });
    expect(await verilogOf(dut({ width: 0 }))).toMatchInlineSnapshot(`
      "
      module dut (
        input  wire clk,
        input  wire rst,

        input  wire in_valid,
        output wire in_ready,

        output wire out_valid,
        input  wire out_ready
      );

        reg taken;

        assign in_ready = out_ready;
        assign out_valid = taken;

        always @(posedge clk) begin
          if (rst) begin
            taken <= 1'b0;
          end else if (!in_valid) begin
            taken <= 1'b1;
          end
        end

      "
    `);
    await cleanVerilog(dut({ width: 1 }));
  });

  it('a memory of one word', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({
        we: input(Bool),
        d: input(UInt(8)),
        a: input(UInt(0)),
        q: output(UInt(8)),
        r: output(UInt(8)),
      });
      const { mem } = m.mems({ mem: memory(UInt(8), 1, { collision: 'new' }) });
      mem.write(io.a, io.d, { enable: io.we });
      io.q.assign(mem.read('q', io.a));
      io.r.assign(mem.readAsync('r', io.a));
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [7:0] mem;
        reg  [7:0] mem_q;
        wire [7:0] mem_r;

        assign q = mem_q;
        assign r = mem_r;

        assign mem_r = mem;

        always @(posedge clk) begin
          if (we) begin
            mem <= d;
          end
          mem_q <= mem;
          if (we) begin
            mem_q <= d;
          end
        end

      "
    `);
  });

  it('a memory of 0-bit words, of one bit, and one that nobody reads', async () => {
    const dut = block('dut', z.strictObject({ width: z.int() }), (m, p) => {
      const io = m.ports({ d: input(UInt(p.width)), a: input(UInt(3)), q: output(UInt(p.width)) });
      const { mem, log } = m.mems({ mem: memory(UInt(p.width), 6), log: memory(UInt(p.width), 8) });
      mem.write(io.a, io.d);
      log.write(io.a, io.d);
      io.q.assign(mem.read('q', io.a.addWrap(1)));
      return io;
    });
    await cleanVerilog(dut({ width: 0 }));
    await cleanVerilog(dut({ width: 1 }));
  });

  it('registers that nothing assigns', async () => {
    const m = new IrBuilder('dut').clocked();
    const [kept, half, idle] = [m.reg('kept', 4, { reset: 5n }), m.reg('half', 4), m.reg('idle', 1, { powerUp: 1n })];
    m.assign(half, m.input('d', 2), 1);
    m.show('q', m.op('concat', m.ref(kept), m.ref(half), m.ref(idle)));
    const files = emitDesign(m.design, plain);
    await lintVerilog(files);
    expect(moduleText(files[0]!)).toMatchInlineSnapshot(`
      "
      module dut (
        input  wire       clk,
        input  wire       rst,

        input  wire [1:0] d,
        output wire [8:0] q
      );

        reg [3:0] kept;
        reg [3:0] half;
        reg       idle;

        initial begin
          half = 4'd0;
          idle = 1'b1;
        end

        assign q = {kept, half, idle};

        always @(posedge clk) begin
          if (rst) begin
            kept <= 4'd5;
          end
        end

        always @(posedge clk) begin
          half[2:1] <= d;
        end

      "
    `);
  });
});

describe('enumerations', () => {
  it('name values in comparisons, choices and instance ports; equal types share their names', async () => {
    const mode = Enum('mode', ['off', 'slow', 'fast']);
    const child = block('child', none, (m) => {
      const io = m.ports({ mode: input(mode), busy: output(Bool) });
      io.busy.assign(io.mode.is('off').not());
      return io;
    });
    const dut = block('dut', none, (m) => {
      const io = m.ports({ up: input(Bool), next: output(mode), busy: output(Bool) });
      const { now } = m.regs({ now: mode.init('off') });
      const { u_child } = m.instances({ u_child: child({}) });
      now.next(io.next);
      io.next.assign(now.is('off').mux(io.up.mux(m.lit(1, mode), m.lit(0, mode)), now));
      u_child.mode.assign(now);
      io.busy.assign(u_child.busy);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        localparam [1:0] MODE_OFF  = 2'd0;
        localparam [1:0] MODE_SLOW = 2'd1;

        reg [1:0] now;

        assign next = now == MODE_OFF ? (up ? MODE_SLOW : MODE_OFF) : now;

        child u_child (
          .mode (now),
          .busy (busy)
        );

        always @(posedge clk) begin
          if (rst) begin
            now <= MODE_OFF;
          end else begin
            now <= next;
          end
        end

      "
    `);
  });
});

describe('options', () => {
  it.each(['sync', 'async'] as const)('%s, active-low resets go through a whole design', async (reset) => {
    const files = emitDesign(elaborate(sampleDesign(false)), { reset, resetPolarity: 'low', prefix: 'x_' });
    await lintVerilog(files, { properties: true });
  });
});
