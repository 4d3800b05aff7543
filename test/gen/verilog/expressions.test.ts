// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Expr } from '../../../src/ir/expr.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { IrBuilder } from '../../support/ir-builder.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { moduleText, plain } from '../../support/verilog.ts';

interface Names {
  readonly m: IrBuilder;
  /** 8 bits each. */
  readonly a: Expr;
  readonly b: Expr;
  readonly c: Expr;
  /** 1 bit each. */
  readonly x: Expr;
  readonly y: Expr;
  readonly z: Expr;
}

/** The logic of a module with outputs of the given values; linted. */
async function logicOf(values: (names: Names) => Readonly<Record<string, Expr>>): Promise<string> {
  const m = new IrBuilder('dut');
  const byte = (name: string): Expr => m.input(name, 8);
  const bit = (name: string): Expr => m.input(name, 1);
  const names = { m, a: byte('a'), b: byte('b'), c: byte('c'), x: bit('x'), y: bit('y'), z: bit('z') };
  for (const [name, value] of Object.entries(values(names))) m.show(name, value);
  const files = emitDesign(m.design, plain);
  await lintVerilog(files);
  const text = moduleText(files[0]!);
  return text.slice(text.indexOf(');\n') + 3).replace(/\n *\/\/ Read by nothing here\.\n.*\n/, '');
}

