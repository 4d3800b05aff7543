// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../src/dsl/index.ts';
import type { Design } from '../../src/ir/module.ts';
import { wordSerialLane } from '../../src/modules/zkflex/mul/word-serial-lane.ts';
import { createEmbedded, type EmbeddedEngine } from '../../src/sim/index.ts';
import { cpuTimer } from '../cpu-time.ts';
import type { BenchRow } from '../row.ts';
import { wordsOf } from '../words.ts';
import { divisorsAfter, wideDivisors } from './wide-divisors.ts';
import { type OperationName, operations, stagesAfter, wideOperators } from './wide-operators.ts';
import { pipelineAfter, widePipeline } from './wide-pipeline.ts';

const CHECKED = 500;
const STAGES = 64;
/** So many that their code does not fit the instruction cache. */
const MANY = 256;
const ROUNDS = 9;
/** Cycles of one call, so many that the call itself does not count. */
const SLICE = 20_000;
const SECONDS = 0.04;
/** How much slower the same circuit may be with wide values. */
const MOST = 20;

/**
 * The embedded simulator: wide values beside the same number of values of 32 bits, in turns, the best round of each. First circuits, then registers with one operation each, of which there
 * are 64 and 256.
 */
export function run(): Promise<BenchRow[]> {
  const rows = [
    ...compare('pipeline: sum and choice a register', [32, 256, 768], openPipeline),
    ...compare('greatest common divisors', [32, 256, 768], openDivisors),
    ...compare('Montgomery product by words of 32 bits', [32, 256, 768], openMultiplier),
  ];
  for (const operation of Object.keys(operations) as OperationName[]) {
    const open = (stages: number) => (width: number) => openOperators(stages, width, operation);
    rows.push(...compare(operation, [32, 256, 768], open(STAGES)));
    rows.push(...compare(`${MANY} registers, ${operation}`, [32, 768], open(MANY)));
  }
  return Promise.resolve(rows);
}

/** The first width beside each of the others. */
function compare(name: string, widths: readonly number[], open: (width: number) => EmbeddedEngine): BenchRow[] {
  const engines = widths.map(open);
  const best = widths.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    engines.forEach((engine, i) => (best[i] = Math.max(best[i]!, rate(engine))));
  }
  const [narrow, ...wide] = best as [number, ...number[]];
  return wide.map((value, i) => {
    const width = widths[i + 1]!;
    return {
      name: `${name}, ${width} bits: times slower`,
      value: value / 1000,
      unit: 'k cycles/s',
      peer: `${widths[0]} bits ${Math.round(narrow / 1000)} k, ${width / 32} words`,
      ratio: narrow / value,
      target: `<= ${MOST}`,
    };
  });
}

function openPipeline(width: number): EmbeddedEngine {
  return opened(elaborate(widePipeline({ width })), 'stage', pipelineAfter(width, CHECKED));
}

function openDivisors(width: number): EmbeddedEngine {
  return opened(elaborate(wideDivisors({ width })), 'x', divisorsAfter(width, CHECKED));
}

function openOperators(stages: number, width: number, operation: OperationName): EmbeddedEngine {
  const params = { stages, width, operation };
  return opened(elaborate(wideOperators(params)), 'stage', stagesAfter(params, CHECKED));
}

/** After a reset, some cycles, and a look at some registers. */
function opened(design: Design, prefix: string, wanted: readonly bigint[]): EmbeddedEngine {
  const engine = afterReset(design);
  engine.step(CHECKED);
  wanted.forEach((value, i) => expectEqual(`${prefix}${i} of ${design.top.name}`, engine.read(`${prefix}${i}`), value));
  return engine;
}

/** Kiln's own multiplier, always at work on the same operands. */
function openMultiplier(width: number): EmbeddedEngine {
  const word = 32;
  const engine = afterReset(elaborate(wordSerialLane({ bits: width, word })));
  // An odd modulus below 2^width, and operands below it.
  const modulus = (1n << BigInt(width)) - 189n;
  const [a, b] = [modulus / 3n, modulus / 7n];
  const inputs = {
    request_payload_a: a,
    request_payload_b: b,
    request_payload_tag: 1n,
    request_valid: 1n,
    modulus,
    inverse: inverseOf(modulus, word),
  };
  for (const [name, value] of Object.entries(inputs)) poke(engine, name, value);
  engine.step(CHECKED);
  expectEqual('the product', (engine.read('residue') << BigInt(width)) % modulus, (a * b) % modulus);
  return engine;
}

/** -1/modulus modulo 2^bits. */
function inverseOf(modulus: bigint, bits: number): bigint {
  let inverse = 1n;
  for (let known = 1; known < bits; known *= 2) inverse = BigInt.asUintN(bits, inverse * (2n - modulus * inverse));
  return BigInt.asUintN(bits, -inverse);
}

function afterReset(design: Design): EmbeddedEngine {
  const engine = createEmbedded(design, { properties: false, strictMemory: false });
  poke(engine, 'rst', 1n);
  engine.step(2);
  poke(engine, 'rst', 0n);
  return engine;
}

function poke(engine: EmbeddedEngine, name: string, value: bigint): void {
  const port = engine.ports.find((each) => each.name === name)!;
  engine.io.set(wordsOf(value, port.words), port.offset);
}

function expectEqual(name: string, got: bigint, wanted: bigint): void {
  if (got !== wanted) throw new Error(`${name} is ${got} and should be ${wanted}`);
}

/** Cycles a second of CPU time. */
function rate(engine: EmbeddedEngine): number {
  const spent = cpuTimer();
  let cycles = 0;
  for (; spent() < SECONDS; cycles += SLICE) engine.step(SLICE);
  return cycles / spent();
}
