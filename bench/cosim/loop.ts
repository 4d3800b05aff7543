// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelSource } from '../../sim/index.ts';
import { buildRuntime, compileFlags, linkFlags, type Toolchain } from '../../sim/verilator/runtime.ts';
import { findCompiler, findNodeHeaders, needTool, run } from '../../sim/verilator/tools.ts';

/** The limit: the same model, compiler and flags in a C++ loop, two evaluations a clock. */
export interface CppLoop {
  /** Cycles a second over `cycles` cycles. */
  rate(cycles: number): number;
  close(): void;
}

/** `body` drives `m`, a Vkiln, in cycle `i` (clock low), `after` looks at its outputs and folds them into `hash`. */
export async function cppLoop(source: ModelSource, body: string, after: string): Promise<CppLoop> {
  const verilator = needTool('verilator', 'verilator', 'the benchmark');
  const tools: Toolchain = { verilator, compiler: findCompiler(), nodeHeaders: findNodeHeaders(), optimize: 'build' };
  const runtime = await buildRuntime(tools);
  const work = mkdtempSync(join(tmpdir(), 'kiln-bench-'));
  const [file] = source.files;
  writeFileSync(join(work, file!.name), file!.text);
  const flags = ['--cc', '--prefix', 'Vkiln', '--top-module', source.top, '-Wno-fatal', '-Wno-lint', '-Wno-style'];
  await run(verilator, [...flags, '--Mdir', 'obj', file!.name], work);
  const made = readdirSync(join(work, 'obj')).filter((name) => name.endsWith('.cpp'));
  const main = `
#include "Vkiln.h"
${made.map((name) => `#include "${name}"`).join('\n')}
#include "kiln.h"
#include <chrono>
namespace kiln { const Shape shape{0, 0, 1}; }
int main(int, char** argv) {
  VerilatedContext context;
  Vkiln model(&context, "");
  Vkiln& m = model;
  const uint32_t cycles = atoi(argv[1]);
  uint32_t hash = 1;
  m.rst = 1; m.eval(); m.clk = 1; m.eval(); m.clk = 0; m.rst = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (uint32_t i = 0; i < cycles; ++i) {
    ${body}
    m.eval();
    ${after}
    m.clk = 1; m.eval(); m.clk = 0;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  printf("%g %u\\n", cycles / took.count(), hash);
}
`;
  writeFileSync(join(work, 'obj', 'main.cpp'), main);
  const include = ['-I', 'obj', '-I', new URL('../../sim/verilator/native', import.meta.url).pathname];
  const compiler = tools.compiler.path;
  await run(compiler, [...compileFlags(tools, runtime), ...include, '-c', 'obj/main.cpp', '-o', 'main.o'], work);
  const objects = ['verilated', 'verilated_threads', 'messages', 'runner', 'streams'].map((name) =>
    join(runtime, `${name}.o`),
  );
  await run(compiler, ['main.o', ...objects, '-o', 'loop', ...linkFlags(tools)], work);
  return {
    rate: (cycles) => Number(execFileSync(join(work, 'loop'), [String(cycles)], { encoding: 'utf8' }).split(' ')[0]),
    close: () => rmSync(work, { recursive: true }),
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
