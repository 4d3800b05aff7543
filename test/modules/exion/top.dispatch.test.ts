// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CycleLoop, type Participant } from '../../../sim/cycle-loop.ts';
import { Random } from '../../../sim/index.ts';
import { block, Bool, flip, input, output, sink, source, UInt } from '../../../src/dsl/index.ts';
import { unitNames } from '../../../src/modules/exion/core/dsc.ts';
import { unitPortsOf } from '../../../src/modules/exion/core.types.ts';
import { type Command, commandFields, decodeCommand, encodeCommand, ops } from '../../../src/modules/exion/isa.ts';
import { coreQueues, unitCommands, unitRecordType } from '../../../src/modules/exion/top/core-queues.ts';
import { dispatcher } from '../../../src/modules/exion/top/dispatcher.ts';
import { dmaCommandType, dmaFields } from '../../../src/modules/exion/top/dma.ts';
import { dmaQueue } from '../../../src/modules/exion/top/dma-queue.ts';
import { faults, issueType, recordType } from '../../../src/modules/exion/top/issue.types.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import { numbered } from '../../../src/modules/lib/stream-lists.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { PortBench } from './top.bench.ts';

const units = unitCommands({ mapBuffers: 2 });

/** Dispatcher and queues; the units are the test's. */
const dispatchBench = block('dispatch_bench', z.strictObject({ cores: z.int() }), (m, p) => {
  const dmaCmd = { cmd: source(dmaCommandType), done: input(Bool), refused: input(Bool), bus_error: input(Bool) };
  const io = m.ports({
    in: sink(issueType),
    stop: input(Bool),
    fault: { enable: output(Bool), code: output(UInt(2)), pc: output(UInt(24)) },
    halted: output(Bool),
    idle: output(Bool),
    waits: { hazard: output(Bool), room: output(Bool), command: output(Bool) },
    now: input(UInt(32)),
    clear: input(Bool),
    select: input(UInt(3)),
    dma: { ...dmaCmd, stalled: input(Bool), record: source(recordType), lost: output(Bool) },
    dma_failure: { refused: output(Bool), bus_error: output(Bool), pc: output(UInt(24)) },
    dma_counters: { busy_cycles: output(UInt(32)), stalled_cycles: output(UInt(32)) },
    core: numbered(p.cores, () => ({
      loader: flip(unitPortsOf(units.loader)),
      sdue: flip(unitPortsOf(units.sdue)),
      cau: flip(unitPortsOf(units.cau)),
      epre: flip(unitPortsOf(units.epre)),
      cfse: flip(unitPortsOf(units.cfse)),
      refused: output(Bool),
      refused_pc: output(UInt(24)),
      busy_cycles: output(UInt(32)),
      stalled_cycles: output(UInt(32)),
      record: source(unitRecordType),
      lost: output(Bool),
    })),
  });
  const { dispatch, dma } = m.instances({ dispatch: dispatcher(p), dma: dmaQueue({}) });
  dispatch.in.from(io.in);
  const { stop, fault, halted, idle, waits } = io;
  connect({ stop, fault, halted, idle, waits }, dispatch);
  connect(dispatch.dma, dma);
  connect({ item: dispatch.dma_item }, dma);
  connect(io.dma, dma);
  connect(io.dma_failure, dma.failure);
  connect(io.dma_counters, dma);
  dma.now.assign(io.now);
  dma.clear.assign(io.clear);
  for (let c = 0; c < p.cores; c++) {
    const queues = m.instances({ [`queues_${c}`]: coreQueues({}) })[`queues_${c}`]!;
    connect(dispatch.core[String(c)]!, queues);
    connect({ item: dispatch.item }, queues);
    connect({ now: io.now, clear: io.clear, select: io.select }, queues);
    connect(io.core[String(c)]!, queues);
  }
  return io;
});

interface Flight {
  readonly index: number;
  /** -1: the DMA. */
  readonly core: number;
  readonly unit: StandIn;
  readonly command: Required<Command>;
  /** Cycle in which the unit took it, and in which it was done. */
  taken: number;
  done: number;
}

