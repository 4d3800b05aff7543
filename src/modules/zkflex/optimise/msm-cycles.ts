// SPDX-License-Identifier: Apache-2.0
import { programs, type ProgramName } from '../ec/programs.ts';
import { schedule } from '../ec/schedule.ts';

/** What computes. */
export interface MsmMachine {
  readonly engines: number;
  /** Lanes of an engine in the mode. */
  readonly lanes: number;
  /** Seats of a lane: a rotation has three cycles for each. */
  readonly seats: number;
  /** Buckets that are looked through when they are drained. */
  readonly keys: number;
  /** The curve has a = 0. */
  readonly aIsZero: boolean;
}

/** What one pass has to do. */
export interface MsmWork {
  readonly c: number;
  readonly first: number;
  readonly count: number;
  readonly elements: number;
  readonly nonZero: number;
  /** Digits of the pass that are not 0, and buckets that get one. */
  readonly arrivals: number;
  readonly buckets: number;
  readonly accumulates: boolean;
}

const turns = (name: ProgramName): number => schedule(programs[name]).turns.length;

/** From a request to its answer, beside the turns: loading, unloading, and the way there and back. */
const wayIn = 38;

/** Trees of different buckets, and levels of one tree, overlap by this part of a level. */
const overlap = 0.85;

/** A machine as the formulas see it. */
interface Rates {
  /** From an operation to its result. */
  readonly latency: (name: ProgramName) => number;
  /** From one operation to the next on all lanes. */
  readonly interval: (name: ProgramName) => number;
}

/**
 * Additions of bucket points: trees of m points, whose leaves are affine sums. A level takes its additions at the rate of the lanes, but at least the latency of one.
 * The last result is that of the longest bucket; where buckets are several, one has some deviations more than the mean.
 */
function treeCycles({ latency, interval }: Rates, arrivals: number, buckets: number): number {
  let left = arrivals - buckets;
  if (left <= 0) return 0;
  const mean = arrivals / buckets;
  const longest = buckets > 1 ? mean + 4.5 * Math.sqrt(mean) : mean;
  const depth = Math.log2(longest);
  let cycles = 0;
  for (let level = 0; level < depth; level++) {
    const name = level === 0 ? 'affineSum' : 'fullSum';
    const additions = Math.min(left, arrivals / 2 ** (level + 1));
    cycles += Math.min(1, depth - level) * Math.max(latency(name), additions * interval(name));
    left -= additions;
  }
  return Math.max(latency('affineSum'), cycles - overlap * latency('fullSum'));
}

/**
 * Cycles of a pass of MSM, from its command to its result; within 5 % of the hardware where buckets get several points.
 *
 * - Arrivals: the digits, one a cycle, or their additions, whichever is slower.
 * - Window sums: a step a digit; both sums of a window are done before its next step, so a step takes a full addition, or the rate of the lanes when windows are
 *   many. At least the time in which the memory looks through all keys.
 * - Combination: doublings and additions, one after the other.
 */
export function msmCycles(machine: MsmMachine, work: MsmWork): number {
  const { lanes, engines, seats, keys, aIsZero } = machine;
  const { c, first, count, elements, nonZero, arrivals, buckets, accumulates } = work;
  const rotation = 3 * seats;
  const latency = (name: ProgramName): number => turns(name) * rotation + wayIn;
  const interval = (name: ProgramName): number => (3 * turns(name)) / (lanes * engines);

  const digits = elements + nonZero * (first + count - 1);
  const arriving = Math.max(digits, treeCycles({ latency, interval }, arrivals, buckets));

  const steps = 2 ** (c - 1);
  const step = Math.max(latency('fullSum'), 2 * count * interval('fullSum'));
  const summing = arrivals > 0 ? Math.max(keys, steps * step) : keys + 5 * (steps + 1) * count;

  const doubling = c * latency(aIsZero ? 'double' : 'doubleWithA');
  const joints = (arrivals > 0 ? count - 1 : 0) + (accumulates ? 1 : 0);
  return Math.round(arriving + summing + joints * (doubling + latency('fullSum')));
}
