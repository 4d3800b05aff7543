// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { CycleLoop, type Participant } from '../../../sim/cycle-loop.ts';
import { Random } from '../../../sim/index.ts';
import { unitNames } from '../../../src/modules/exion/core/dsc.ts';
import { type Command, commandFields } from '../../../src/modules/exion/isa.ts';
import { type UnitName, unitOf } from '../../../src/modules/exion/program/units.ts';
import { dmaFields } from '../../../src/modules/exion/top/dma.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { PortBench } from './top.bench.ts';
import { dispatchBench, units } from './top.dispatch.block.ts';
import { type Flight, StandIn } from './top.dispatch.units.ts';

export interface Options {
  readonly cores: number;
  readonly kind?: EngineKind;
  readonly longest: number;
  readonly seed: number;
  readonly refuses?: (index: number) => boolean;
}

/** Plays a program through the dispatcher, with stand-in units, and keeps what happened. */
export class DispatchBench {
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
    const take = (unit: StandIn, cycle: number): Flight => this.#take(unit, cycle);
    const add = (name: UnitName, core: number, port: string): void => {
      this.units.push(new StandIn(bench, name, core, port, random.fork(port), longest, take, refuses));
    };
    for (let c = 0; c < cores; c++) for (const name of unitNames) add(name, c, `core_${c}_${name}`);
    add('dma', -1, 'dma');
    this.loop = new CycleLoop(bench.engine, ...this.units, this.#source(random.fork('source')));
  }

  /** The first command of a unit that it has not had, which must be the one at its port. */
  #take(unit: StandIn, cycle: number): Flight {
    const { bench } = this;
    const { name, core, port } = unit;
    const had = new Set(this.flights.filter((f) => f.unit === unit).map((f) => f.index));
    const index = this.program.findIndex((c, i) => {
      const mine = unitOf(c.op) === name && (name === 'dma' || c.all === 1 || c.core === core);
      return mine && !had.has(i);
    });
    expect(index, `${port} has nothing to do`).toBeGreaterThanOrEqual(0);
    const command = this.program[index]!;
    for (const field of name === 'dma' ? dmaFields : Object.keys(units[name].fields))
      expect(bench.get(`${port}_cmd_payload_${field}`), `${field} of ${index}`).toBe(command[field as keyof Command]);
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

/** Plays a program to its end. */
export async function play(options: Options, program: readonly Required<Command>[]): Promise<DispatchBench> {
  const bench = await PortBench.open(dispatchBench({ cores: options.cores }), options.kind);
  const played = new DispatchBench(bench, options, program);
  played.run();
  return played;
}
