// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moduleCells, type ModuleCells } from '../../src/gen/synth/cells.ts';
import { run, type VerilogText, withFiles } from './verilog-lint.ts';

export type SynthesisTarget = 'xilinx' | 'ecp5' | 'generic';

type Cells = Readonly<Record<string, number>>;

const scripts: Readonly<Record<SynthesisTarget, (top: string) => string>> = {
  xilinx: (top) => `synth_xilinx -noiopad -noclkbuf -top ${top}`,
  ecp5: (top) => `synth_ecp5 -noflatten -top ${top}`,
  generic: (top) => `synth -top ${top}`,
};

/** Number of cells of each type after synthesis of a module and everything below it with Yosys. */
export async function synthCells(files: readonly VerilogText[], top: string, target: SynthesisTarget): Promise<Cells> {
  const all = await synthesize(files, `hierarchy -top ${top}; proc; flatten; ${scripts[target](top)}`);
  return all.get(top)!;
}

/** The same for several modules without instances in one run, which saves most of the time. */
export function synthEach(files: readonly VerilogText[], target: SynthesisTarget): Promise<ReadonlyMap<string, Cells>> {
  const instances = files.map(({ module }) => `  (* keep *) ${module} u_${module} ();`);
  const text = ['module all_of_them;', ...instances, 'endmodule', ''].join('\n');
  return synthesize([...files, { name: 'all_of_them.v', module: 'all_of_them', text }], scripts[target]('all_of_them'));
}

function synthesize(files: readonly VerilogText[], script: string): Promise<Map<string, Cells>> {
  return withFiles(files, async (folder) => {
    const names = files.map((file) => file.name).join(' ');
    const said = await run(
      'yosys',
      ['-q', '-p', `read_verilog ${names}; ${script}; tee -o cells.json stat -json`],
      folder,
    );
    if (/ERROR/.test(said)) throw new Error(said);
    return cellsOf(await readFile(join(folder, 'cells.json'), 'utf8'));
  });
}

/** Cells of each module after one run over a whole design with the hierarchy kept. */
export function cellsInOneRun(
  files: readonly VerilogText[],
  top: string,
  target: 'xilinx' | 'ecp5',
): Promise<ModuleCells> {
  return withFiles(files, async (folder) => {
    const names = files.map((file) => file.name).join(' ');
    const script = `read_verilog ${names}; hierarchy -check -top ${top}; ${scripts[target](top)}; tee -o cells.txt stat`;
    const said = await run('yosys', ['-q', '-p', script], folder);
    if (/ERROR/.test(said)) throw new Error(said);
    return moduleCells(await readFile(join(folder, 'cells.txt'), 'utf8'));
  });
}

/** What Yosys itself estimates for one module without instances; it says so when it does not know the cost of a cell. */
export function transistorsByYosys(files: readonly VerilogText[], script: readonly string[]): Promise<number> {
  return withFiles(files, async (folder) => {
    const names = files.map((file) => file.name).join(' ');
    const commands = [`read_verilog ${names}`, ...script, 'tee -o cells.txt stat -tech cmos'].join('; ');
    const said = await run('yosys', ['-q', '-p', commands], folder);
    const [, count] =
      /Estimated number of transistors: +(\d+)$/m.exec(await readFile(join(folder, 'cells.txt'), 'utf8')) ?? [];
    if (count === undefined) throw new Error(`no exact count of transistors\n${said}`);
    return Number(count);
  });
}

interface Statistics {
  readonly modules: Readonly<Record<string, { readonly num_cells_by_type: Readonly<Record<string, number>> }>>;
}

function cellsOf(json: string): Map<string, Cells> {
  const { modules } = JSON.parse(json.slice(json.indexOf('{'))) as Statistics;
  return new Map(Object.entries(modules).map(([name, own]) => [name.replace(/^\\/, ''), own.num_cells_by_type]));
}

/** Look-up tables and the multiplexers behind them, on Xilinx or Lattice. */
export function lutCount(cells: Cells): number {
  return Object.entries(cells).reduce((sum, [type, count]) => (/^(LUT|INV)/.test(type) ? sum + count : sum), 0);
}

/** Flip-flops on Xilinx or Lattice. */
export function flipFlopCount(cells: Cells): number {
  return Object.entries(cells).reduce(
    (sum, [type, count]) => (/^(FD[RSCP]E|TRELLIS_FF)/.test(type) ? sum + count : sum),
    0,
  );
}
