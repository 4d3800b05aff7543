// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../src/dsl/index.ts';
import { logicOf } from '../../support/verilog.ts';

const none = z.strictObject({});

describe('registers', () => {
  it('with and without reset in blocks of their own, with the structure as written', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ load: input(Bool), step: input(Bool), d: input(UInt(8)), q: output(UInt(8)) });
      const { count } = m.regs({ count: UInt(4).init(3) });
      const { data } = m.regs({ data: UInt(8) });
      m.when(io.load, () => {
        count.next(0);
        data.next(io.d);
      }).elsewhen(io.step.and(count.ne(15)), () => count.next(count.addWrap(1)));
      io.q.assign(data.xor(count.resize(8)));
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [3:0] count;
        reg [7:0] data;

        assign q = data ^ {4'd0, count};

        always @(posedge clk) begin
          if (rst) begin
            count <= 4'd3;
          end else if (load) begin
            count <= 4'd0;
          end else if (step && count != 4'd15) begin
            count <= count + 4'd1;
          end
        end

        always @(posedge clk) begin
          if (load) begin
            data <= d;
          end
        end

      "
    `);
  });

  it('states by name', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ go: input(Bool), done: input(Bool), busy: output(Bool) });
      const { state } = m.fsms({ state: ['idle', 'run', 'drain'] });
      state.states({
        idle: () => m.when(io.go, () => state.goto('run')),
        run: () => m.when(io.done, () => state.goto('drain')),
        drain: () => state.goto('idle'),
      });
      io.busy.assign(state.is('idle').not());
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        localparam [1:0] STATE_IDLE  = 2'd0;
        localparam [1:0] STATE_RUN   = 2'd1;
        localparam [1:0] STATE_DRAIN = 2'd2;

        reg [1:0] state;

        assign busy = state != STATE_IDLE;

        always @(posedge clk) begin
          if (rst) begin
            state <= STATE_IDLE;
          end else begin
            case (state)
              STATE_IDLE: begin
                if (go) begin
                  state <= STATE_RUN;
                end
              end
              STATE_RUN: begin
                if (done) begin
                  state <= STATE_DRAIN;
                end
              end
              STATE_DRAIN: state <= STATE_IDLE;
              default: ;
            endcase
          end
        end

      "
    `);
  });

  it('bits one by one', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ d: input(Bool), hold: input(Bool), q: output(UInt(4)) });
      const { taps } = m.regs({ taps: UInt(4) });
      m.when(io.hold.not(), () => {
        taps.part(0, 0).next(io.d);
        taps.part(3, 1).next(taps.slice(2, 0));
      });
      io.q.assign(taps);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [3:0] taps;

        assign q = taps;

        always @(posedge clk) begin
          if (!hold) begin
            taps[0] <= d;
            taps[3:1] <= taps[2:0];
          end
        end

      "
    `);
  });

  it('an empty first branch turns the condition round', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ stall: input(Bool), full: input(Bool), d: input(UInt(8)), q: output(UInt(8)) });
      const { data } = m.regs({ data: UInt(8) });
      m.when(io.stall.or(io.full), () => undefined).otherwise(() => data.next(io.d));
      io.q.assign(data);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [7:0] data;

        assign q = data;

        always @(posedge clk) begin
          if (!(stall || full)) begin
            data <= d;
          end
        end

      "
    `);
  });

  it('a value at power-up and a synchroniser', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ d: input(Bool), q: output(Bool) });
      const { meta } = m.regs({ meta: Bool }, { synchroniser: true, powerUp: 1 });
      meta.next(io.d);
      io.q.assign(meta);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        (* ASYNC_REG = "TRUE" *) reg meta;

        initial begin
          meta = 1'b1;
        end

        assign q = meta;

        always @(posedge clk) begin
          meta <= d;
        end

      "
    `);
  });
});
