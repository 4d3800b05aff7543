// SPDX-License-Identifier: Apache-2.0
import type { PortSlot } from '../../src/sim/engine.ts';
import type { IoLayout } from '../../src/sim/layout.ts';
import type { ModelSource } from '../../sim/source.ts';

/** A foreign model from Verilog text and a list like `in a 8`, `out b 70`. Streams are named `s` and `m` when asked for. */
export function foreign(top: string, ports: readonly string[], text: string, streams = false): ModelSource {
  const slots: PortSlot[] = [];
  let words = 0;
  for (const direction of ['input', 'output'] as const) {
    for (const line of ports) {
      const [kind, name, width] = line.split(' ') as [string, string, string];
      if ((kind === 'in') !== (direction === 'input')) continue;
      const count = Math.ceil(Number(width) / 32);
      slots.push({ name, direction, width: Number(width), format: { kind: 'unsigned' }, offset: words, words: count });
      words += count;
    }
  }
  const inputWords = slots.filter((slot) => slot.direction === 'input').reduce((sum, slot) => sum + slot.words, 0);
  const slot = (name: string): PortSlot => slots.find((port) => port.name === name)!;
  const layout: IoLayout = {
    ports: slots,
    domains: [{ name: 'clk', clock: 'clk', reset: ports.some((line) => line.startsWith('in rst')) ? 'rst' : null }],
    streams: !streams
      ? []
      : (['s', 'm'] as const).map((name) => ({
          name,
          direction: name === 's' ? 'sink' : 'source',
          valid: slot(`${name}_valid`),
          ready: slot(`${name}_ready`),
          payload: [slot(`${name}_data`), slot(`${name}_last`)],
          words: slot(`${name}_data`).words + 1,
        })),
    words,
    inputWords,
    outputWords: words - inputWords,
  };
  return { layout, top, files: [{ name: `${top}.v`, text: `\`timescale 1ns / 1ps\n${text}` }] };
}

/** Ports of every awkward width, registered and combinational at once. */
export const widths: ModelSource = foreign(
  'widths',
  [
    'in b1 1',
    'in b31 31',
    'in b32 32',
    'in b33 33',
    'in b64 64',
    'in b65 65',
    'in b200 200',
    'out sum 200',
    'out inv1 1',
  ].concat(['out q31 31', 'out q33 33', 'out q65 65']),
  `module widths(input wire clk, input wire b1, input wire [30:0] b31, input wire [31:0] b32, input wire [32:0] b33,
  input wire [63:0] b64, input wire [64:0] b65, input wire [199:0] b200,
  output wire [199:0] sum, output wire inv1, output reg [30:0] q31, output reg [32:0] q33, output reg [64:0] q65);
  assign sum = b200 + {199'd0, b1} + {169'd0, b31} + {168'd0, b32} + {167'd0, b33} + {136'd0, b64} + {135'd0, b65};
  assign inv1 = ~b1;
  initial begin q31 = 0; q33 = 0; q65 = 0; end
  always @(posedge clk) begin q31 <= ~b31; q33 <= ~b33; q65 <= ~b65; end
endmodule
`,
);

/** A one-place buffer with a wide payload that complains about some items. */
export const pipe: ModelSource = foreign(
  'pipe',
  ['in rst 1', 'in s_valid 1', 'in s_data 70', 'in s_last 1', 'in m_ready 1'].concat([
    'out s_ready 1',
    'out m_valid 1',
    'out m_data 70',
    'out m_last 1',
  ]),
  `module pipe(input wire clk, input wire rst, input wire s_valid, output wire s_ready, input wire [69:0] s_data, input wire s_last,
  output reg m_valid, input wire m_ready, output reg [69:0] m_data, output reg m_last);
  assign s_ready = !m_valid || m_ready;
  always @(posedge clk) begin
    if (rst) m_valid <= 1'b0;
    else if (s_ready) m_valid <= s_valid;
    if (s_valid && s_ready) begin m_data <= ~s_data; m_last <= s_last; end
  end
  watch u_watch(.clk(clk), .active(!rst && s_valid && s_ready), .data(s_data[31:0]));
endmodule
module watch(input wire clk, input wire active, input wire [31:0] data);
  always @(posedge clk) if (active) begin
    if (data == 32'd666) $display("KILN-EVENT assert no_666 %m item is %0d", data);
    if (data == 32'd777) $display("seven %0d", data);
    if (data == 32'd888) $fatal(1, "eight");
  end
endmodule
`,
  true,
);

/** Ends or hangs its process by C++ in the Verilog. */
export const crashing: ModelSource = foreign(
  'crashing',
  ['in how 3', 'out q 1'],
  `module crashing(input wire clk, input wire [2:0] how, output reg q);
  reg a;
  initial begin a = 0; q = 0; end
  always @(posedge clk) begin
    q <= ~q;
    case (how)
      3'd1: $c("abort();");
      3'd2: $c("for (volatile int i = 0;; ++i) {}");
      3'd3: begin $c("fprintf(stderr, \\"last words\\\\n\\"); exit(7);"); end
      3'd4: $stop;
      3'd5: $finish;
      default: a <= 0;
    endcase
  end
endmodule
`,
);
