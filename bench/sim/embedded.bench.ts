// SPDX-License-Identifier: Apache-2.0
import { createEmbedded, type EmbeddedEngine } from '../../src/sim/index.ts';
import type { Design } from '../../src/ir/module.ts';
import type { BenchRow } from '../row.ts';
import { designs } from './designs.ts';
import { nativeLoop } from './native.ts';

const SECONDS = 0.4;
const ROUNDS = 3;

/** The embedded simulator's free-running speed beside Verilator's model in a C++ loop, and its time to compile. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, design, target } of designs.filter((each) =>
    each.name.includes(process.env['KILN_BENCH_ONLY'] ?? ''),
  )) {
    const elaborated = design();
    const started = performance.now();
    const engine = reset(elaborated);
    const compile = performance.now() - started;
    const native = nativeLoop(elaborated, process.env['KILN_BENCH_CXX'] ?? 'g++');
    check(name, engine, native.digest(10_000));
    // Rounds take turns, so that both see the same disturbances.
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(rate(engine));
      theirs.push(native.rate(SECONDS));
    }
    native.close();
    const [value, peer] = [median(ours) / 1e6, median(theirs) / 1e6];
    rows.push({
      name,
      value,
      unit: 'M cycles/s',
      peer: `Verilator ${peer.toPrecision(3)} M`,
      ratio: value / peer,
      target,
    });
    rows.push({
      name: `${name}: compile`,
      value: compile,
      unit: 'ms',
      peer: '100 ms',
      ratio: compile / 100,
      target: '<= 1',
    });
  }
  return rows;
}

function reset(design: Design): EmbeddedEngine {
  // As Verilator is run: without assertions.
  const engine = createEmbedded(design, { properties: false, strictMemory: false });
  engine.io[engine.ports.find((port) => port.name === 'rst')!.offset] = 1;
  engine.step(2);
  engine.io.fill(0);
  return engine;
}

function check(name: string, engine: EmbeddedEngine, wanted: number): void {
  engine.step(10_000);
  engine.settle();
  const got = engine.io[engine.ports.find((port) => port.name === 'digest')!.offset]!;
  if (got !== wanted) throw new Error(`${name}: the engines disagree, ${got} and ${wanted}.`);
}

function rate(engine: EmbeddedEngine): number {
  let cycles = 0;
  let slice = 1000;
  let spent = 0;
  while (spent < SECONDS * 1000) {
    const started = performance.now();
    engine.step(slice);
    const time = performance.now() - started;
    spent += time;
    cycles += slice;
    if (time < 20) slice *= 2;
  }
  return (cycles / spent) * 1000;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
