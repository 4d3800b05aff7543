// SPDX-License-Identifier: Apache-2.0
import type { Engine } from '../src/sim/engine.ts';

/** Something outside of the design that looks at its ports in every cycle, such as a memory or a bus master. */
export interface Participant {
  /** Writes inputs of the design for this cycle, from what was seen in earlier ones. */
  drive(io: Uint32Array): void;
  /** Looks at the settled ports before the clock edge. */
  sample(io: Uint32Array): void;
}

/** Runs an engine cycle by cycle with what is connected to it: drive, settle, sample, edge. */
export class CycleLoop {
  readonly engine: Engine;
  readonly #participants: Participant[] = [];

  constructor(engine: Engine, ...participants: readonly Participant[]) {
    this.engine = engine;
    this.#participants.push(...participants);
  }

  add(participant: Participant): void {
    this.#participants.push(participant);
  }

  step(cycles = 1): void {
    const { engine } = this;
    const participants = this.#participants;
    for (let i = 0; i < cycles; i++) {
      const io = engine.io;
      for (let p = 0; p < participants.length; p++) participants[p]!.drive(io);
      engine.settle();
      const settled = engine.io;
      for (let p = 0; p < participants.length; p++) participants[p]!.sample(settled);
      engine.step();
    }
  }

  /** Steps until the condition holds, which is asked before each cycle; gives the cycles that took. */
  until(condition: () => boolean, maxCycles = 1_000_000, what = 'the condition'): number {
    for (let cycle = 0; cycle < maxCycles; cycle++) {
      if (condition()) return cycle;
      this.step();
    }
    throw new Error(`${what} does not hold after ${maxCycles} cycles (cycle ${this.engine.cycle})`);
  }
}
