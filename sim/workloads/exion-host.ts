// SPDX-License-Identifier: Apache-2.0
import { errorNames, topRegisters } from '../../src/modules/exion/top/registers.ts';
import type { ExionTopParamsInput } from '../../src/modules/exion/top/top.params.ts';
import type { Engine } from '../../src/sim/engine.ts';
import { Axi4Memory, type Axi4MemoryOptions } from '../axi4-memory.ts';
import { AxiLiteMaster } from '../axi-lite-master.ts';
import { CycleLoop } from '../cycle-loop.ts';
import { RegisterAccess } from './register-access.ts';

/** Units by their number in registers and trace. */
export const exionUnits = ['dma', 'loader', 'sdue', 'cau', 'epre', 'cfse'] as const;

/** A command that is through. */
export interface TraceRecord {
  /** Commands that were carried out before it. */
  readonly tag: number;
  /** Its number in the program. */
  readonly pc: number;
  readonly op: number;
  readonly unit: (typeof exionUnits)[number];
  readonly core: number;
  /** Cycles of the run in which the unit took it, and in which it was done. */
  readonly start: number;
  readonly end: number;
  readonly stalled: number;
}

/** How a run has ended. */
export interface RunEnd {
  /** Of the run, as the hardware counts. */
  readonly cycles: number;
  /** Names of the errors; none: the program has come to its HALT. */
  readonly errors: readonly (typeof errorNames)[number][];
  /** Number of the command that failed first, null where none did or it is not known. */
  readonly failed: number | null;
}

/** Software of the design top in a simulation: its memory, its registers, programs. */
export class ExionHost {
  readonly engine: Engine;
  readonly memory: Axi4Memory;
  readonly loop: CycleLoop;
  readonly registers: RegisterAccess;
  readonly #irq: number;
  readonly #reset: number;

  constructor(
    engine: Engine,
    p: Pick<ExionTopParamsInput, 'size' | 'lanes' | 'cores' | 'scratchWords' | 'traceDepth'>,
    memory: Axi4MemoryOptions,
  ) {
    this.engine = engine;
    const at = (name: string): number => engine.ports.find((port) => port.name === name)!.offset;
    [this.#irq, this.#reset] = [at('irq'), at('rst')];
    engine.io.fill(0);
    this.memory = new Axi4Memory(engine, memory);
    this.loop = new CycleLoop(engine, this.memory);
    this.registers = new RegisterAccess(
      new AxiLiteMaster(this.loop, engine),
      topRegisters({ ...p, traceDepth: p.traceDepth ?? 1024 }),
    );
    this.reset();
  }

  /** Resets the design; what its memory was doing is forgotten. */
  reset(): void {
    this.engine.io[this.#reset] = 1;
    this.memory.reset();
    this.engine.step(3);
    this.engine.io[this.#reset] = 0;
    this.engine.takeEvents();
    this.write('interrupt', { done: 1, stopped: 1 });
  }

  read(register: string): Readonly<Record<string, number>> {
    return this.registers.read(register);
  }

  write(register: string, values: Readonly<Record<string, number>>): void {
    this.registers.write(register, values);
  }

  value(register: string): number {
    return this.registers.value(register);
  }

  /** Begins the program at a byte address of the memory. */
  start(entry: number, firstIteration = 0): void {
    this.write('base', { place: entry / 64 });
    this.write('first', { iteration: firstIteration });
    this.write('control', { start: 1 });
  }

  get interrupt(): boolean {
    this.engine.settle();
    return this.engine.io[this.#irq] === 1;
  }

  /** Waits for the interrupt, says how the run has ended, and makes the design ready again. */
  finish(maxCycles = 100_000_000): RunEnd {
    const { engine, loop } = this;
    const irq = this.#irq;
    for (let cycle = 0; engine.io[irq] !== 1; cycle++) {
      if (cycle === maxCycles) throw new Error(`no interrupt after ${maxCycles} cycles`);
      loop.step();
      // Outputs of the cycle that has ended are good enough to wait with.
    }
    const bits = this.read('errors');
    const errors = errorNames.filter((name) => bits[name] === 1);
    const fault = this.read('fault');
    const cycles = this.value('cycles') + this.value('cycles_high') * 2 ** 32;
    if (errors.length > 0) this.write('control', { clear: 1 });
    else this.write('status', { done: 1 });
    const broken = engine.takeEvents().filter(({ kind }) => kind !== 'message');
    if (broken.length > 0) {
      const { name, instance, cycle, text } = broken[0]!;
      throw new Error(`cycle ${cycle}: ${instance} ${name}: ${text}`);
    }
    return { cycles, errors, failed: errors.length > 0 && fault['known'] === 1 ? fault['pc']! : null };
  }

  run(entry: number, firstIteration = 0, maxCycles?: number): RunEnd {
    this.start(entry, firstIteration);
    return this.finish(maxCycles);
  }

  /** Busy and stalled cycles of a unit in the last run. */
  counters(unit: (typeof exionUnits)[number], core = 0): { readonly busy: number; readonly stalled: number } {
    this.write('select', { unit: exionUnits.indexOf(unit), core });
    return { busy: this.value('busy'), stalled: this.value('stalled') };
  }

  /** The records that are still there, oldest first. */
  trace(): TraceRecord[] {
    const depth = 2 ** this.registers.find('trace_index').fields[0]!.width;
    const count = this.value('trace_count');
    return Array.from({ length: Math.min(count, depth) }, (_, i) => {
      this.write('trace_index', { value: (Math.max(0, count - depth) + i) % depth });
      const { op, unit, core } = this.read('trace_place');
      const [tag, pc, start, end, stalled] = ['tag', 'pc', 'start', 'end', 'stalled'].map((n) =>
        this.value(`trace_${n}`),
      );
      return {
        tag: tag!,
        pc: pc!,
        op: op!,
        unit: exionUnits[unit!]!,
        core: core!,
        start: start!,
        end: end!,
        stalled: stalled!,
      };
    });
  }
}
