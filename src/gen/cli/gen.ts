// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import Table from 'cli-table3';
import pc from 'picocolors';
import { UsageError } from '../errors.ts';
import { describeParams } from '../package/describe.ts';
import { packageDesign, type PackageOptions } from '../package/package-design.ts';
import { writeFolder } from '../package/write.ts';
import { designParams } from '../params.ts';
import { allDesigns, findDesign, isSystem } from '../registry.ts';
import { kilnVersion } from '../version.ts';
import { collect, runCommand } from './main.ts';

interface GenOptions {
  readonly design?: string;
  readonly list?: boolean;
  readonly describe?: boolean;
  readonly preset?: string;
  readonly set: readonly string[];
  readonly out?: string;
  readonly reset: string;
  readonly resetPolarity: string;
  readonly prefix: string;
  readonly sourceLines: boolean;
  readonly json?: boolean;
}

const program = new Command('gen')
  .description('Writes the Verilog of a design, with everything an FPGA or ASIC flow expects beside it.')
  .version(kilnVersion)
  .option('-d, --design <name>', 'the design to generate')
  .option('-l, --list', 'list designs and library blocks with their presets')
  .option('--describe', 'show the parameters of a design and stop')
  .option('-p, --preset <name>', 'named parameter set (the first one of the design)')
  .option('-s, --set <key=value>', 'change one parameter; repeatable', collect, [])
  .option('-o, --out <folder>', 'folder to write (rtl-out/<design>)')
  .option('--reset <kind>', 'sync or async', 'sync')
  .option('--reset-polarity <level>', 'high or low, at the ports of the top', 'high')
  .option('--prefix <text>', 'put before every module name', '')
  .option('--no-source-lines', 'leave out the comments that name source lines')
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run gen -- --design exion\n  npm run gen -- --design exion --preset tiny --set slots=4 --out build/exion',
  )
  .action(generate);

async function generate(options: GenOptions): Promise<void> {
  if (options.list) {
    await list(options.json ?? false);
    return;
  }
  if (options.design === undefined) {
    throw new UsageError('No design given.', 'Use --design NAME; --list shows the names.');
  }
  const entry = await findDesign(options.design);
  const params = designParams(entry, options.preset, options.set);
  if (options.describe) {
    describe(entry.name, describeParams(entry.schema, entry.schema.parse(params) as object), options.json ?? false);
    return;
  }
  const started = performance.now();
  const packaged = packageDesign(entry, params, packageOptions(options));
  const folder = options.out ?? `rtl-out/${entry.name}`;
  writeFolder(folder, packaged.files);
  const seconds = (performance.now() - started) / 1000;
  if (options.json) {
    const { files, inputHash, verilog, design } = packaged;
    const result = {
      design: entry.name,
      folder,
      inputHash,
      seconds,
      modules: verilog.map((f) => f.module),
      files: files.map((f) => f.name),
      warnings: design.warnings,
    };
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  const lines = packaged.verilog.reduce((sum, file) => sum + file.text.split('\n').length - 1, 0);
  for (const warning of packaged.design.warnings)
    console.warn(`${pc.yellow(warning.code)} ${warning.module}: ${warning.message}`);
  console.log(
    `${pc.green(entry.name)}: ${packaged.verilog.length} Verilog modules, ${lines} lines, ${packaged.files.length} files in ${seconds.toFixed(2)} s`,
  );
  console.log(`  ${folder}/${packaged.verilog.at(-1)!.name}   top module`);
  console.log(`  ${folder}/lint.sh   checks it with Verilator and Icarus`);
}

function packageOptions(options: GenOptions): PackageOptions {
  const { reset, resetPolarity, prefix, sourceLines } = options;
  if (reset !== 'sync' && reset !== 'async') throw new UsageError(`--reset cannot be ${reset}.`, 'Use sync or async.');
  if (resetPolarity !== 'high' && resetPolarity !== 'low') {
    throw new UsageError(`--reset-polarity cannot be ${resetPolarity}.`, 'Use high or low.');
  }
  if (!/^[A-Za-z0-9_]*$/.test(prefix) || /^\d/.test(prefix)) {
    throw new UsageError(
      `--prefix '${prefix}' does not begin an identifier.`,
      'Use letters, digits and _, a letter first.',
    );
  }
  return { reset, resetPolarity, prefix, sourceLines };
}

async function list(json: boolean): Promise<void> {
  const rows = (await allDesigns()).map(({ name, doc, presets }) => ({
    name,
    doc,
    presets: Object.keys(presets),
    system: isSystem(name),
  }));
  if (json) {
    console.log(JSON.stringify(rows, null, 2));
    return;
  }
  const table = new Table({
    head: ['design', 'presets', ''],
    colWidths: [22, 26, 70],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push([row.system ? pc.bold(row.name) : row.name, row.presets.join(', '), row.doc]);
  console.log(table.toString());
}

function describe(name: string, params: readonly { name: string; value: string; doc: string }[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ design: name, parameters: params }, null, 2));
    return;
  }
  const table = new Table({
    head: ['parameter', 'value', ''],
    colWidths: [16, 22, 80],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const row of params) table.push([row.name, row.value, row.doc]);
  console.log(`${name}\n${table.toString()}`);
}

await runCommand(program);
