// SPDX-License-Identifier: Apache-2.0
import type { Module } from '../../ir/module.ts';

/** Name of the frame's module. */
export const FRAME = 'kiln_frame';

/**
 * A frame with three pins around a module, so that place and route sees registers at every port, whatever their number: inputs
 * come from a chain of flip-flops, outputs go to flip-flops and from there into a chain of exclusive-ors. All clocks are one.
 */
export function timingFrame(module: Module, name: string): string {
  const ports = module.ports.filter((port) => port.width > 0);
  const inputs = ports.filter((port) => port.direction === 'input' && port.role !== 'clock');
  const outputs = ports.filter((port) => port.direction === 'output');
  const clocks = ports.filter((port) => port.direction === 'input' && port.role === 'clock');
  const given = slices('given', inputs);
  const taken = slices('taken', outputs);
  const pins = [
    ...clocks.map((port) => `.${port.name}(clk)`),
    ...inputs.map((port, i) => `.${port.name}(${given.texts[i]!})`),
    ...outputs.map((port, i) => `.${port.name}(${taken.texts[i]!})`),
  ];
  // One bit more than is needed keeps the chains legal for modules without inputs or outputs.
  return `module ${FRAME} (
  input  wire clk,
  input  wire in,
  output wire out
);
  reg  [${given.width}:0] given;
  wire [${taken.width}:0] taken;
  reg  [${taken.width}:0] held;
  reg  [${taken.width}:0] chain;
  assign taken[${taken.width}] = given[${given.width}];
  always @(posedge clk) begin
    given <= {given, in};
    held <= taken;
    chain <= {chain, 1'b0} ^ held;
  end
  assign out = chain[${taken.width}];
  ${name} unit (${pins.join(', ')});
endmodule
`;
}

/** Neighbouring slices of one vector, one for each port. */
function slices(vector: string, ports: readonly { readonly width: number }[]): { width: number; texts: string[] } {
  let width = 0;
  const texts = ports.map((port) => {
    const low = width;
    width += port.width;
    return `${vector}[${width - 1}:${low}]`;
  });
  return { width, texts };
}
