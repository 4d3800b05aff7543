// SPDX-License-Identifier: Apache-2.0
import type { Engine } from '../../src/sim/engine.ts';
import { openEngine } from '../../sim/index.ts';
import type { BenchRow } from '../row.ts';
import { cocotbRate } from './cocotb.ts';
import { cppLoop, type CppLoop, median } from './loop.ts';
import { accumulate, macArray } from './models.ts';

const ROUNDS = 5;

/** Verilator driven from a test, in a child and in this process, beside the same model in a C++ loop. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const child = { engine: 'verilator', inProcess: false } as const;
  const inside = { engine: 'verilator', inProcess: true } as const;

  const small = await cppLoop(
    accumulate,
    'm.s_valid = 1; m.s_data = i * 0x9e3779b1u; m.s_last = (i & 15) == 0; m.m_ready = (i & 7) != 0;',
    'hash = (hash ^ m.m_data) + m.m_valid;',
  );
  const medium = await cppLoop(
    macArray,
    'for (int w = 0; w < 4; ++w) { m.a[w] = i * 0x9e3779b1u + w; m.b[w] = i * 0x85ebca6bu + w; } m.clear = (i & 63) == 0; m.shift = 0; m.column = i & 15;',
    'hash = hash * 31 + m.sum;',
  );
  const pairs: {
    name: string;
    engine: Engine;
    rate: (engine: Engine) => number;
    limit: CppLoop;
    cycles: number;
    target: string;
  }[] = [
    {
      name: 'child, streams, small',
      engine: await openEngine(accumulate, child),
      rate: streams,
      limit: small,
      cycles: 5e6,
      target: '>= 0.5',
    },
    {
      name: 'child, block, small',
      engine: await openEngine(accumulate, child),
      rate: smallBlock,
      limit: small,
      cycles: 5e6,
      target: '>= 0.4',
    },
    {
      name: 'child, block, MAC array',
      engine: await openEngine(macArray, child),
      rate: macBlock,
      limit: medium,
      cycles: 2e5,
      target: '>= 0.8',
    },
    {
      name: 'in process, reactive, small',
      engine: await openEngine(accumulate, inside),
      rate: smallCycles,
      limit: small,
      cycles: 5e6,
      target: '>= 0.5',
    },
    {
      name: 'in process, reactive, MAC array',
      engine: await openEngine(macArray, inside),
      rate: macCycles,
      limit: medium,
      cycles: 2e5,
      target: '>= 0.8',
    },
  ];
  for (const { name, engine, rate, limit, cycles, target } of pairs) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    reset(engine);
    rate(engine); // the first round compiles JavaScript
    // Rounds take turns, so that both see the same disturbances.
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(rate(engine));
      theirs.push(limit.rate(cycles));
    }
    engine.close();
    const [value, peer] = [median(ours) / 1e6, median(theirs) / 1e6];
    rows.push({
      name,
      value,
      unit: 'M cycles/s',
      peer: `C++ loop ${peer.toPrecision(3)} M`,
      ratio: value / peer,
      target,
    });
  }
  small.close();
  medium.close();

  const engine = await openEngine(accumulate, child);
  reset(engine);
  const single = median([1, 2, 3, 4, 5].map(() => cycleByCycle(engine, 20_000)));
  engine.close();
  rows.push({
    name: 'child, cycle by cycle',
    value: single,
    unit: 'cycles/s',
    peer: '30,000',
    ratio: single / 30_000,
    target: '>= 1',
  });
  const peer = cocotbRate(accumulate, 20_000);
  if (peer === null) {
    console.error('cocotb is not installed for python3, so nothing is put beside it (pip install cocotb).');
  } else {
    rows.push({
      name: 'the same test under cocotb',
      value: single,
      unit: 'cycles/s',
      peer: `cocotb ${peer.version} on Verilator, ${Math.round(peer.rate).toLocaleString('en')}`,
      ratio: single / peer.rate,
      target: '',
    });
  }
  const build = await warmBuild();
  rows.push({ name: 'warm build, small block', value: build, unit: 's', peer: '1 s', ratio: build, target: '<= 1' });
  return rows;
}

function reset(engine: Engine): void {
  engine.io[0] = 1;
  engine.step(2);
  engine.io[0] = 0;
}

/** Cycles a second of what `work` does. */
function timed(cycles: number, work: () => void): number {
  const began = performance.now();
  work();
  return (cycles / (performance.now() - began)) * 1000;
}

