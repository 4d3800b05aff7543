// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, input, output, UInt } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { cleanVerilog, logicOf, plain } from '../../support/verilog.ts';
import { synthCells } from '../../support/yosys.ts';

const none = z.strictObject({});

describe('signals that nobody reads', () => {
  it('stay, and are mentioned once', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(8)), spare: input(Bool), y: output(UInt(4)) });
      m.nets({ sum: io.a.addWrap(1) });
      io.y.assign(io.a.slice(5, 2));
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        wire [7:0] sum = a + 8'd1;

        assign y = a[5:2];

        // Read by nothing here.
        wire _unused_ok = &{1'b0, spare, sum};

      "
    `);
  });

  it('cost no cells', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
      const { dead } = m.regs({ dead: UInt(8) });
      dead.next(io.a.addWrap(1));
      io.y.assign(io.a);
      return io;
    });
    expect(await synthCells(await cleanVerilog(dut({})), 'dut', 'xilinx')).toEqual({});
  });
});

describe('names', () => {
  it('of instances are none inside their module', async () => {
    const child = block('child', none, (m) => {
      const io = m.ports({ d: input(Bool), q: output(Bool) });
      const { head } = m.regs({ head: Bool });
      head.next(io.d);
      io.q.assign(head);
      return io;
    });
    const dut = block('dut', none, (m) => {
      const io = m.ports({ d: input(Bool), q: output(Bool) });
      const { head, q_ } = m.instances({ head: child({}), q_: child({}) });
      head.d.assign(io.d);
      q_.d.assign(head.q);
      io.q.assign(q_.q);
      return io;
    });
    const text = (await cleanVerilog(dut({}))).at(-1)!.text;
    expect(text.match(/child \w+ \(/g)).toEqual(['child head_ (', 'child q_ (']);
  });

  it('avoid keywords, each other and the module', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(8)), y: output(UInt(8)) });
      const { small, logic, dut_, a_plus_1 } = m.regs({
        small: UInt(8),
        logic: UInt(8),
        dut_: UInt(8),
        a_plus_1: UInt(8),
      });
      small.next(io.a);
      logic.next(small);
      dut_.next(logic);
      a_plus_1.next(io.a.addWrap(1).xor(io.a.addWrap(1).shl(1)));
      io.y.assign(dut_.xor(a_plus_1));
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [7:0] small_;
        reg [7:0] logic_;
        reg [7:0] dut_;
        reg [7:0] a_plus_1;

        assign y = dut_ ^ a_plus_1;

        wire [7:0] a_plus_1_ybth2o = a + 8'd1;

        always @(posedge clk) begin
          small_ <= a;
          logic_ <= small_;
          dut_ <= logic_;
          a_plus_1 <= a_plus_1_ybth2o ^ {a_plus_1_ybth2o[6:0], 1'b0};
        end

      "
    `);
  });

  it('do not change when something else is added', () => {
    const make = (more: boolean) =>
      block('dut', none, (m) => {
        const io = m.ports({ a: input(UInt(8)), b: input(UInt(8)), y: output(UInt(8)), z: output(UInt(8)) });
        if (more) io.z.assign(io.b.addWrap(2).xor(io.b.addWrap(2).shl(1)));
        else io.z.assign(0);
        io.y.assign(io.a.addWrap(1).xor(io.a.addWrap(1).shl(2)));
        return io;
      });
    const netsOf = (more: boolean): string[] => {
      const [file] = emitDesign(elaborate(make(more)({})), plain);
      return file!.text.split('\n').filter((line) => line.includes('wire [7:0] a_') || line.includes('assign y'));
    };
    expect(netsOf(true)).toEqual(netsOf(false));
    expect(netsOf(true).length).toBe(2);
  });
});
