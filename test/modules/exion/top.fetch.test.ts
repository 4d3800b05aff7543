// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Axi4Memory } from '../../../sim/axi4-memory.ts';
import { CycleLoop, type Participant } from '../../../sim/cycle-loop.ts';
import { Random } from '../../../sim/index.ts';
import { block, Bool, input, output, source, UInt } from '../../../src/dsl/index.ts';
import { scratchBits } from '../../../src/modules/exion/core.types.ts';
import {
  type Command,
  commandFields,
  decodeCommand,
  encodeCommand,
  ops,
  predicates,
} from '../../../src/modules/exion/isa.ts';
import { commandFetch } from '../../../src/modules/exion/top/command-fetch.ts';
import { faults, issueType } from '../../../src/modules/exion/top/issue.types.ts';
import { fetchBeatBits } from '../../../src/modules/exion/top/prefetch.ts';
import { axi4Read } from '../../../src/modules/lib/axi4-read.ts';
import { axi4ReadMaster } from '../../../src/modules/lib/axi4-ports.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { PortBench } from './top.bench.ts';

const fetchBench = block('fetch_bench', z.strictObject({ size: z.int(), cores: z.int() }), (m, p) => {
  const bus = { addressWidth: 40, dataWidth: scratchBits(p), maxBurst: 16, beatBits: fetchBeatBits };
  const io = m.ports({
    start: input(Bool),
    stop: input(Bool),
    base: input(UInt(32)),
    first: input(UInt(24)),
    out: source(issueType),
    idle: output(Bool),
    iteration: output(UInt(24)),
    m_axi: axi4ReadMaster(bus),
  });
  const { fetch, reads } = m.instances({ fetch: commandFetch({ size: p.size, cores: p.cores }), reads: axi4Read(bus) });
  const { start, stop, base, first, out, idle, iteration } = fetch;
  connect({ start, stop, base, first, out, idle, iteration }, io);
  reads.command['0']!.from(fetch.read_command);
  fetch.read_data.from(reads.data['0']!);
  connect(reads.m_axi, io.m_axi);
  return io;
});

interface Issued {
  readonly tag: number;
  readonly pc: number;
  readonly iteration: number;
  readonly fault: number;
  /** Null where the command has a fault: then its fields say nothing. */
  readonly words: readonly number[] | null;
}

const coreOps: readonly number[] = [ops.MOVE, ops.GEMM, ops.CMBUILD, ops.KBUILD, ops.EPRED, ops.TOPK, ops.SFU];
const passing: readonly number[] = [ops.HALT, ops.FENCE, ops.LD, ops.ST, ...coreOps];

/** What comes out, from the rules of the core document and of the golden machine. `end`: commands that the memory holds. */
function expected(program: readonly Command[], cores: number, first: number, end: number): Issued[] {
  const issued: Issued[] = [];
  let loop: { start: number; count: number; sparse: number; iteration: number } | null = null;
  let tag = 0;
  for (let pc = 0; ;) {
    const iteration: number = loop?.iteration ?? 0;
    const give = (fault: number, words: Uint32Array | null, at = iteration): void => {
      issued.push({ tag: fault === 0 ? tag : -1, pc, iteration: at, fault, words: words && [...words] });
    };
    if (pc >= end) {
      give(faults.busError, null);
      return issued;
    }
    const words = pc < program.length ? encodeCommand(program[pc]!) : new Uint32Array(16);
    const { op, when: predicate, count, n, core, all } = decodeCommand(words);
    const phase: number = loop === null ? 0 : loop.iteration % (loop.sparse + 1);
    const when: Record<number, boolean> = {
      [predicates.dense]: phase === 0,
      [predicates.sparse]: phase > 0,
      [predicates.renew]: phase === 1,
    };
    if (loop !== null && when[predicate] === false) {
      pc++;
      continue;
    }
    const bad =
      (op === ops.ITER && (loop !== null || count === 0)) ||
      (op === ops.NEXT && loop === null) ||
      (coreOps.includes(op) && all === 0 && core >= cores) ||
      !(passing.includes(op) || op === ops.ITER || op === ops.NEXT);
    if (bad) {
      give(faults.badOperation, null);
      return issued;
    }
    if (passing.includes(op)) give(faults.none, words);
    tag++;
    if (op === ops.HALT) return issued;
    if (op === ops.ITER) {
      loop = { start: pc + 1, count, sparse: n, iteration: first };
      if (first % (n + 1) !== 0) {
        give(faults.sparseBeforeDense, null, first);
        return issued;
      }
    }
    if (op === ops.NEXT && loop !== null) {
      loop.iteration++;
      if (loop.iteration < loop.count) {
        pc = loop.start;
        continue;
      }
      loop = null;
    }
    pc++;
  }
}

