// SPDX-License-Identifier: Apache-2.0
export { Dut } from './dut.ts';
export { CycleTimeout, PropertyError, SimulationError } from './errors.ts';
export { show } from './laws.ts';
export { Random } from './random.ts';
export { sameItem, Scoreboard } from './scoreboard.ts';
export { simulate, type SimulateOptions, type SimulationReport } from './simulate.ts';
export { type Stall } from './stall.ts';
export { type Collected, type StreamMoves, type StreamsMoved } from './streams.ts';
export { type Task } from './task.ts';
export { type Driver, type Monitor, type Received } from './transactors.ts';
export { type Trigger } from './triggers.ts';
export { type CompareOptions, compareEngines, type Comparison, type Stimulus } from './compare.ts';
