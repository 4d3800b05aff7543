// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitDesign } from '../../src/gen/verilog/index.ts';
import type { Design } from '../../src/ir/module.ts';

/** The limit of Verilator: the model in a plain C++ loop, two evaluations a clock, nothing else. */
export interface NativeLoop {
  /** Runs for at least `seconds` and says how many cycles a second. */
  rate(seconds: number): number;
  /** The digest after this many cycles behind a reset of two cycles. */
  digest(cycles: number): number;
  close(): void;
}

const main = (top: string): string => `
#include "V${top}.h"
#include "verilated.h"
#include <chrono>
#include <cstdio>
#include <cstdlib>
static void run(V${top}* m, long n) {
  for (long i = 0; i < n; i++) { m->clk = 0; m->eval(); m->clk = 1; m->eval(); }
}
int main(int argc, char** argv) {
  auto* m = new V${top};
  m->rst = 1; run(m, 2); m->rst = 0;
  if (argv[1][0] == 'd') { run(m, atol(argv[2])); m->eval(); printf("%u\\n", m->digest); return 0; }
  double limit = atof(argv[2]), spent = 0; long cycles = 0, slice = 1000;
  while (spent < limit) {
    auto t = std::chrono::steady_clock::now();
    run(m, slice);
    double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - t).count();
    spent += s; cycles += slice;
    if (s < 0.02) slice *= 2;
  }
  printf("%.1f\\n", cycles / spent);
}
`;

export function nativeLoop(design: Design, compiler: string): NativeLoop {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-bench-'));
  const files = emitDesign(design);
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  const top = design.top.name;
  writeFileSync(join(folder, 'main.cpp'), main(top));
  const names = files.map(({ name }) => name);
  const flags = ['-O3', '--x-assign', 'fast', '--x-initial', 'fast', '--noassert', '-Wno-fatal'];
  const shell = { cwd: folder, stdio: 'pipe' } as const;
  execFileSync(
    'verilator',
    ['--cc', '--exe', ...flags, '--top-module', top, '-Mdir', 'obj', ...names, 'main.cpp'],
    shell,
  );
  const make = [
    '-C',
    'obj',
    '-f',
    `V${top}.mk`,
    `CXX=${compiler}`,
    `LINK=${compiler}`,
    'OPT_FAST=-O3',
    'OPT_SLOW=-O1',
    'OPT_GLOBAL=-O3',
  ];
  execFileSync('make', make, shell);
  const call = (kind: string, value: number): number =>
    Number(execFileSync(join(folder, 'obj', `V${top}`), [kind, String(value)], { encoding: 'utf8' }));
  return {
    rate: (seconds) => call('rate', seconds),
    digest: (cycles) => call('digest', cycles),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