describe('expressions', () => {
  it('use the fewest parentheses', async () => {
    expect(
      await logicOf(({ m, a, b, c, x, y, z }) => ({
        q1: m.op('or', m.op('and', a, b), m.op('xor', b, c)),
        q2: m.op('and', m.op('or', a, b), c),
        q3: m.op('sub', a, m.op('sub', b, c)),
        q4: m.op('add', a, m.op('add', b, c)),
        q5: m.op('eq', m.op('add', a, b), c),
        q6: m.op('and', m.op('ltU', a, b), m.op('ne', b, c)),
        q7: m.op('mux', m.op('or', x, y), m.op('mux', z, a, b), m.op('mux', m.op('not', m.op('and', y, z)), b, c)),
        q8: m.op('not', m.op('or', a, b)),
        q9: m.op('shl', m.op('add', a, b), m.op('and', a, c)),
      })),
    ).toMatchInlineSnapshot(`
      "
        assign q1 = a & b | b ^ c;
        wire [7:0] a_or_b = a | b;
        assign q2 = a_or_b & c;
        assign q3 = a - (b - c);
        assign q4 = a + b + c;
        wire [7:0] a_plus_b = a + b;
        assign q5 = a_plus_b == c;
        assign q6 = a < b & b != c;
        assign q7 = x || y ? (z ? a : b) : y && z ? c : b;
        assign q8 = ~a_or_b;
        assign q9 = a_plus_b << (a & c);

      "
    `);
  });

  it('recover the short forms of Verilog', async () => {
    expect(
      await logicOf(({ m, a, b, x, y }) => ({
        q1: m.op('sub', m.lit(0, 8), a),
        q2: m.op('not', m.op('eq', a, b)),
        q3: m.op('not', m.op('leU', a, b)),
        q4: m.op('ltU', m.lit(5, 8), a),
        q5: m.op('concat', x, x, x, x),
        q6: m.op('concat', m.op('and', x, y), m.op('and', x, y), a),
        q7: m.op('concat', m.bits(a, 7, 7), m.bits(a, 7, 7), m.bits(a, 7, 7), a),
        q8: m.op('shl', a, m.lit(3, 4)),
        q9: m.op('xorR', m.op('not', a)),
      })),
    ).toMatchInlineSnapshot(`
      "
        assign q1 = -a;
        assign q2 = a != b;
        assign q3 = a > b;
        assign q4 = a > 8'd5;
        assign q5 = {4{x}};
        assign q6 = {{2{x & y}}, a};
        assign q7 = {{3{a[7]}}, a};
        assign q8 = {a[4:0], 3'd0};
        assign q9 = ^(~a);

      "
    `);
  });

  it('give a net to what is sliced, shared or must have its own width', async () => {
    expect(
      await logicOf(({ m, a, b, c, x }) => ({
        carry: m.bits(m.op('add', m.op('concat', m.lit(0, 1), a), m.op('concat', m.lit(0, 1), b)), 8, 8),
        sum: m.op('mux', x, m.op('and', a, b), m.op('xor', m.op('and', a, b), c)),
        product: m.op('add', m.op('mulU', a, b), m.op('mulU', m.op('not', a), b)),
        shared_trivial: m.op('and', m.op('not', c), m.op('add', m.op('not', c), a)),
      })),
    ).toMatchInlineSnapshot(`
      "
        wire [8:0] a_plus_b = {1'b0, a} + {1'b0, b};
        assign carry = a_plus_b[8];
        wire [7:0] a_and_b = a & b;
        assign sum = x ? a_and_b : a_and_b ^ c;
        wire [15:0] a_times_b = a * b;
        wire [7:0] not_a = ~a;
        wire [15:0] not_a_times_b = not_a * b;
        assign product = a_times_b + not_a_times_b;
        assign shared_trivial = ~c & ~c + a;

      "
    `);
  });

  it("take operands of signed operators as two's complement", async () => {
    expect(
      await logicOf(({ m, a, b, c }) => ({
        q1: m.op('ltS', a, b),
        q2: m.op('leS', m.lit(0xfb, 8), m.op('add', a, b)),
        q3: m.op('mulS', a, m.op('sub', b, c)),
        q4: m.op('shrS', a, m.bits(b, 2, 0)),
        q5: m.op('and', m.op('shrS', a, b), c),
      })),
    ).toMatchInlineSnapshot(`
      "
        assign q1 = $signed(a) < $signed(b);
        assign q2 = $signed(a + b) >= -8'sd5;
        assign q3 = $signed(a) * $signed(b - c);
        assign q4 = $signed(a) >>> b[2:0];
        wire [7:0] a_sra_b = $signed(a) >>> b;
        assign q5 = a_sra_b & c;

      "
    `);
  });

  it('divide without X and without traps', async () => {
    expect(
      await logicOf(({ m, a, b, c }) => ({
        q1: m.op('divU', a, b),
        q2: m.op('modU', a, m.lit(10, 8)),
        q3: m.op('divS', a, b),
        q4: m.op('modS', m.op('add', a, b), c),
        q5: m.op('divU', a, m.lit(0, 8)),
      })),
    ).toMatchInlineSnapshot(`
      "
        assign q1 = b == 8'd0 ? 8'hff : a / b;
        assign q2 = a % 8'd10;
        assign q3 = b == 8'd0 ? -8'sd1 : b == 8'hff ? -$signed(a) : $signed(a) / $signed(b);
        wire [7:0] a_plus_b = a + b;
        assign q4 = c == 8'd0 ? $signed(a_plus_b) : c == 8'hff ? 8'sd0 : $signed(a_plus_b) % $signed(c);
        assign q5 = 8'hff;

      "
    `);
  });

  it('select by case, or by index where a vector is selected from', async () => {
    expect(
      await logicOf(({ m, a, b, c, x }) => ({
        q1: m.op('select', m.bits(a, 1, 0), a, b, c),
        q2: m.op('select', m.bits(b, 1, 0), ...[0, 1, 2, 3].map((i) => m.bits(a, 2 * i + 1, 2 * i))),
        q3: m.op('and', x, m.op('select', m.bits(b, 2, 0), ...[0, 1, 2, 3, 4, 5, 6, 7].map((i) => m.bits(a, i, i)))),
        q4: m.op('or', m.op('select', m.bits(a, 1, 0), a, b, b, m.op('add', b, c)), c),
      })),
    ).toMatchInlineSnapshot(`
      "
        always @* begin
          case (a[1:0])
            2'd0: q1 = a;
            2'd1: q1 = b;
            default: q1 = c;
          endcase
        end

        assign q2 = a[{b[1:0], 1'b0} +: 2];
        assign q3 = x & a[b[2:0]];
        reg [7:0] by_a_1_0_e85whd;
        always @* begin
          case (a[1:0])
            2'd0: by_a_1_0_e85whd = a;
            2'd1: by_a_1_0_e85whd = b;
            2'd2: by_a_1_0_e85whd = b;
            default: by_a_1_0_e85whd = b + c;
          endcase
        end
        assign q4 = by_a_1_0_e85whd | c;

      "
    `);
  });

  it('write literals as people do', async () => {
    const widths = [1, 4, 8, 14, 16, 32, 33, 64, 65, 200, 400];
    expect(
      await logicOf(({ m }) =>
        Object.fromEntries(
          widths.flatMap((w) => [
            [`ones${w}`, m.lit((1n << BigInt(w)) - 1n, w)],
            [`some${w}`, m.lit(0xa5n ** BigInt(Math.ceil(w / 8)), w)],
          ]),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "
        assign ones1 = 1'b1;
        assign some1 = 1'b1;
        assign ones4 = 4'd15;
        assign some4 = 4'd5;
        assign ones8 = 8'hff;
        assign some8 = 8'd165;
        assign ones14 = 14'h3fff;
        assign some14 = 14'h2a59;
        assign ones16 = 16'hffff;
        assign some16 = 16'h6a59;
        assign ones32 = {32{1'b1}};
        assign some32 = 32'h2c2dd2f1;
        assign ones33 = {33{1'b1}};
        assign some33 = 33'h7988f555;
        assign ones64 = {64{1'b1}};
        assign some64 = 64'h79fc8b6ae8a46e1;
        assign ones65 = {65{1'b1}};
        assign some65 = 65'he9fc5dbe7f1faf05;
        assign ones200 = {200{1'b1}};
        assign some200 = 200'h11da3e5df0e5942dfdf1ed55af9bc9b8e6cda0c54c507c5;
        assign ones400 = {400{1'b1}};
        assign some400 = {144'h13eb656c12e67d69751d5b1f430dd, 256'h256c67638cd7768cf70cf0d477a81b8a7bcda2300d65dc62b9fe23363d6e5d99};

      "
    `);
  });
});
