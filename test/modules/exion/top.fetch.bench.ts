// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { z } from 'zod';
import { Axi4Memory } from '../../../sim/axi4-memory.ts';
import { CycleLoop, type Participant } from '../../../sim/cycle-loop.ts';
import { Random } from '../../../sim/index.ts';
import { block, Bool, input, output, source, UInt } from '../../../src/dsl/index.ts';
import { scratchBits } from '../../../src/modules/exion/core.types.ts';
import { type Command, commandFields, encodeCommand } from '../../../src/modules/exion/isa.ts';
import { commandFetch } from '../../../src/modules/exion/top/command-fetch.ts';
import { issueType } from '../../../src/modules/exion/top/issue.types.ts';
import { fetchBeatBits } from '../../../src/modules/exion/top/prefetch.ts';
import { axi4Read } from '../../../src/modules/lib/axi4-read.ts';
import { axi4ReadMaster } from '../../../src/modules/lib/axi4-ports.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { PortBench } from './top.bench.ts';
import { expected, type Issued } from './top.fetch.model.ts';
import { place } from './top.host.ts';

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

/** The command fetch with a memory of 128 commands. */
export class FetchBench {
  readonly memory: Axi4Memory;
  readonly loop: CycleLoop;
  readonly taker: Taker;
  readonly bytes = new Uint8Array(8192);

  private constructor(
    readonly bench: PortBench,
    readonly cores: number,
    stall: number,
  ) {
    const latency = stall === 0 ? ([2, 2] as const) : ([1, 30] as const);
    this.memory = new Axi4Memory(bench.engine, { bytes: this.bytes, stall, latency });
    this.taker = new Taker(bench, new Random(3), stall);
    this.loop = new CycleLoop(bench.engine, this.memory, this.taker);
  }

  static async open(size: number, cores: number, stall: number, kind: EngineKind = 'embedded'): Promise<FetchBench> {
    return new FetchBench(await PortBench.open(fetchBench({ size, cores }), kind), cores, stall);
  }

  /** Starts a program at command `at` of the memory. */
  begin(program: readonly Command[], at: number, first: number): void {
    this.bytes.fill(0xff);
    place(this.bytes, 64 * at, program);
    this.taker.issued.length = 0;
    const { bench } = this;
    bench.set('base', at);
    bench.set('first', first);
    bench.set('start', 1);
    this.loop.step();
    bench.set('start', 0);
    this.loop.step();
  }

  /** Runs a program to its end, and expects what the rules say. */
  run(program: readonly Command[], at: number, first = 0): void {
    const { bench, loop, taker } = this;
    this.begin(program, at, first);
    loop.until(() => (bench.settle(), bench.get('idle') === 1), 100_000, 'idle');
    bench.checkEvents();
    // What follows the program is all ones: a bad operation.
    const junk: Command[] = [{ op: 255 }];
    const text = JSON.stringify({ program, at, first });
    expect(taker.issued, text).toEqual(expected([...program, ...junk], this.cores, first, 128 - at));
    expect(this.memory.pending).toBe(0);
  }
}
