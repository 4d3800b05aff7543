// SPDX-License-Identifier: Apache-2.0
import { signedDigits, windowCount } from '../golden/msm.ts';
import { msmCycles, type MsmMachine } from './msm-cycles.ts';

/** EC optimiser (paper 1, 4.3, 4.5): windows and passes of a multi-scalar multiplication. */

/** What the choice depends on. */
export interface ScalarStatistics {
  readonly count: number;
  readonly nonZero: number;
  /** Bits of the longest scalar: a witness of zeros and ones needs one window, not 32. */
  readonly bits: number;
}

export function statistics(scalars: readonly bigint[]): ScalarStatistics {
  const bits = scalars.reduce((most, scalar) => Math.max(most, scalar === 0n ? 0 : scalar.toString(2).length), 0);
  return { count: scalars.length, nonZero: scalars.filter((scalar) => scalar !== 0n).length, bits: Math.max(1, bits) };
}

export interface EcMachine extends MsmMachine {
  /** Largest c, most windows of a pass. */
  readonly windowBits: number;
  readonly windows: number;
  readonly pool: number;
  /** A pool of too few nodes spills. */
  readonly spill: boolean;
}

export interface EcPass {
  readonly first: number;
  readonly count: number;
}

export interface EcPlan {
  readonly c: number;
  /** The top windows first; all but the first pass accumulate. */
  readonly passes: readonly EcPass[];
  readonly cycles: number;
  /** W (N_nz + 2^c), the additions of paper 4.5. */
  readonly additions: number;
  /** Which bucket memory suits the digits: lists of points, or lists of indices with accumulators. */
  readonly buckets: 'points' | 'indices';
}

/** Passes of at most `most` windows, of which there are `windows`, as equal as possible. */
function split(windows: number, most: number): EcPass[] {
  const count = Math.ceil(windows / most);
  const ends = Array.from({ length: count + 1 }, (_, i) => Math.round((windows * (count - i)) / count));
  return ends.slice(1).map((first, i) => ({ first, count: ends[i]! - first }));
}

/** Buckets of a window that get one of `items` points, when digits are uniform. */
const occupied = (buckets: number, items: number): number => buckets * (1 - (1 - 1 / buckets) ** items);

/** Plan with windows of c bits; null when one window has more buckets than there are keys. */
function planFor(
  machine: EcMachine,
  { count, nonZero, bits }: ScalarStatistics,
  c: number,
): Omit<EcPlan, 'buckets'> | null {
  const windows = windowCount(bits, c);
  const half = 2 ** (c - 1);
  // The top window has only the bits that are left.
  const topBits = Math.max(0, bits - c * (windows - 1));
  const topBuckets = Math.min(half, 2 ** topBits);
  // Every node may be needed, and one more for the point that comes.
  const nodes = machine.spill ? Infinity : machine.pool - 1;
  const fits = windows * half <= machine.keys && (windows - 1) * half + topBuckets <= nodes;
  const most = Math.min(machine.windows, fits ? windows : Math.floor(Math.min(machine.keys, nodes) / half));
  if (most < 1) return null;
  const passes = split(windows, most);
  // Of uniform digits, one in 2^c is 0.
  const perWindow = nonZero * (1 - 2 ** -c);
  const perTop = nonZero * (1 - 2 ** -Math.min(c, topBits));
  const cycles = passes.map((pass, i) => {
    const whole = i === 0 ? pass.count - 1 : pass.count;
    const arrivals = whole * perWindow + (i === 0 ? perTop : 0);
    const top = i === 0 ? occupied(topBuckets, perTop) : 0;
    const buckets = whole * occupied(half, perWindow) + top;
    return msmCycles(machine, { ...pass, c, elements: count, nonZero, arrivals, buckets, accumulates: i > 0 });
  });
  return { c, passes, cycles: cycles.reduce((sum, each) => sum + each, 0), additions: windows * (nonZero + 2 ** c) };
}

/** The bucket with the most points, of all windows. */
function longestBucket(scalars: readonly bigint[], bits: number, c: number): number {
  const lengths = new Map<string, number>();
  for (const scalar of scalars) {
    signedDigits(scalar, c, windowCount(bits, c)).forEach((digit, window) => {
      const key = `${window} ${Math.abs(digit)}`;
      if (digit !== 0) lengths.set(key, (lengths.get(key) ?? 0) + 1);
    });
  }
  return Math.max(0, ...lengths.values());
}

/**
 * The plan of the fewest predicted cycles among all c. The additions W (N_nz + 2^c) of paper 4.5 alone would choose a c too large: the sums over the buckets of a window
 * follow one another, so on few engines they take the latency of an addition each and not its share of the lanes.
 *
 * Lists of indices need less memory, but the points of a bucket go through one accumulator one after the other: they suit only when no bucket holds more than its share
 * of the points, max(len) < N / A, with A operations in flight (paper 4.3).
 */
export function planMsm(machine: EcMachine, scalars: readonly bigint[]): EcPlan {
  const stats = statistics(scalars);
  const plans = Array.from({ length: machine.windowBits }, (_, i) => planFor(machine, stats, i + 1)).filter(
    (plan) => plan !== null,
  );
  const [first, ...others] = plans;
  if (first === undefined) throw new Error('a window of one bit needs a key and two nodes');
  const best = others.reduce((least, plan) => (plan.cycles < least.cycles ? plan : least), first);
  const inFlight = machine.seats * machine.lanes * machine.engines;
  const isEven = longestBucket(scalars, stats.bits, best.c) < stats.nonZero / inFlight;
  return { ...best, buckets: isEven ? 'indices' : 'points' };
}