function streams(engine: Engine): number {
  const count = 1_000_000;
  const items = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) items[2 * i] = Math.imul(i, 0x9e3779b1);
  const began = performance.now();
  const { cycles } = engine.runStreams({
    drivers: [{ stream: 's', items, count, stall: { kind: 'random', seed: 5, threshold: 8192 } }],
    monitors: [{ stream: 'm', count, stall: { kind: 'random', seed: 9, threshold: 8192 } }],
    maxCycles: 1e9,
    drain: 0,
  });
  return (cycles / (performance.now() - began)) * 1000;
}

const BLOCK = 1 << 16;
let sink = 0;

/** Stimulus made and outputs hashed in JavaScript, block by block, as a test would. */
function block(
  engine: Engine,
  blocks: number,
  inputs: number,
  outputs: number,
  fill: (rows: Uint32Array, at: number, i: number) => void,
): number {
  const rows = new Uint32Array(BLOCK * inputs);
  return timed(blocks * BLOCK, () => {
    for (let b = 0; b < blocks; b++) {
      for (let i = 0; i < BLOCK; i++) fill(rows, i * inputs, i);
      const out = engine.runBlock(rows, BLOCK);
      let hash = sink;
      for (let i = 0; i < BLOCK * outputs; i++) hash = (Math.imul(hash, 31) + out[i]!) | 0;
      sink = hash;
    }
  });
}

const smallBlock = (engine: Engine): number =>
  block(engine, 64, 5, 4, (rows, at, i) => {
    rows[at + 1] = 1;
    rows[at + 2] = Math.imul(i, 0x9e3779b1);
    rows[at + 3] = (i & 15) === 0 ? 1 : 0;
    rows[at + 4] = (i & 7) !== 0 ? 1 : 0;
  });

function macRow(rows: Uint32Array, at: number, i: number): void {
  for (let w = 0; w < 4; w++) {
    rows[at + 1 + w] = Math.imul(i, 0x9e3779b1) + w;
    rows[at + 5 + w] = Math.imul(i, 0x85ebca6b) + w;
  }
  rows[at + 9] = (i & 63) === 0 ? 1 : 0;
  rows[at + 11] = i & 15;
}

const macBlock = (engine: Engine): number => block(engine, 4, 12, 1, macRow);

/** One cycle after the other, each with inputs written and outputs read. */
function smallCycles(engine: Engine): number {
  const { io } = engine;
  const count = 5_000_000;
  return timed(count, () => {
    let hash = 1;
    for (let i = 0; i < count; i++) {
      io[1] = 1;
      io[2] = Math.imul(i, 0x9e3779b1);
      io[3] = (i & 15) === 0 ? 1 : 0;
      io[4] = (i & 7) !== 0 ? 1 : 0;
      engine.settle();
      hash = ((hash ^ io[7]!) + io[6]!) | 0;
      engine.step();
    }
    sink = hash;
  });
}

function macCycles(engine: Engine): number {
  const { io } = engine;
  const count = 200_000;
  return timed(count, () => {
    let hash = 1;
    for (let i = 0; i < count; i++) {
      macRow(io, 0, i);
      engine.settle();
      hash = (Math.imul(hash, 31) + io[12]!) | 0;
      engine.step();
    }
    sink = hash;
  });
}

function cycleByCycle(engine: Engine, count: number): number {
  const { io } = engine;
  return timed(count, () => {
    for (let i = 0; i < count; i++) {
      io[2] = i;
      io[4] = i & 1;
      engine.settle();
      sink ^= io[7]!;
      engine.step();
    }
  });
}

/** A text never seen before, with runtime and precompiled header there. */
async function warmBuild(): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const [file] = accumulate.files;
    const text = `// ${Date.now()} ${i}\n${file!.text}`;
    const began = performance.now();
    (await openEngine({ ...accumulate, files: [{ name: file!.name, text }] }, { engine: 'verilator' })).close();
    times.push((performance.now() - began) / 1000);
  }
  return median(times);
}
