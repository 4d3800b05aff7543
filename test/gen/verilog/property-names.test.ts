// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, input, memory, output, sink, UInt, type ModuleBuilder, Vec } from '../../../src/dsl/index.ts';
import { logicOf } from '../../support/verilog.ts';

const none = z.strictObject({});

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