/** Takes what comes out, stalling at random. */
class Taker implements Participant {
  readonly issued: Issued[] = [];
  constructor(
    readonly bench: PortBench,
    readonly random: Random,
    readonly stall: number,
  ) {}
  drive(): void {
    this.bench.set('out_ready', this.random.bool(1 - this.stall) ? 1 : 0);
  }
  sample(): void {
    const { bench } = this;
    if (bench.get('out_valid') === 0 || bench.get('out_ready') === 0) return;
    const field = (name: string): number => bench.get(`out_payload_${name}`);
    const fault = field('fault');
    const entries = commandFields.map(({ name }) => [name, field(`command_${name}`)]);
    const words = [...encodeCommand(Object.fromEntries(entries) as Command)];
    this.issued.push({
      tag: fault === 0 ? field('tag') : -1,
      pc: field('pc'),
      iteration: field('iteration'),
      fault,
      words: fault === 0 ? words : null,
    });
  }
}

class FetchBench {
  readonly memory: Axi4Memory;
  readonly loop: CycleLoop;
  readonly taker: Taker;
  readonly bytes = new Uint8Array(8192);

  constructor(
    readonly bench: PortBench,
    readonly cores: number,
    stall: number,
  ) {
    const latency = stall === 0 ? ([2, 2] as const) : ([1, 30] as const);
    this.memory = new Axi4Memory(bench.engine, { bytes: this.bytes, stall, latency });
    this.taker = new Taker(bench, new Random(3), stall);
    this.loop = new CycleLoop(bench.engine, this.memory, this.taker);
  }

  begin(program: readonly Command[], place: number, first: number): void {
    this.bytes.fill(0xff);
    program.forEach((command, i) => {
      this.bytes.set(new Uint8Array(encodeCommand(command).buffer), 64 * (place + i));
    });
    this.taker.issued.length = 0;
    const { bench } = this;
    bench.set('base', place);
    bench.set('first', first);
    bench.set('start', 1);
    this.loop.step();
    bench.set('start', 0);
    this.loop.step();
  }

  run(program: readonly Command[], place: number, first = 0): void {
    const { bench, loop, taker } = this;
    this.begin(program, place, first);
    loop.until(() => (bench.settle(), bench.get('idle') === 1), 100_000, 'idle');
    bench.checkEvents();
    // What follows the program is all ones: a bad operation.
    const junk: Command[] = [{ op: 255 }];
    const text = JSON.stringify({ program, place, first });
    expect(taker.issued, text).toEqual(expected([...program, ...junk], this.cores, first, 128 - place));
    expect(this.memory.pending).toBe(0);
  }
}

function randomProgram(random: Random, cores: number): Command[] {
  const some = (length: number): Command[] =>
    Array.from({ length }, () => {
      const op = random.bool(0.01) ? random.between(15, 255) : random.pick(passing.slice(1));
      return {
        op,
        kind: random.below(16),
        when: random.below(4),
        core: random.bool(0.02) ? random.below(32) : random.below(cores),
        all: random.below(2),
        ...{ reads: random.word(), writes: random.word(), n: random.below(65536), k: random.below(65536) },
        ...{ dst: random.below(2 ** 26), count: random.below(2 ** 24), dram: random.word(), keep: random.word() },
      };
    });
  const loop = (): Command[] => [
    { op: ops.ITER, count: random.bool(0.05) ? 0 : random.between(1, 5), n: random.below(4) },
    ...some(random.below(14)),
    ...(random.bool(0.05) ? [{ op: ops.ITER, count: 1 }] : []),
    { op: ops.NEXT },
  ];
  const parts = [some(random.below(6)), loop(), some(random.below(4)), random.bool() ? loop() : []];
  return [...parts.flat(), random.bool(0.04) ? { op: ops.NEXT } : { op: ops.FENCE }, { op: ops.HALT }];
}

