// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../src/dsl/index.ts';
import { logicOf } from '../../support/verilog.ts';

const none = z.strictObject({});

describe('combinational statements', () => {
  it('one block for what one tree drives, an assignment for what hangs on no condition', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({
        go: input(Bool),
        a: input(UInt(8)),
        b: input(UInt(8)),
        low: output(UInt(8)),
        high: output(UInt(8)),
        both: output(UInt(16)),
      });
      io.low.assign(0);
      m.when(io.go, () => {
        io.low.assign(io.a);
        io.high.assign(io.b);
      })
        .elsewhen(io.a.eq(io.b), () => io.high.assign(1))
        .otherwise(() => io.high.assign(io.a));
      io.both.part(7, 0).assign(io.a);
      io.both.part(15, 8).assign(io.b);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        always @* begin
          low = 8'd0;
          if (go) begin
            low = a;
            high = b;
          end else if (a == b) begin
            high = 8'd1;
          end else begin
            high = a;
          end
        end

        assign both[7:0] = a;
        assign both[15:8] = b;

      "
    `);
  });

  it('one block a target where a block would read what it drives', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ go: input(Bool), a: input(UInt(8)), y: output(UInt(8)) });
      const { first, second } = m.wires({ first: UInt(8), second: UInt(8) });
      m.when(io.go, () => {
        second.assign(first.addWrap(1));
        first.assign(io.a);
      }).otherwise(() => {
        second.assign(io.a);
        first.assign(0);
      });
      io.y.assign(second);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [7:0] first;
        reg [7:0] second;

        always @* begin
          if (go) begin
            second = first + 8'd1;
          end else begin
            second = a;
          end
        end

        always @* begin
          if (go) begin
            first = a;
          end else begin
            first = 8'd0;
          end
        end

        assign y = second;

      "
    `);
  });

  it('the last of overlapping assignments wins bit by bit', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(8)), b: input(UInt(4)), y: output(UInt(8)) });
      io.y.assign(io.a);
      io.y.part(5, 2).assign(io.b);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        assign y[1:0] = a[1:0];
        assign y[5:2] = b;
        assign y[7:6] = a[7:6];

        // Read by nothing here.
        wire _unused_ok = &{1'b0, a[5:2]};

      "
    `);
  });

  it('branches under constant conditions disappear', async () => {
    const dut = block('dut', z.strictObject({ wide: z.boolean() }), (m, p) => {
      const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
      m.when(p.wide, () => io.y.assign(io.a)).otherwise(() => io.y.assign(0));
      return io;
    });
    expect(await logicOf(dut({ wide: true }))).toMatchInlineSnapshot(`
      "

        assign y = a;

      "
    `);
  });

  it('a case with several labels, and with all values listed', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ s: input(UInt(2)), a: input(UInt(4)), y: output(UInt(4)), z: output(UInt(4)) });
      m.switch(io.s)
        .case([0, 3], () => io.y.assign(io.a))
        .otherwise(() => io.y.assign(9));
      m.switch(io.s)
        .case(0, () => io.z.assign(io.a))
        .case([1, 2], () => io.z.assign(3))
        .case(3, () => io.z.assign(5));
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        always @* begin
          case (s)
            2'd0, 2'd3: y = a;
            default: y = 4'd9;
          endcase
        end

        always @* begin
          case (s)
            2'd0: z = a;
            2'd1, 2'd2: z = 4'd3;
            default: z = 4'd5; // 2'd3
          endcase
        end

      "
    `);
  });
});
