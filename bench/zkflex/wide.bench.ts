// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, elaborate, output, type Signal, UInt } from '../../src/dsl/index.ts';
import { createEmbedded, type EmbeddedEngine } from '../../src/sim/index.ts';
import type { BenchRow } from '../row.ts';

const STAGES = 64;
const SEED = 0x12345678;
const CHECKED = 500;
const SECONDS = 0.3;
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
 * The embedded simulator: wide values beside the same number of values of 32 bits, in turns. One pipeline with one sum and one choice a register; what other
 * operators cost, and which go beyond the limit, is in `docs/rationale/simulator.md`.
 */
export function run(): Promise<BenchRow[]> {
  const widths = [32, 256, 768];
  const engines = widths.map(open);
  const rates = widths.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) engines.forEach((engine, i) => rates[i]!.push(rate(engine)));
  const [narrow, ...wide] = rates.map((each) => each.sort((a, b) => a - b)[ROUNDS >> 1]!);
  const rows = wide.map((value, i): BenchRow => ({
    name: `${STAGES} registers, adders, multiplexers of ${widths[i + 1]!} bits: times slower`,
    value: value / 1000,
    unit: 'k cycles/s',
    peer: `32 bits ${Math.round(narrow! / 1000)} k, ${widths[i + 1]! / 32} words`,
    ratio: narrow! / value,
    target: `<= ${MOST}`,
  }));
  return Promise.resolve(rows);
}

/** After a reset and a check of its digest. */
function open(width: number): EmbeddedEngine {
  const engine = createEmbedded(elaborate(widePipeline({ width })), { properties: false, strictMemory: false });
  const at = (name: string): number => engine.ports.find((port) => port.name === name)!.offset;
  engine.io[at('rst')] = 1;
  engine.step(2);
  engine.io[at('rst')] = 0;
  engine.step(CHECKED);
  engine.settle();
  const [got, wanted] = [engine.io[at('digest')]!, digestOf(width, CHECKED)];
  if (got !== wanted) throw new Error(`${width} bits: the digest is ${got} and should be ${wanted}`);
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
