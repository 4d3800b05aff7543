// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import type { Participant } from '../../../sim/cycle-loop.ts';
import type { Random } from '../../../sim/index.ts';
import type { Command } from '../../../src/modules/exion/isa.ts';
import type { UnitName } from '../../../src/modules/exion/program/units.ts';
import type { PortBench } from './top.bench.ts';

/** A command on its way through a unit. */
export interface Flight {
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
export class StandIn implements Participant {
  current: Flight | null = null;
  #left = 0;
  #cycle = 0;
  busy = 0;
  stalled = 0;
  constructor(
    readonly bench: PortBench,
    readonly name: UnitName,
    /** -1: the DMA. */
    readonly core: number,
    /** The prefix of its ports. */
    readonly port: string,
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
}