/** A unit that takes its time. Its ready may fall and rise as it likes. */
class StandIn implements Participant {
  current: Flight | null = null;
  #left = 0;
  #cycle = 0;
  busy = 0;
  stalled = 0;
  constructor(
    readonly bench: PortBench,
    readonly port: string,
    readonly fields: readonly string[],
    readonly random: Random,
    readonly longest: number,
    /** The command of this unit that is next, by its fields; checks them. */
    readonly take: (unit: StandIn, cycle: number) => Flight,
    readonly refuses: (index: number) => boolean,
  ) {}
  drive(): void {
    const { bench, port, random } = this;
    const isDone = this.current !== null && this.#left === 0;
    bench.set(`${port}_done`, isDone ? 1 : 0);
    bench.set(`${port}_refused`, isDone && this.refuses(this.current!.index) ? 1 : 0);
    bench.set(`${port}_busy`, this.current === null ? 0 : 1);
    const stalls = this.current !== null && random.bool(0.2) ? 1 : 0;
    bench.set(`${port}_stalled`, stalls);
    bench.set(`${port}_cmd_ready`, (this.current === null || isDone) && random.bool(0.8) ? 1 : 0);
    if (this.current !== null) {
      this.busy++;
      this.stalled += stalls;
    }
  }
  sample(): void {
    const { bench, port } = this;
    this.#cycle++;
    if (this.current !== null && this.#left-- === 0) {
      this.current.done = this.#cycle;
      this.current = null;
    }
    if (bench.get(`${port}_cmd_valid`) === 0 || bench.get(`${port}_cmd_ready`) === 0) return;
    expect(this.current).toBe(null);
    this.current = this.take(this, this.#cycle);
    this.#left = this.random.below(this.longest);
  }
  field(name: string): number {
    return this.bench.get(`${this.port}_cmd_payload_${name}`);
  }
}

const unitOf = (op: number): number =>
  ({ [ops.MOVE]: 0, [ops.GEMM]: 1, [ops.CMBUILD]: 2, [ops.KBUILD]: 2, [ops.EPRED]: 3, [ops.TOPK]: 3, [ops.SFU]: 4 })[
    op
  ]!;
const isDma = (op: number): boolean => op === ops.LD || op === ops.ST;
const waitsForAll = (op: number): boolean => op === ops.FENCE || op === ops.HALT;

interface Options {
  readonly cores: number;
  readonly kind?: EngineKind;
  readonly longest: number;
  readonly seed: number;
  readonly refuses?: (index: number) => boolean;
}

/** Plays a program through the dispatcher, with stand-in units, and keeps what happened. */
class DispatchBench {
  readonly flights: Flight[] = [];
  readonly units: StandIn[] = [];
  readonly loop: CycleLoop;
  readonly seen = { halted: 0, faults: [] as number[], refused: [] as number[], lost: 0 };
  readonly records: Record<string, number>[] = [];
  readonly waits = { hazard: 0, room: 0, command: 0 };
  next = 0;
  #now = 0;

