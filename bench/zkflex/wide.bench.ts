// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, elaborate, output, type Signal, UInt } from '../../src/dsl/index.ts';
import type { Design } from '../../src/ir/module.ts';
import { createEmbedded, type EmbeddedEngine } from '../../src/sim/index.ts';
import type { BenchRow } from '../row.ts';
import { type OperationName, operations, stagesAfter, wideOperators, type WideOperators } from './wide-operators.ts';

const SEED = 0x12345678;
const CHECKED = 500;
const STAGES = 64;
/** So many that their code does not fit the instruction cache. */
const MANY = 256;
const SECONDS = 0.08;
const ROUNDS = 5;
/** How much slower the same pipeline may be with wide values. */
const MOST = 20;

const Width = z.strictObject({ width: z.int().multipleOf(32) });

/**
 * 64 registers, adders and multiplexers of one width: stage i adds what is before it to itself, or takes it as it is, as a bit of a ring of 64 says. A
 * xorshift32 register goes in, its words side by side.
 */
const widePipeline = block('wide_pipeline', Width, (m, { width }) => {
  const io = m.ports({ digest: output(UInt(32)) });
  const { random } = m.regs({ random: UInt(32).init(SEED) });
  const a = random.xor(random.shl(13));
  const b = a.xor(a.shr(17));
  random.next(b.xor(b.shl(5)));
  const { ring } = m.regs({ ring: UInt(STAGES).init(0) });
  ring.next(ring.slice(STAGES - 2, 0).concat(random.bit(7)));
  const names = Array.from({ length: STAGES }, (_, i) => `stage${i}`);
  const stages = m.regs(Object.fromEntries(names.map((name) => [name, UInt(width).init(0)])));
  const fresh = Array.from({ length: width / 32 }, () => random as Signal).reduce((all, word) => all.concat(word));
  names.forEach((name, i) => {
    const own = stages[name]!;
    const before = i === 0 ? fresh : stages[names[i - 1]!]!;
    own.next(ring.bit(i).mux(own.addWrap(before), before));
  });
  const last = stages[names.at(-1)!]!;
  io.digest.assign(last.slice(width - 1, width - 32).xor(last.slice(31, 0)));
});

/** The digest after some cycles, from the text above alone. */
function digestOf(width: number, cycles: number): number {
  const mask = (1n << BigInt(width)) - 1n;
  let random = SEED;
  let ring: number[] = Array.from({ length: STAGES }, () => 0);
  let stages: bigint[] = ring.map(() => 0n);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const fresh = Array.from({ length: width / 32 }).reduce<bigint>((all) => (all << 32n) | BigInt(random), 0n);
    const before = [fresh, ...stages];
    stages = stages.map((own, i) => (ring[i] === 1 ? (own + before[i]!) & mask : before[i]!));
    ring = [(random >>> 7) & 1, ...ring.slice(0, -1)];
    random ^= random << 13;
    random ^= random >>> 17;
    random = (random ^ (random << 5)) >>> 0;
  }
  const last = stages.at(-1)!;
  return Number((last >> BigInt(width - 32)) ^ (last & 0xffff_ffffn));
}

/**
 * The embedded simulator: wide values beside the same number of values of 32 bits, in turns. First a pipeline with a sum and a choice a register, then one
 * operation a register, of 64 registers and of 256.
 */
export function run(): Promise<BenchRow[]> {
  const rows = compare(`${STAGES} registers, adders, multiplexers`, [32, 256, 768].map(openPipeline));
  for (const operation of Object.keys(operations) as OperationName[]) {
    const open = (stages: number, widths: readonly number[]): Opened[] =>
      widths.map((width) => openOperators({ stages, width, operation }));
    rows.push(...compare(operation, open(STAGES, [32, 256, 768])));
    rows.push(...compare(`${MANY} registers, ${operation}`, open(MANY, [32, 768])));
  }
  return Promise.resolve(rows);
}

interface Opened {
  readonly width: number;
  readonly engine: EmbeddedEngine;
}

/** The first of the engines beside each of the others. */
function compare(name: string, engines: readonly Opened[]): BenchRow[] {
  const rates = engines.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) engines.forEach(({ engine }, i) => rates[i]!.push(rate(engine)));
  const [narrow, ...wide] = rates.map((each) => each.sort((a, b) => a - b)[ROUNDS >> 1]!);
  return wide.map((value, i) => {
    const { width } = engines[i + 1]!;
    return {
      name: `${name}, ${width} bits: times slower`,
      value: value / 1000,
      unit: 'k cycles/s',
      peer: `32 bits ${Math.round(narrow! / 1000)} k, ${width / 32} words`,
      ratio: narrow! / value,
      target: `<= ${MOST}`,
    };
  });
}

/** After a reset and a check of its digest. */
function openPipeline(width: number): Opened {
  const engine = start(elaborate(widePipeline({ width })));
  engine.settle();
  const digest = engine.ports.find((port) => port.name === 'digest')!;
  const [got, wanted] = [engine.io[digest.offset]!, digestOf(width, CHECKED)];
  if (got !== wanted) throw new Error(`${width} bits: the digest is ${got} and should be ${wanted}`);
  return { width, engine };
}

/** After a reset and a check of all stages. */
function openOperators(params: WideOperators): Opened {
  const { width, operation } = params;
  const engine = start(elaborate(wideOperators(params)));
  stagesAfter(params, CHECKED).forEach((wanted, i) => {
    const got = engine.read(`stage${i}`);
    if (got !== wanted) throw new Error(`${operation}, ${width} bits: stage ${i} is ${got} and should be ${wanted}`);
  });
  return { width, engine };
}

/** Some cycles after a reset. */
function start(design: Design): EmbeddedEngine {
  const engine = createEmbedded(design, { properties: false, strictMemory: false });
  const reset = engine.ports.find((port) => port.name === 'rst')!;
  engine.io[reset.offset] = 1;
  engine.step(2);
  engine.io[reset.offset] = 0;
  engine.step(CHECKED);
  return engine;
}

/** Cycles a second of CPU time. */
function rate(engine: EmbeddedEngine): number {
  const used = process.cpuUsage();
  let [cycles, spent] = [0, 0];
  while (spent < SECONDS) {
    engine.step(1000);
    cycles += 1000;
    const { user, system } = process.cpuUsage(used);
    spent = (user + system) / 1e6;
  }
  return cycles / spent;
}
