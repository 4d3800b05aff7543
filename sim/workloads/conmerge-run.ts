// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { counterNames } from '../../src/modules/exion/conmerge.ts';
import type { ConMergeParams } from '../../src/modules/exion/conmerge.params.ts';
import { readWord, type SeenWord, wordItemLength } from '../../src/modules/exion/stream-items.ts';
import { planUnits, type Unit } from '../../src/modules/exion/units.ts';
import type { Engine, EngineEvent, StallPattern } from '../../src/sim/engine.ts';

export type Counters = Record<(typeof counterNames)[number], number>;

export interface RunOptions {
  /** Stall patterns of the command, mask and word streams; none unless said. */
  readonly stalls?: readonly [unit: StallPattern, mask: StallPattern, word: StallPattern];
  readonly maxCycles?: number;
  /** Cycles after the last word, to see that no more come. */
  readonly drain?: number;
}

export interface ConMergeRun {
  /** All words came, in order, and equal the golden model's. */
  readonly equal: boolean;
  /** The first word that differs or is missing, -1 if none. */
  readonly firstFault: number;
  readonly words: readonly SeenWord[];
  readonly expected: readonly SeenWord[];
  /** Cycle of each word's transfer, counted from the start of the run. */
  readonly at: readonly number[];
  readonly cycles: number;
  readonly counters: Counters;
  /** Failed assertions and messages. */
  readonly events: readonly EngineEvent[];
}

const free: StallPattern = { kind: 'none' };

/** Holds reset for two cycles; engines start without one. */
export function resetEngine(engine: Engine): void {
  engine.io.fill(0);
  const rst = offsetOf(engine, 'rst');
  engine.io[rst] = 1;
  engine.step(2);
  engine.io[rst] = 0;
  engine.settle();
}

/** Sends units through a compactor (block `conmerge`) and compares every control word with the golden model. */
export function runConMerge(
  engine: Engine,
  p: ConMergeParams,
  units: readonly Unit[],
  options: RunOptions = {},
): ConMergeRun {
  const plan = planUnits(units, p);
  const [unit, mask, word] = options.stalls ?? [free, free, free];
  const { expected } = plan;
  const result = engine.runStreams({
    drivers: [
      { stream: 'unit', items: plan.unitItems, count: units.length, stall: unit },
      { stream: 'mask', items: plan.maskItems, count: plan.beats, stall: mask },
    ],
    monitors: [{ stream: 'word', count: expected.length, stall: word }],
    maxCycles: options.maxCycles ?? 1_000_000,
    drain: options.drain ?? 8,
  });
  const { items, count, at } = result.received[0]!;
  const length = wordItemLength(p);
  const words = Array.from({ length: count }, (_, i) => readWord(items.subarray(i * length, (i + 1) * length), p));
  const most = Math.max(words.length, expected.length);
  const firstFault = Array.from({ length: most }, (_, i) => i).find((i) => !isDeepStrictEqual(words[i], expected[i]));
  engine.settle();
  return {
    equal: result.complete && firstFault === undefined,
    firstFault: firstFault ?? -1,
    words,
    expected,
    at: [...at.subarray(0, count)],
    cycles: result.cycles,
    counters: readCounters(engine),
    events: engine.takeEvents(),
  };
}

export function readCounters(engine: Engine): Counters {
  const { io } = engine;
  return Object.fromEntries(counterNames.map((name) => [name, io[offsetOf(engine, name)]!])) as Counters;
}

function offsetOf(engine: Engine, name: string): number {
  const port = engine.ports.find((each) => each.name === name);
  if (port === undefined) throw new Error(`the design has no port ${name}: expected the block conmerge`);
  return port.offset;
}