  constructor(
    readonly bench: PortBench,
    readonly options: Options,
    readonly program: readonly (Required<Command> & { fault?: number })[],
  ) {
    const { cores, longest, seed, refuses = () => false } = options;
    const random = new Random(seed);
    const unit = (port: string, fields: readonly string[], core: number, u: number): StandIn =>
      new StandIn(
        bench,
        port,
        fields,
        random.fork(port),
        longest,
        (self, cycle) => this.#take(self, core, u, cycle),
        refuses,
      );
    for (let c = 0; c < cores; c++) {
      unitNames.forEach((name, u) => this.units.push(unit(`core_${c}_${name}`, Object.keys(units[name].fields), c, u)));
    }
    this.units.push(unit('dma', dmaFields, -1, -1));
    this.loop = new CycleLoop(bench.engine, ...this.units, this.#source(random.fork('source')));
  }

  /** The first command of a unit that it has not had, which must be the one at its port. */
  #take(unit: StandIn, core: number, u: number, cycle: number): Flight {
    const had = new Set(this.flights.filter((f) => f.unit === unit).map((f) => f.index));
    const index = this.program.findIndex((c, i) => {
      const mine = core < 0 ? isDma(c.op) : !isDma(c.op) && unitOf(c.op) === u && (c.all === 1 || c.core === core);
      return mine && !had.has(i);
    });
    expect(index, `${unit.port} has nothing to do`).toBeGreaterThanOrEqual(0);
    const command = this.program[index]!;
    for (const name of unit.fields)
      expect(unit.field(name), `${name} of ${index}`).toBe(command[name as keyof Command]);
    const flight = { index, core, command, taken: cycle, done: Infinity, unit };
    this.flights.push(flight);
    return flight;
  }

  #source(random: Random): Participant {
    const { bench, seen } = this;
    let offered = false;
    return {
      drive: () => {
        bench.set('now', this.#now++);
        const command = this.program[this.next];
        offered ||= command !== undefined && random.bool(0.9);
        bench.set('in_valid', offered ? 1 : 0);
        if (offered) {
          for (const { name } of commandFields) bench.set(`in_payload_command_${name}`, command![name]);
          bench.set('in_payload_tag', 1000 + this.next);
          bench.set('in_payload_pc', this.next);
          bench.set('in_payload_iteration', this.next & 0xff);
          bench.set('in_payload_fault', command!.fault ?? 0);
        }
        for (let c = 0; c < this.options.cores; c++) bench.set(`core_${c}_record_ready`, random.bool(0.7) ? 1 : 0);
        bench.set('dma_record_ready', 1);
      },
      sample: () => {
        if (offered && bench.get('in_ready') === 1) {
          this.next++;
          offered = false;
        }
        seen.halted += bench.get('halted');
        if (bench.get('fault_enable') === 1) seen.faults.push(bench.get('fault_code'), bench.get('fault_pc'));
        for (const name of ['hazard', 'room', 'command'] as const) this.waits[name] += bench.get(`waits_${name}`);
        for (let c = 0; c < this.options.cores; c++) {
          seen.lost += bench.get(`core_${c}_lost`);
          if (bench.get(`core_${c}_refused`) === 1) seen.refused.push(bench.get(`core_${c}_refused_pc`));
          if (bench.get(`core_${c}_record_valid`) === 0 || bench.get(`core_${c}_record_ready`) === 0) continue;
          const field = (name: string): number => bench.get(`core_${c}_record_payload_record_${name}`);
          const names = ['tag', 'pc', 'op', 'start', 'end', 'stalled'];
          const unit = bench.get(`core_${c}_record_payload_unit`);
          this.records.push({ core: c, unit, ...Object.fromEntries(names.map((name) => [name, field(name)])) });
        }
      },
    };
  }

