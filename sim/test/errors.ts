// SPDX-License-Identifier: Apache-2.0
import type { EngineEvent } from '../../src/sim/engine.ts';
import { describeEvent } from '../protocol/events.ts';

/** The hardware, or a test's expectation of it, is wrong. */
export class SimulationError extends Error {
  override readonly name: string = 'SimulationError';
}

/** A wait that took too long, in cycles. */
export class CycleTimeout extends SimulationError {
  override readonly name = 'CycleTimeout';
}

/** A property of the design failed. */
export class PropertyError extends SimulationError {
  override readonly name = 'PropertyError';
  readonly events: readonly EngineEvent[];

  constructor(events: readonly EngineEvent[]) {
    super(events.map((event) => describeEvent(event)).join('\n'));
    this.events = events;
  }
}

/** What a killed task's wait throws, so that its `finally` blocks run. */
export class TaskKilled extends Error {
  override readonly name = 'TaskKilled';
}
