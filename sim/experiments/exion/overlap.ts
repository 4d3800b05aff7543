// SPDX-License-Identifier: Apache-2.0
import { conMergeOf } from '../../../src/modules/exion/cau/cau.types.ts';
import type { ExionCoreParamsInput } from '../../../src/modules/exion/core.params.ts';
import type { Mask } from '../../../src/modules/exion/golden/bitmask.ts';
import { allOn } from '../../../src/modules/exion/stream-items.ts';
import { mergeUnit } from '../../../src/modules/exion/units.ts';
import type { ArrayBench } from './array-bench.ts';
import { CorePair } from './core-pair-bench.ts';
import { StreamedArray } from './streamed-array-bench.ts';

/** Cycles from the `done` of a command to another unit's command that waits for it: the dispatcher of the core. */
const dispatch = 3;

/** Units of work that the array carried out one after the other while their maps were built. */
export interface Overlap {
  /** Share of the cycles from the first GEMM's command to the end of the last in which the array was idle and only the map was missing. */
  readonly share: number;
  /** Mean cycles of a GEMM. */
  readonly array: number;
  /** Mean cycles of a CMBUILD; null where maps come as a stream. */
  readonly building: number | null;
  /** The cycles of all GEMMs are those of the formula. */
  readonly isExact: boolean;
}

/** What builds maps beside the array. */
interface Builder {
  readonly bench: ArrayBench;
  /** Begins with the masks of a run. */
  start(masks: readonly Mask[]): void;
  /** Before each cycle: gives commands that can be given. `ends`: cycles in which GEMMs have ended. */
  advance(ends: readonly number[]): void;
  /** Cycle in which the map of a unit became valid, -1 before, and the buffer that holds it. */
  readyAt(unit: number): number;
  bufferOf(unit: number): number;
  /** Mean cycles a map so far, null where they overlap. */
  building(): number | null;
}

/** The core's way: CMBUILD after CMBUILD, each into the buffer that the array does not read. */
export async function coreBuilder(change: Partial<ExionCoreParamsInput>): Promise<Builder> {
  const bench = await CorePair.create(change);
  let columns: readonly number[] = [];
  let ready: number[] = [];
  let started = 0;
  let spent = 0;
  return {
    bench,
    start(masks) {
      columns = masks.map((mask) => mask.columns);
      [ready, started, spent] = [[], 0, 0];
      masks.forEach((mask, unit) => bench.placeMask(mask, unit * bench.p.columns));
    },
    advance(ends) {
      if (started > ready.length && bench.cau.idle) {
        ready.push(bench.cau.ended);
        spent += bench.cau.cycles;
      }
      const isFree = started < 2 || bench.now >= (ends[started - 2] ?? Infinity) + dispatch;
      if (started === ready.length && started < columns.length && isFree) {
        bench.offerMap(columns[started]!, started * bench.p.columns, started % 2);
        started++;
      }
    },
    readyAt: (unit) => ready[unit] ?? -1,
    bufferOf: (unit) => unit % 2,
    building: () => spent / ready.length,
  };
}

/** The compactor in front of the array. */
export async function streamBuilder(change: Partial<ExionCoreParamsInput>): Promise<Builder> {
  const bench = await StreamedArray.create(change);
  let first = 0;
  return {
    bench,
    start(masks) {
      first = bench.turn;
      bench.send(masks);
    },
    advance(ends) {
      bench.released = ends.length;
    },
    readyAt: (unit) => bench.built[unit] ?? -1,
    bufferOf: (unit) => (first + unit) % 2,
    building: () => null,
  };
}

/** Runs a GEMM of `k` words for each mask as soon as its map is there; operands are those in the memories. Results are compared. */
export function overlap(builder: Builder, masks: readonly Mask[], k: number): Overlap {
  const { bench } = builder;
  const shape = conMergeOf(bench.p);
  const ends: number[] = [];
  let waiting = 0;
  let busy = 0;
  let first = -1;
  let isExact = true;
  const step = (): void => {
    builder.advance(ends);
    bench.cycle();
  };
  builder.start(masks);
  for (const [unit, mask] of masks.entries()) {
    while (builder.readyAt(unit) < 0 || bench.now < builder.readyAt(unit) + dispatch) step();
    if (unit > 0) waiting += bench.now - (ends[unit - 1]! + 1);
    const blocks = mask.columns / bench.p.size;
    const command = { kind: 'osparse', n: blocks, k, dst: 0, srcA: k, srcB: 0, map: builder.bufferOf(unit) } as const;
    bench.offer(command);
    while (!bench.sdue.idle) step();
    if (first < 0) first = bench.sdue.taken;
    ends.push(bench.sdue.ended);
    busy += bench.sdue.cycles;
    const { words } = mergeUnit({ mask, modes: allOn }, shape);
    isExact &&= bench.sdue.cycles === bench.expect(command, { words, chunks: null }).cycles;
  }
  bench.checkOutputs();
  const array = busy / masks.length;
  return { share: waiting / (ends.at(-1)! - first), array, building: builder.building(), isExact };
}
