// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elaborate } from '../../src/dsl/index.ts';
import { emitDesign } from '../../src/gen/verilog/index.ts';
import type { CatalogueEntry } from '../../src/modules/lib/catalogue.ts';
import { libraryCatalogue } from '../../src/modules/lib/index.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import type { BenchRow } from '../row.ts';

const LIMIT_MS = 100;

/** Elaborates, compiles and simulates one cycle; milliseconds, the median of five after one to warm up. */
function firstResult(entry: CatalogueEntry): number {
  const times = Array.from({ length: 6 }, () => {
    const started = performance.now();
    const engine = createEmbedded(elaborate(entry.make(entry.configurations[0])));
    engine.step(1);
    engine.settle();
    const taken = performance.now() - started;
    engine.close();
    return taken;
  });
  return times.slice(1).sort((a, b) => a - b)[2]!;
}

/** The usual way to build a model with Verilator, in an empty folder; seconds. */
function verilatorCold(entry: CatalogueEntry): number {
  const design = elaborate(entry.make(entry.configurations[0]));
  const folder = mkdtempSync(join(tmpdir(), 'kiln-bench-'));
  try {
    const files = emitDesign(design);
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    const { name } = design.top;
    const main = `#include "V${name}.h"\n#include "verilated.h"\nint main() { V${name} m; m.eval(); return 0; }\n`;
    writeFileSync(join(folder, 'main.cpp'), main);
    const args = [
      '--cc',
      '--exe',
      '--build',
      '-j',
      '2',
      '--top-module',
      name,
      'main.cpp',
      ...files.map((file) => file.name),
    ];
    const started = performance.now();
    const built = spawnSync('verilator', args, { cwd: folder, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr);
    spawnSync(join(folder, 'obj_dir', `V${name}`));
    return (performance.now() - started) / 1000;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From source to the first simulated cycle, for every library block; beside Verilator's cold build for one of them. */
export function run(): Promise<BenchRow[]> {
  firstResult(libraryCatalogue[0]!);
  const rows = libraryCatalogue.map((entry): BenchRow => {
    const ms = firstResult(entry);
    return {
      name: entry.name,
      value: ms,
      unit: 'ms',
      peer: `limit ${LIMIT_MS} ms`,
      ratio: ms / LIMIT_MS,
      target: '<= 1',
    };
  });
  const fifo = libraryCatalogue.find((entry) => entry.name === 'stream_fifo')!;
  const ours = firstResult(fifo);
  const cold = verilatorCold(fifo);
  const peer = `verilator --build ${cold.toFixed(2)} s`;
  rows.push({
    name: 'stream_fifo sooner than Verilator',
    value: ours,
    unit: 'ms',
    peer,
    ratio: (cold * 1000) / ours,
    target: '>= 50',
  });
  return Promise.resolve(rows);
}
