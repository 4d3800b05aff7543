// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../src/dsl/index.ts';
import { logicOf } from '../../support/verilog.ts';

const none = z.strictObject({});

describe('a signal that hangs on itself through other bits', () => {
  it('becomes one wire for each part that is assigned', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(3)), x: input(Bool), y: output(UInt(4)) });
      const { carry } = m.wires({ carry: UInt(4) });
      carry.part(0, 0).assign(io.x);
      for (let i = 0; i < 3; i++) carry.part(i + 1, i + 1).assign(carry.bit(i).and(io.a.bit(i)));
      io.y.assign(carry);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        wire carry_0;
        wire carry_1;
        wire carry_2;
        wire carry_3;

        wire [3:0] carry = {carry_3, carry_2, carry_1, carry_0};

        assign carry_0 = x;
        assign carry_1 = carry_0 & a[0];
        assign carry_2 = carry_1 & a[1];
        assign carry_3 = carry_2 & a[2];
        assign y = carry;

      "
    `);
  });

  it('becomes one wire a bit where that is not enough', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(3)), x: input(Bool), y: output(UInt(4)) });
      const { chain } = m.wires({ chain: UInt(4) });
      const { steps } = m.nets({ steps: chain.slice(2, 0).and(io.a) });
      chain.assign(steps.concat(io.x));
      io.y.assign(chain);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        wire chain_0;
        wire chain_1;
        wire chain_2;
        wire chain_3;

        wire [2:0] steps = {chain_2, chain_1, chain_0} & a;
        wire [3:0] chain = {chain_3, chain_2, chain_1, chain_0};

        assign chain_0 = x;
        assign chain_1 = chain_0 & a[0];
        assign chain_2 = chain_1 & a[1];
        assign chain_3 = chain_2 & a[2];
        assign y = chain;

        // Read by nothing here.
        wire _unused_ok = &{1'b0, steps};

      "
    `);
  });

  it('also where it is an output, or driven under conditions', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(2)), go: input(Bool), y: output(UInt(2)), z: output(UInt(2)) });
      io.y.part(0, 0).assign(io.a.bit(0));
      io.y.part(1, 1).assign(io.y.bit(0).xor(io.a.bit(1)));
      m.when(io.go, () => {
        io.z.part(1, 1).assign(io.z.bit(0).not());
        io.z.part(0, 0).assign(io.a.bit(0));
      }).otherwise(() => io.z.assign(3));
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        wire y_0;
        wire y_1;
        reg  z_0;
        reg  z_1;

        assign y_0 = a[0];
        assign y_1 = y_0 ^ a[1];

        always @* begin
          if (go) begin
            z_1 = ~z_0;
          end else begin
            z_1 = 1'b1;
          end
        end

        always @* begin
          if (go) begin
            z_0 = a[0];
          end else begin
            z_0 = 1'b1;
          end
        end

        assign y = {y_1, y_0};
        assign z = {z_1, z_0};

      "
    `);
  });

  it('also through instances', async () => {
    const cell = block('and_cell', none, (m) => {
      const io = m.ports({ a: input(Bool), b: input(Bool), y: output(Bool) });
      io.y.assign(io.a.and(io.b));
      return io;
    });
    const dut = block('dut', none, (m) => {
      const io = m.ports({ a: input(UInt(2)), y: output(UInt(3)) });
      const { chain } = m.wires({ chain: UInt(3) });
      const u = m.instances({ first: cell({}), second: cell({}) });
      chain.part(0, 0).assign(1);
      [u.first, u.second].forEach((one, i) => {
        one.a.assign(chain.bit(i));
        one.b.assign(io.a.bit(i));
        chain.part(i + 1, i + 1).assign(one.y);
      });
      io.y.assign(chain);
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        wire chain_0;
        wire chain_1;
        wire chain_2;

        wire [2:0] chain = {chain_2, chain_1, chain_0};

        assign chain_0 = 1'b1;
        assign y = chain;

        and_cell first (
          .a (chain_0),
          .b (a[0]),
          .y (chain_1)
        );

        and_cell second (
          .a (chain_1),
          .b (a[1]),
          .y (chain_2)
        );

      "
    `);
  });

  it('is left alone where streams cross in both directions', async () => {
    const link = block('link', none, (m) => {
      const io = m.ports({ d: input(UInt(4)), go: input(Bool), q: output(UInt(4)), ok: output(Bool) });
      io.q.assign(io.d.not());
      io.ok.assign(io.go);
      return io;
    });
    const dut = block('dut', none, (m) => {
      const io = m.ports({ d: input(UInt(4)), go: input(Bool), q: output(UInt(4)), ok: output(Bool) });
      const { one, two } = m.instances({ one: link({}), two: link({}) });
      one.d.assign(io.d);
      two.d.assign(one.q);
      io.q.assign(two.q);
      two.go.assign(io.go);
      one.go.assign(two.ok);
      io.ok.assign(one.ok);
      return io;
    });
    expect(await logicOf(dut({}))).not.toContain('_3_0');
  });
});
