// SPDX-License-Identifier: Apache-2.0
import type { PortSlot } from '../../src/sim/engine.ts';
import type { ModelSource } from '../../sim/index.ts';

/** Hand-written Verilog, so that these figures depend on the engines alone. */
function source(top: string, inputs: [string, number][], outputs: [string, number][], text: string): ModelSource {
  let offset = 0;
  const slot = ([name, width]: [string, number], direction: 'input' | 'output'): PortSlot => {
    const words = Math.ceil(width / 32);
    const port = { name, direction, width, format: { kind: 'unsigned' }, offset, words } as const;
    offset += words;
    return port;
  };
  const ins = inputs.map((port) => slot(port, 'input'));
  const inputWords = offset;
  const outs = outputs.map((port) => slot(port, 'output'));
  const port = (name: string): PortSlot => [...ins, ...outs].find((each) => each.name === name)!;
  const streams = !inputs.some(([name]) => name === 's_valid')
    ? []
    : (['s', 'm'] as const).map((name) => ({
        name,
        direction: name === 's' ? ('sink' as const) : ('source' as const),
        valid: port(`${name}_valid`),
        ready: port(`${name}_ready`),
        payload: [port(`${name}_data`), port(`${name}_last`)],
        words: 2,
      }));
  const domains = [{ name: 'clk', clock: 'clk', reset: 'rst' }];
  const layout = {
    ports: [...ins, ...outs],
    domains,
    streams,
    words: offset,
    inputWords,
    outputWords: offset - inputWords,
  };
  return { layout, top, files: [{ name: `${top}.v`, text }] };
}

/** Small: a skid buffer, a mixing stage and an accumulator, valid and ready throughout. */
export const accumulate = source(
  'accumulate',
  [
    ['rst', 1],
    ['s_valid', 1],
    ['s_data', 32],
    ['s_last', 1],
    ['m_ready', 1],
  ],
  [
    ['s_ready', 1],
    ['m_valid', 1],
    ['m_data', 32],
    ['m_last', 1],
  ],
  `module accumulate(input wire clk, input wire rst, input wire s_valid, output wire s_ready, input wire [31:0] s_data,
  input wire s_last, output reg m_valid, input wire m_ready, output reg [31:0] m_data, output reg m_last);
  reg skid_full, a_valid, b_valid, a_last, b_last, skid_last;
  reg [31:0] skid, a, b, sum;
  wire b_ready = !m_valid || m_ready, a_ready = !b_valid || b_ready, in_ready = !a_valid || a_ready;
  assign s_ready = !skid_full;
  wire take = skid_full ? in_ready : (s_valid && in_ready);
  wire [31:0] taken = skid_full ? skid : s_data;
  wire taken_last = skid_full ? skid_last : s_last;
  always @(posedge clk) begin
    if (rst) begin skid_full <= 0; a_valid <= 0; b_valid <= 0; m_valid <= 0; sum <= 0; end
    else begin
      if (skid_full) begin if (in_ready) skid_full <= 0; end
      else if (s_valid && !in_ready) skid_full <= 1;
      if (in_ready) a_valid <= skid_full || s_valid;
      if (a_ready) b_valid <= a_valid;
      if (b_ready) begin m_valid <= b_valid; if (b_valid) sum <= b_last ? 0 : sum + b; end
    end
    if (!skid_full) begin skid <= s_data; skid_last <= s_last; end
    if (take) begin a <= taken; a_last <= taken_last; end
    if (a_ready) begin b <= (a ^ {a[24:0], a[31:25]}) + 32'h9e3779b9; b_last <= a_last; end
    if (b_ready) begin m_data <= sum + b; m_last <= b_last; end
  end
endmodule
`,
);

/** Medium: a 16 x 16 output-stationary array of INT8 multipliers with 32-bit accumulators. */
export const macArray = source(
  'mac_array',
  [
    ['rst', 1],
    ['a', 128],
    ['b', 128],
    ['clear', 1],
    ['shift', 1],
    ['column', 4],
  ],
  [['sum', 32]],
  `module mac_array(input wire clk, input wire rst, input wire [127:0] a, input wire [127:0] b, input wire clear, input wire shift,
  input wire [3:0] column, output wire [31:0] sum);
  wire [7:0] right [0:271]; wire [7:0] down [0:271]; wire [31:0] drain [0:271];
  genvar r, c;
  generate
    for (r = 0; r < 16; r = r + 1) begin : row
      assign right[r * 17] = a[8 * r +: 8];
      assign down[r] = b[8 * r +: 8];
      assign drain[r] = 32'd0;
      for (c = 0; c < 16; c = c + 1) begin : col
        mac_pe pe(.clk(clk), .rst(rst), .clear(clear), .shift(shift), .a(right[r * 17 + c]), .b(down[r * 16 + c]),
          .above(drain[r * 16 + c]), .a_q(right[r * 17 + c + 1]), .b_q(down[r * 16 + 16 + c]), .acc(drain[r * 16 + 16 + c]));
      end
    end
  endgenerate
  assign sum = drain[256 + column];
endmodule
module mac_pe(input wire clk, input wire rst, input wire clear, input wire shift, input wire [7:0] a, input wire [7:0] b,
  input wire [31:0] above, output reg [7:0] a_q, output reg [7:0] b_q, output reg [31:0] acc);
  wire signed [15:0] p = $signed(a) * $signed(b);
  always @(posedge clk) begin
    a_q <= a; b_q <= b;
    if (rst) acc <= 0; else if (shift) acc <= above; else acc <= (clear ? 32'd0 : acc) + {{16{p[15]}}, p};
  end
endmodule
`,
);
