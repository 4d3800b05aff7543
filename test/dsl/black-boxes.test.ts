// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, input, output, UInt } from '../../src/dsl/index.ts';
import { simulate } from '../../sim/index.ts';
import { blockOf, expectRows, verilogOf } from './support.ts';

const Params = z.strictObject({ width: z.int().min(1) });
const ports = (width: number) => ({ a: input(UInt(width)), y: output(UInt(width)) });

const foreignText = `module foreign_delay #(parameter WIDTH = 1) (input clk, input [WIDTH-1:0] a, output reg [WIDTH-1:0] y);
  always @(posedge clk) y <= a;
endmodule
`;

const model = block('delay_model', Params, (m, p) => {
  const io = m.ports(ports(p.width));
  const { held } = m.regs({ held: UInt(p.width) });
  held.next(io.a);
  io.y.assign(held);
});

/** A flip-flop of the vendor's library. */
const delay = (hasModel: boolean) =>
  block(
    'delay',
    Params,
    (m, p) => {
      m.useDomain(m.domain);
      return m.ports(ports(p.width));
    },
    {
      blackBox: (p) => ({
        name: 'foreign_delay',
        parameters: [{ name: 'WIDTH', text: String(p.width) }],
        verilog: foreignText,
        ...(hasModel && { model: model(p) }),
      }),
    },
  );

const user = (hasModel: boolean, widths: readonly number[] = [4]) =>
  blockOf('user', (m) => {
    const io = m.ports({ a: input(UInt(8)), y: output(Bool) });
    const bits = widths.map((width, i) => {
      const { [`late_${i}`]: late } = m.instances({ [`late_${i}`]: delay(hasModel)({ width }) });
      late!.a.assign(io.a.low(width));
      return late!.y.xorR();
    });
    io.y.assign(bits.reduce((all, bit) => all.xor(bit)));
  });

describe('black boxes', () => {
  test('the model is simulated, and gives what the foreign text gives', async () => {
    await expectRows(
      user(true),
      [
        [{ a: 1 }, {}],
        [{ a: 3 }, { y: 1 }],
        [{ a: 0 }, { y: 0 }],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('parameters are passed in the Verilog', () => {
    const [, text] = verilogOf(user(false)).split('module user');
    const instance = /foreign_delay #[^;]*;/.exec(text!)?.[0];
    expect(instance?.replace(/ *\/\/.*/g, '')).toMatchInlineSnapshot(`
      "foreign_delay #(
          .WIDTH(4)
        ) late_0 (
          .clk (clk),
          .a   (a[3:0]),
          .y   (late_0_y)
        );"
    `);
  });

  test('without a model the embedded simulator says so', async () => {
    await expect(simulate(user(false), { wave: 'off' }, () => undefined)).rejects.toThrow(
      /black box.*model|model.*black box/is,
    );
  });

  test('one foreign module with several parameters', () => {
    const call = blockOf('both', (m) => {
      const { one, two } = m.instances({ one: delay(true)({ width: 1 }), two: delay(true)({ width: 2 }) });
      const io = m.ports({ a: input(Bool), y: output(UInt(2)) });
      one.a.assign(io.a);
      two.a.assign(one.y.concat(io.a));
      io.y.assign(two.y);
    });
    expect(elaborate(call).top.instances.map((instance) => instance.module.name)).toEqual([
      'foreign_delay',
      'foreign_delay',
    ]);
  });
});
