// SPDX-License-Identifier: Apache-2.0

/** `cmos` is no product: the simple gates that standard-cell libraries have, counted in transistors. */
export type SynthTarget = 'xilinx' | 'ecp5' | 'cmos';

/**
 * Commands of Yosys from read Verilog to a netlist. Hierarchy is kept, so that cells can be counted by instance.
 *
 * In `cmos` memories stay whole (a chip has macros for them, and as flip-flops they would drown everything else) unless
 * they ask for registers; flip-flops are plain ones, with gates for enable and reset, since that is what Yosys has a cost for.
 */
export const flows: Readonly<Record<SynthTarget, (top: string) => readonly string[]>> = {
  xilinx: (top) => [`synth_xilinx -top ${top} -noiopad -noclkbuf`],
  ecp5: (top) => [`synth_ecp5 -top ${top} -noflatten`],
  cmos: (top) => [
    `synth -top ${top} -run begin:fine`,
    'opt -fast -full',
    'select -set registers t:$mem_v2 a:ram_style=registers %i',
    'memory_map @registers',
    'opt -undriven -fine',
    'techmap',
    'opt -fast',
    'dfflegalize -cell $_DFF_P_ x',
    'abc -fast -g cmos',
    'opt_clean',
  ],
};
