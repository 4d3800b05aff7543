// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cached, hashOf } from '../../src/gen/tools/cache.ts';
import { inParallel } from '../../src/gen/tools/parallel.ts';
import { toolIdentity } from '../../src/gen/tools/programs.ts';
import { isHeader, type ModelSource } from '../source.ts';
import { reportSlow } from './progress.ts';
import { buildRuntime, buildTraceRuntime, compileFlags, linkFlags, runtimeKey, type Toolchain } from './runtime.ts';
import { renderShim } from './shim.ts';
import { needTool, run, findCompiler, findNodeHeaders } from './tools.ts';

export interface BuildOptions {
  /** `build` compiles fast (the default), `run` makes the fastest model, `none` is for huge models in short tests. */
  readonly optimize?: 'none' | 'build' | 'run';
  /** With wave support: slower to compile, so only built when waves are wanted. */
  readonly traced?: boolean;
  /** Text macros for the Verilog, on top of KILN_ASSERT. */
  readonly defines?: Readonly<Record<string, string>>;
  /** For foreign Verilog that wants more. */
  readonly verilatorFlags?: readonly string[];
  /** C++ compiler; else KILN_CXX, else clang++, else g++. */
  readonly compiler?: string;
  /** Folder of node_api.h; else KILN_NODE_HEADERS, else beside Node or in the usual places. */
  readonly nodeHeaders?: string;
}

export interface BuiltModel {
  /** A shared object: an addon for Node, and a model for `host`. */
  readonly model: string;
  readonly host: string;
  /** Whether it was compiled as an addon. */
  readonly addon: boolean;
}

/** Builds a model, or finds it in the cache. A hit starts no program at all. */
export async function buildModel(source: ModelSource, options: BuildOptions = {}): Promise<BuiltModel> {
  const verilator = needTool('verilator', 'verilator', 'the Verilator engine');
  const tools: Toolchain = {
    verilator,
    compiler: findCompiler(options.compiler),
    nodeHeaders: findNodeHeaders(options.nodeHeaders),
    optimize: options.optimize ?? 'build',
  };
  const traced = options.traced ?? false;
  const shim = renderShim(source, traced);
  const flags = verilatorFlags(source, options);
  const texts = source.files.flatMap((file) => [file.name, file.text]);
  const runtime = runtimeKey(tools);
  const key = `model-${hashOf([RECIPE, runtime, toolIdentity(verilator), shim, flags.join(' '), ...texts])}`;
  const done = reportSlow(`building ${source.top} with Verilator`);
  try {
    const folder = await cached(key, (work) => build(work, source, { tools, traced, shim, flags }));
    return {
      model: join(folder, MODEL),
      host: join(await buildRuntime(tools), 'kiln-host'),
      addon: tools.nodeHeaders !== null,
    };
  } finally {
    done();
  }
}

const MODEL = 'model.node';

/** To be changed with what `build` does, since models built the old way are in caches. */
const RECIPE = '2';

function verilatorFlags(source: ModelSource, options: BuildOptions): string[] {
  const defines = Object.entries({ KILN_ASSERT: '1', ...options.defines }).map(
    ([name, text]) => `+define+${name}=${text}`,
  );
  // Lint is a check of its own (every design passes -Wall); here it would only stop foreign Verilog.
  const quiet = ['-Wno-fatal', '-Wno-lint', '-Wno-style', '-Wno-UNOPTFLAT', '--no-timing', '-Wno-STMTDLY'];
  // Up to 5.036 it folds a signed `<=` of equal constants to 0 (verilator/verilator#6000), and many versions lose operands where they join
  // single bits (#4059, #4841, #5186).
  const sound = ['-fno-dfg-peephole-fold-binary', '-fno-const-bit-op-tree'];
  const trace = options.traced === true ? ['--trace', '--trace-underscore'] : [];
  return [
    ...['--cc', '--prefix', 'Vkiln', '--top-module', source.top],
    ...quiet,
    ...sound,
    ...trace,
    ...defines,
    ...(options.verilatorFlags ?? []),
  ];
}

interface Recipe {
  readonly tools: Toolchain;
  readonly traced: boolean;
  readonly shim: string;
  /** For Verilator. */
  readonly flags: readonly string[];
}

async function build(work: string, source: ModelSource, { tools, traced, shim, flags }: Recipe): Promise<void> {
  const scratch = join(work, 'scratch');
  mkdirSync(join(scratch, 'verilog'), { recursive: true });
  for (const file of source.files) writeFileSync(join(scratch, 'verilog', file.name), file.text);
  const compiled = source.files.filter((file) => !isHeader(file)).map((file) => join('verilog', file.name));
  // The runtime is built beside the model: on a fresh machine it takes longer than the model itself.
  const [runtime, , waves] = await Promise.all([
    buildRuntime(tools),
    run(tools.verilator, [...flags, '-Iverilog', '--Mdir', 'obj', ...compiled], scratch),
    traced ? buildTraceRuntime(tools) : null,
  ]);
  const units = unitsOf(join(scratch, 'obj'), shim);
  const include = ['-I', join(scratch, 'obj'), '-I', NATIVE];
  const compile = compileFlags(tools, runtime);
  await inParallel(
    units.map((text, i) => () => {
      writeFileSync(join(scratch, `unit${i}.cpp`), text);
      return run(tools.compiler.path, [...compile, ...include, '-c', `unit${i}.cpp`, '-o', `unit${i}.o`], scratch);
    }),
  );
  const objects = [...objectsIn(runtime), ...(waves === null ? [] : objectsIn(waves))];
  await run(
    tools.compiler.path,
    ['-shared', ...units.map((_, i) => `unit${i}.o`), ...objects, '-o', MODEL, ...linkFlags(tools)],
    scratch,
  );
  renameSync(join(scratch, MODEL), join(work, MODEL));
  rmSync(scratch, { recursive: true, force: true });
}

/** Generated text beyond which a model is compiled in several pieces: reading the headers again is then the lesser cost. */
const LARGE = 1_500_000;

/**
 * The C++ files to compile: all of Verilator's in one, or as many of nearly equal size as there are processors. The shim
 * goes with the first.
 */
function unitsOf(folder: string, shim: string): string[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.cpp'))
    .map((name) => ({ name, bytes: statSync(join(folder, name)).size }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const units = Array.from({ length: total > LARGE ? availableParallelism() : 1 }, () => ({ text: '', bytes: 0 }));
  for (const { name, bytes } of files) {
    const smallest = units.reduce((best, unit) => (unit.bytes < best.bytes ? unit : best));
    smallest.text += `#include "${name}"\n`;
    smallest.bytes += bytes;
  }
  // How Verilator names the function is its own business; if it is not there, `eval` does it.
  const direct = files.some(({ name }) =>
    /^void Vkiln___024root___eval\(Vkiln___024root\*/m.test(readFileSync(join(folder, name), 'utf8')),
  );
  const head = `#define KILN_DIRECT_EVAL ${direct ? 1 : 0}\n#include "Vkiln.h"\n#include "Vkiln___024root.h"\n`;
  return units.map(({ text }, i) => (i === 0 ? `${head}${text}${shim}` : text));
}

function objectsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.o') && name !== 'host.o');
  return names.map((name) => join(folder, name));
}

const NATIVE = new URL('./native', import.meta.url).pathname;