  run(maxCycles = 60_000): number {
    const { bench } = this;
    const ended = (): boolean => this.next === this.program.length && (bench.settle(), bench.get('idle') === 1);
    const cycles = this.loop.until(ended, maxCycles, 'the end');
    this.loop.step(12);
    bench.checkEvents();
    return cycles;
  }
}

/** Whether two commands may not overlap where they are carried out, from the rules of the document. A core of -1 is the DMA. */
function conflict(a: Flight, b: Flight): boolean {
  const meet = (mask: number): boolean =>
    (((a.command.writes & (b.command.writes | b.command.reads)) | (a.command.reads & b.command.writes)) & mask) !== 0;
  return meet(0xff000000) || ((a.core === b.core || a.core < 0 || b.core < 0) && meet(0x00ffffff));
}

function randomProgram(random: Random, cores: number, length: number, density: number): Required<Command>[] {
  const mask = (): number => {
    let bits = 0;
    for (let b = 0; b < 32; b++) if (random.bool(density)) bits |= 1 << b;
    return bits >>> 0;
  };
  const coreOps = [ops.MOVE, ops.GEMM, ops.CMBUILD, ops.KBUILD, ops.EPRED, ops.TOPK, ops.SFU];
  const commands = Array.from({ length }, (): Command => {
    const op = random.bool(0.04) ? ops.FENCE : random.bool(0.15) ? random.pick([ops.LD, ops.ST]) : random.pick(coreOps);
    const own = Object.fromEntries(commandFields.map(({ name, width }) => [name, Number(random.bits(width))]));
    const all = random.bool(0.2) ? 1 : 0;
    return { ...own, op, all, core: random.below(cores), reads: mask(), writes: mask() };
  });
  return [...commands, { op: ops.HALT }].map((c) => decodeCommand(encodeCommand(c)) as Required<Command>);
}

/** Everything was carried out once, in order a unit, and nothing overlapped that may not. */
function checkOrder({ flights, program, options }: DispatchBench): void {
  const copies = (c: Required<Command>): number => (isDma(c.op) ? 1 : c.all === 1 ? options.cores : 1);
  const wanted = program.filter((c) => !waitsForAll(c.op)).reduce((sum, c) => sum + copies(c), 0);
  expect(flights.length).toBe(wanted);
  for (const a of flights) {
    for (const b of flights) {
      if (a.index >= b.index) continue;
      if (conflict(a, b)) expect(b.taken, `${b.index} after ${a.index}`).toBeGreaterThan(a.done);
      const fence = program.findIndex((c, i) => i > a.index && i < b.index && waitsForAll(c.op));
      if (fence >= 0) expect(b.taken).toBeGreaterThan(a.done);
    }
  }
}

async function play(options: Options, program: readonly Required<Command>[]): Promise<DispatchBench> {
  const bench = await PortBench.open(dispatchBench({ cores: options.cores }), options.kind);
  const played = new DispatchBench(bench, options, program);
  played.run();
  return played;
}

describe('dispatcher', () => {
  it.each([
    [1, 0.05, 20],
    [1, 0.3, 6],
    [3, 0.04, 30],
    [4, 0.01, 12],
  ])('keeps the order that the buffers ask for: %i cores, density %f', async (cores, density, longest) => {
    const random = new Random(cores * 100 + longest);
    const played = await play({ cores, longest, seed: 5 }, randomProgram(random, cores, 120, density));
    checkOrder(played);
    expect(played.seen).toMatchObject({ halted: 1, faults: [], refused: [] });
    const inCores = played.flights.filter(({ core }) => core >= 0).length;
    expect(played.records.length + played.seen.lost).toBe(inCores);
    expect(played.waits.hazard).toBeGreaterThan(0);
    played.bench.close();
  });

  it('the same in Verilator', async () => {
    const program = randomProgram(new Random(8), 2, 100, 0.05);
    const played = await play({ cores: 2, longest: 15, seed: 2, kind: 'verilator' }, program);
    checkOrder(played);
    played.bench.close();
  });

  const plain = (fields: Command): Required<Command> => decodeCommand(encodeCommand(fields));

  it('lets units work at the same time, and two commands wait for each', async () => {
    // Four commands for each of five units, nothing in common.
    const five = [ops.MOVE, ops.GEMM, ops.CMBUILD, ops.EPRED, ops.SFU];
    const program = [...Array.from({ length: 20 }, (_, i) => plain({ op: five[i % 5]! })), plain({ op: ops.HALT })];
    const played = await play({ cores: 1, longest: 60, seed: 3 }, program);
    const work = played.units.map(({ busy }) => busy);
    const end = Math.max(...played.flights.map(({ done }) => done));
    expect(work.reduce((a, b) => a + b)).toBeGreaterThan(2.2 * end);
    played.bench.close();
  });

  it('has a command at its unit 3 cycles after the one that it waits for', async () => {
    const chain = Array.from({ length: 12 }, (_, i) => plain({ op: i % 2 ? ops.SFU : ops.MOVE, reads: 1, writes: 1 }));
    const bench = await PortBench.open(dispatchBench({ cores: 1 }));
    const played = new DispatchBench(bench, { cores: 1, longest: 1, seed: 1 }, [...chain, plain({ op: ops.HALT })]);
    played.run();
    const gaps = played.flights.slice(1).map((f, i) => f.taken - played.flights[i]!.done);
    // More where the unit was not ready.
    expect(Math.min(...gaps)).toBe(3);
    expect(Math.max(...gaps)).toBeLessThan(8);
    bench.close();
  });

  it('writes a record of every command, and counts', async () => {
    const program = randomProgram(new Random(21), 2, 60, 0.03);
    const played = await play({ cores: 2, longest: 25, seed: 6 }, program);
    const key = (r: { tag: number; core: number }): number => r.tag * 100 + r.core;
    const records = [...played.records].sort((a, b) => key(a as never) - key(b as never));
    const wanted = played.flights
      .filter(({ core }) => core >= 0)
      .map((f) => {
        const unit = 1 + unitNames.findIndex((name) => f.unit.port.endsWith(name));
        return {
          core: f.core,
          unit,
          tag: 1000 + f.index,
          pc: f.index,
          op: f.command.op,
          start: f.taken - 1,
          end: f.done - 1,
        };
      })
      .sort((a, b) => key(a) - key(b));
    expect(records.map(({ stalled: _, ...rest }) => rest)).toEqual(wanted);
    for (let c = 0; c < 2; c++) {
      unitNames.forEach((_, u) => {
        played.bench.set('select', u + 1);
        played.bench.settle();
        const unit = played.units[5 * c + u]!;
        expect(played.bench.get(`core_${c}_busy_cycles`)).toBe(unit.busy);
        expect(played.bench.get(`core_${c}_stalled_cycles`)).toBe(unit.stalled);
        const stalls = records
          .filter((r) => r['core'] === c && r['unit'] === u + 1)
          .reduce((sum, r) => sum + r['stalled']!, 0);
        expect(stalls).toBe(unit.stalled);
      });
    }
    expect(played.bench.get('dma_counters_busy_cycles')).toBe(played.units.at(-1)!.busy);
    played.bench.close();
  });

  it('says which command was refused, before a command that waits for it can leave', async () => {
    const program = [
      plain({ op: ops.MOVE, writes: 2 }),
      plain({ op: ops.GEMM, reads: 2, writes: 4 }),
      plain({ op: ops.SFU, reads: 4 }),
    ];
    const bench = await PortBench.open(dispatchBench({ cores: 1 }));
    const played = new DispatchBench(bench, { cores: 1, longest: 9, seed: 4, refuses: (i) => i === 1 }, program);
    // What the top does: a register, then stop.
    let stopped = 0;
    played.loop.add({
      drive: () => bench.set('stop', stopped),
      sample: () => (stopped |= bench.get('core_0_refused')),
    });
    played.run();
    expect(played.seen.refused).toEqual([1]);
    expect(played.flights.map(({ index }) => index)).toEqual([0, 1]);
    bench.close();
  });

  it('gives a fault in its turn, and drops what comes while it is stopped', async () => {
    const program = [
      plain({ op: ops.MOVE }),
      { ...plain({ op: ops.GEMM }), fault: faults.badOperation },
      plain({ op: ops.SFU }),
    ];
    const bench = await PortBench.open(dispatchBench({ cores: 2 }));
    const played = new DispatchBench(bench, { cores: 2, longest: 9, seed: 4 }, program);
    let stopped = 0;
    played.loop.add({
      drive: () => bench.set('stop', stopped),
      sample: () => (stopped |= bench.get('fault_enable')),
    });
    played.run();
    expect(played.seen.faults).toEqual([faults.badOperation, 1]);
    expect(played.flights.map(({ index }) => index)).toEqual([0]);
    bench.close();
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(dispatchBench({ cores: 2 }));
    await cleanVerilog(dispatcher({ cores: 32 }));
  });
});