async function open(size: number, cores: number, stall: number, kind: EngineKind = 'embedded'): Promise<FetchBench> {
  return new FetchBench(await PortBench.open(fetchBench({ size, cores }), kind), cores, stall);
}

describe('command fetch', () => {
  it.each([
    [2, 1, 0.3],
    [4, 3, 0],
    [16, 32, 0.4],
    [32, 4, 0.2],
  ])('gives what the program says: %i rows, %i cores, stalls %f', async (size, cores, stall) => {
    const unit = await open(size, cores, stall);
    const random = new Random(size);
    const seen = new Set<number>();
    for (let i = 0; i < 60; i++) {
      const first = random.bool(0.7) ? 0 : random.below(9);
      unit.run(randomProgram(random, cores), random.below(60), first);
      seen.add(unit.taker.issued.at(-1)!.fault);
    }
    expect([...seen].sort()).toEqual([faults.none, faults.badOperation, faults.sparseBeforeDense]);
    unit.bench.close();
  });

  it('the same in Verilator', async () => {
    const unit = await open(4, 2, 0.3, 'verilator');
    const random = new Random(77);
    for (let i = 0; i < 40; i++) unit.run(randomProgram(random, 2), random.below(60));
    unit.bench.close();
  });

  const halt = { op: ops.HALT };
  it('reads ahead past the end of the memory without harm, and stops there when it has to go on', async () => {
    for (const size of [4, 16, 32]) {
      const unit = await open(size, 1, 0);
      unit.run([{ op: ops.LD, count: 1 }, halt], 126);
      expect(unit.taker.issued.length).toBe(2);
      unit.run([{ op: ops.LD, count: 1 }, { op: ops.FENCE }], 126);
      expect(unit.taker.issued.at(-1)).toMatchObject({ fault: faults.busError, pc: 2 });
      unit.bench.close();
    }
  });

  it('can be stopped at any time, and begins anew', async () => {
    const unit = await open(4, 1, 0.2);
    const body = Array.from({ length: 9 }, (_, i) => ({ op: ops.LD, count: i }));
    const program = [{ op: ops.ITER, count: 100, n: 1 }, ...body, { op: ops.NEXT }, halt];
    for (let after = 1; after < 120; after += 7) {
      unit.begin(program, 3, 0);
      unit.loop.step(after);
      unit.bench.set('stop', 1);
      // For a cycle, or until all is still.
      if (after % 2 === 0) {
        unit.loop.step();
        unit.bench.set('stop', 0);
      }
      unit.loop.until(() => (unit.bench.settle(), unit.bench.get('idle') === 1), 300, 'idle');
      unit.bench.set('stop', 0);
      unit.run([...body.slice(0, 4), halt], 40);
    }
    unit.bench.close();
  });

  it('gives a command a cycle from a wide bus, and goes back in the time of the memory', async () => {
    const unit = await open(16, 1, 0);
    const body = Array.from({ length: 8 }, (_, i) => ({ op: ops.LD, count: i + 1 }));
    const before = unit.bench.engine.cycle;
    unit.run([{ op: ops.ITER, count: 20, n: 3 }, ...body, { op: ops.NEXT }, halt], 7);
    const cycles = unit.bench.engine.cycle - before;
    // An iteration: 8 commands and NEXT, the jump, and twice a block: its request (5) and memory (3) and beats.
    expect(cycles / 20).toBeLessThanOrEqual(8 + 1 + 1 + 2 * 10);
    unit.bench.close();
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(commandFetch({ size: 2, cores: 32 }));
    await cleanVerilog(commandFetch({ size: 16, cores: 1 }));
    await cleanVerilog(commandFetch({ size: 32, cores: 24 }));
  });
});
