// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type VerilogText, withFiles } from './verilog-lint.ts';

export type SynthesisTarget = 'xilinx' | 'ecp5' | 'generic';

const scripts: Readonly<Record<SynthesisTarget, (top: string) => string>> = {
  xilinx: (top) => `synth_xilinx -flatten -noiopad -noclkbuf -top ${top}`,
  ecp5: (top) => `synth_ecp5 -top ${top}`,
  generic: (top) => `synth -flatten -top ${top}`,
};

/** Number of cells of each type after synthesis with Yosys. */
export function synthCells(
  files: readonly VerilogText[],
  top: string,
  target: SynthesisTarget,
): Promise<Readonly<Record<string, number>>> {
  return withFiles(files, async (folder) => {
    const names = files.map((file) => file.name).join(' ');
    const said = await run(
      'yosys',
      ['-q', '-p', `read_verilog ${names}; ${scripts[target](top)}; tee -o cells.json stat -json`],
      folder,
    );
    if (/ERROR/.test(said)) throw new Error(said);
    return cellsOf(await readFile(join(folder, 'cells.json'), 'utf8'), top);
  });
}

interface Statistics {
  readonly modules: Readonly<Record<string, { readonly num_cells_by_type: Readonly<Record<string, number>> }>>;
}

function cellsOf(json: string, top: string): Readonly<Record<string, number>> {
  const { modules } = JSON.parse(json.slice(json.indexOf('{'))) as Statistics;
  const own = modules[`\\${top}`];
  if (!own) throw new Error(`Yosys knows no module ${top}.`);
  return own.num_cells_by_type;
}

/** Look-up tables and the multiplexers behind them, on Xilinx or Lattice. */
export function lutCount(cells: Readonly<Record<string, number>>): number {
  return Object.entries(cells).reduce((sum, [type, count]) => (/^(LUT|INV)/.test(type) ? sum + count : sum), 0);
}

/** Flip-flops on Xilinx or Lattice. */
export function flipFlopCount(cells: Readonly<Record<string, number>>): number {
  return Object.entries(cells).reduce(
    (sum, [type, count]) => (/^(FD[RSCP]E|TRELLIS_FF)/.test(type) ? sum + count : sum),
    0,
  );
}
