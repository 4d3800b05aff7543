// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, hashOf } from '../../src/gen/tools/cache.ts';
import { inParallel } from '../../src/gen/tools/parallel.ts';
import { findTool, toolIdentity } from '../../src/gen/tools/programs.ts';
import { run, type Compiler } from './tools.ts';

/** What a model is built with. */
export interface Toolchain {
  readonly verilator: string;
  readonly compiler: Compiler;
  readonly nodeHeaders: string | null;
  readonly optimize: 'none' | 'build' | 'run';
}

const NATIVE = new URL('./native/', import.meta.url).pathname;
/** Folder of the runtime's precompiled header; gcc finds it as `verilated.h.gch` beside the name that is included. */
const HEADER = 'verilated.h';
/** File that holds the path of Verilator's own include folder: asking Verilator takes longer than reading it. */
const INCLUDE = 'include-path';

/** What is compiled once and for all models. */
const RUNTIME_OPTIMIZATION = '-O2';

/** Best compile time at near-full speed: -O1 for g++ (-Os is slower on both counts), -Os for clang (its -O1 is slow). */
function optimization({ compiler, optimize }: Toolchain): string[] {
  if (optimize === 'none') return ['-O0'];
  if (compiler.kind === 'clang') return optimize === 'build' ? ['-Os'] : ['-O3', '-march=native'];
  return optimize === 'build' ? ['-O1'] : ['-O2'];
}

function baseFlags(tools: Toolchain): string[] {
  const macros = ['-DVM_COVERAGE=0', '-DVM_SC=0', '-DVM_TRACE=0'];
  return ['-std=c++17', '-fPIC', '-w', ...optimization(tools), ...macros, '-DVL_TIME_CONTEXT'];
}

/** Flags for a model's own code, which must equal those of the precompiled header. */
export function compileFlags(tools: Toolchain, runtime: string): string[] {
  const header =
    tools.compiler.kind === 'clang'
      ? ['-include-pch', join(runtime, `${HEADER}.pch`)]
      : ['-include', join(runtime, HEADER)];
  return [...baseFlags(tools), '-I', readFileSync(join(runtime, INCLUDE), 'utf8'), ...header];
}

export function linkFlags(tools: Toolchain): string[] {
  const system = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  const linker = tools.compiler.kind === 'clang' && findTool('ld.lld') !== null ? ['-fuse-ld=lld'] : [];
  // clang calls a library function where g++ knows the answer (lock freedom of Verilator's counters).
  const atomic = tools.compiler.kind === 'clang' && process.platform === 'linux' ? ['-latomic'] : [];
  return [...system, ...linker, ...atomic, '-lm', '-lpthread'];
}

export function runtimeKey(tools: Toolchain): string {
  const sources = nativeSources().map((name) => name + readFileSync(join(NATIVE, name), 'utf8'));
  const identities = [toolIdentity(tools.verilator), tools.compiler.identity, tools.nodeHeaders ?? 'no addon'];
  return `runtime-${hashOf([...identities, ...baseFlags(tools), RUNTIME_OPTIMIZATION, ...sources])}`;
}

function nativeSources(): string[] {
  return readdirSync(NATIVE).sort();
}

/**
 * What every model needs and only the tools decide: Verilator's runtime (seconds to compile), our side of the engines,
 * the child's executable and a precompiled header.
 */
export function buildRuntime(tools: Toolchain): Promise<string> {
  return cached(runtimeKey(tools), async (work) => {
    const root = (await run(tools.verilator, ['--getenv', 'VERILATOR_ROOT'], work)).trim();
    const include = join(root, 'include');
    writeFileSync(join(work, INCLUDE), include);
    const flags = [...baseFlags(tools), '-I', include, '-I', NATIVE];
    const compile =
      (source: string, object: string, extra: readonly string[] = []) =>
      (): Promise<string> =>
        run(tools.compiler.path, [...flags, RUNTIME_OPTIMIZATION, ...extra, '-c', source, '-o', object], work);

    const messages = ['-DVL_USER_FINISH', '-DVL_USER_STOP', '-DVL_USER_FATAL', '-DVL_PRINTF=kiln_printf'];
    const verilated = [...messages, '-include', join(NATIVE, 'kiln_printf.h'), '-I', join(include, 'vltstd')];
    const theirs = ['verilated', 'verilated_threads'];
    const ours = ['runner', 'streams', 'messages', 'child', 'host', ...(tools.nodeHeaders === null ? [] : ['addon'])];
    const nodeHeaders = tools.nodeHeaders === null ? [] : ['-I', tools.nodeHeaders];
    const header = [
      '-x',
      'c++-header',
      join(include, HEADER),
      '-o',
      tools.compiler.kind === 'clang' ? `${HEADER}.pch` : `${HEADER}.gch`,
    ];
    await inParallel([
      ...theirs.map((name) => compile(join(include, `${name}.cpp`), `${name}.o`, verilated)),
      () => run(tools.compiler.path, [...flags, ...header], work),
      ...ours.map((name) => compile(join(NATIVE, `${name}.cpp`), `${name}.o`, nodeHeaders)),
    ]);
    await run(tools.compiler.path, ['host.o', '-o', 'kiln-host', '-ldl'], work);
  });
}

/** The part of Verilator's runtime that writes waves, which most models never need. */
export function buildTraceRuntime(tools: Toolchain): Promise<string> {
  return cached(`waves-${runtimeKey(tools)}`, async (work) => {
    const include = readFileSync(join(await buildRuntime(tools), INCLUDE), 'utf8');
    const flags = [
      ...baseFlags(tools),
      RUNTIME_OPTIMIZATION,
      '-DVL_PRINTF=kiln_printf',
      '-include',
      join(NATIVE, 'kiln_printf.h'),
    ];
    const folders = ['-I', include, '-I', join(include, 'vltstd')];
    const source = join(include, 'verilated_vcd_c.cpp');
    await run(tools.compiler.path, [...flags, ...folders, '-c', source, '-o', 'verilated_vcd_c.o'], work);
  });
}
