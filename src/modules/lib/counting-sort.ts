// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  Bundle,
  memory,
  type ModuleBuilder,
  type Signal,
  sink,
  type SinkStream,
  source,
  type SourceStream,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import { assertStable } from './stream-laws.ts';
import { bitsFor, clog2 } from './widths.ts';

export const CountingSortParams = z
  .strictObject({
    classes: z.int().min(1).max(4096).describe('Number of classes K. 1: the key has no bits, entries pass through.'),
    capacity: z
      .int()
      .min(1)
      .max(65_536)
      .describe('Most entries of a batch N. 1: every entry is a batch and passes through.'),
    width: z.int().min(0).max(4096).describe('Bits of data beside the key. 0: keys alone are sorted.'),
    order: z.enum(['ascending', 'descending']).default('ascending').describe('Which classes come first.'),
  })
  .refine((p) => p.classes > 1 || p.width > 0, { path: ['width'], message: 'one class without data leaves no entry' });

type Params = z.output<typeof CountingSortParams>;
type Bit = Signal<UIntType<1>>;

type Size = Pick<Params, 'classes' | 'capacity'>;

/** One class or one entry: every order is sorted. */
function isSorted({ classes, capacity }: Size): boolean {
  return classes === 1 || capacity === 1;
}

/** Cycles from the first entry taken to the first one offered, for a batch of `n` without stalls. */
export function countingSortLatency(n: number, p: Size): number {
  return isSorted(p) ? 0 : 2 * n + p.classes + 2;
}

/** Cycles from the first entry of a batch of `n` to the first one of the next, without stalls. */
export function countingSortInterval(n: number, p: Size): number {
  return isSorted(p) ? n : 2 * n + p.classes + 1;
}

const entryType = (p: Params) => Bundle({ key: UInt(clog2(p.classes)), data: UInt(p.width) });
const itemType = (p: Params) => Bundle({ ...entryType(p).fields, last: Bool });

/**
 * Stable counting sort of batches, in two passes: count while loading, then scatter every entry to its final place.
 *
 * Law: a batch ends with `last` or with its N-th entry. It comes out sorted by key, entries of equal keys in order of arrival, `last` on
 * its last entry alone. Keys are below K (assumed). Nothing is lost under any stall pattern; valid and payload come from registers.
 * - Shapes: key clog2(K) bits, data `width` bits. Stores 2 N entries (block RAM from a few hundred bits on) and 2 K counters of
 *   bitsFor(N) bits (LUT RAM).
 * - A batch of n: load n, prefix sums K, scatter n + 1 cycles; it drains while the next one loads. Latency first to first
 *   2n + K + 2, interval 2n + K + 1 cycles, so throughput is a little below half an entry a cycle. After reset it
 *   clears its counters for K cycles before it is ready.
 * - One class or a capacity of 1: nothing to sort; the stream passes through with `last` set at the N-th entry, latency 0, an entry a
 *   cycle, handshakes not registered.
 * - The scatter of a batch waits until the batch before has left the sorted buffer.
 * Source: EXION's sort buffer; D. E. Knuth, The Art of Computer Programming 3, 5.2, algorithm D (distribution counting).
 */
export const countingSort = block(
  'counting_sort',
  CountingSortParams,
  (m, p) => {
    const io = m.ports({
      in: sink(itemType(p), 'entries as they come'),
      out: source(itemType(p), 'entries in order of their classes'),
    });
    if (isSorted(p)) describePassage(m, p, io.in, io.out);
    else describeSort(m, p, io.in, io.out);
    const { key } = io.in.payload;
    if (2 ** key.width > p.classes) {
      m.assume('key_is_a_class', io.in.valid.not().or(key.lt(p.classes)), 'the key is not below the number of classes');
    }
    return io;
  },
  { doc: 'Stable counting sort of batches by class: count, prefix sums, scatter, drain.' },
);

type In = SinkStream<ReturnType<typeof itemType>>;
type Out = SourceStream<ReturnType<typeof itemType>>;

function describePassage(m: ModuleBuilder, p: Params, from: In, to: Out): void {
  const { passed } = m.regs({ passed: UInt(clog2(p.capacity)).init(0) });
  const { key, data } = from.payload;
  const { last } = m.nets({ last: from.payload.last.or(passed.eq(p.capacity - 1)) });
  if (p.capacity > 1) m.when(from.fire, () => passed.next(last.mux(m.lit(0, passed.type), passed.addWrap(1))));
  to.offer(from.valid, { key, data, last });
  from.ready.assign(to.ready);
}

function describeSort(m: ModuleBuilder, p: Params, from: In, to: Out): void {
  const { arrived, sorted, counts, places } = describeMemories(m, p);
  const width = bitsFor(p.capacity);
  const address = (position: Signal): Signal => position.low(clog2(p.capacity));
  const [firstClass, lastClass] = p.order === 'ascending' ? [0, p.classes - 1] : [p.classes - 1, 0];

  const { phase } = m.fsms({ phase: ['CLEAR', 'LOAD', 'PREFIX', 'SCATTER'] });
  const { walk } = m.regs({ walk: UInt(clog2(p.classes)).init(firstClass) });
  const { loaded, fetched, below } = m.regs({
    loaded: UInt(width).init(0),
    fetched: UInt(width).init(0),
    below: UInt(width).init(0),
  });
  const { moving } = m.regs({ moving: Bool.init(0) });

  // The walk over all classes, in the order in which they come out.
  const { walking, walked } = m.nets({
    walking: phase.is('CLEAR').or(phase.is('PREFIX')),
    walked: walk.eq(lastClass),
  });
  const step = p.order === 'ascending' ? walk.addWrap(1) : walk.subWrap(1);
  m.when(walking, () => walk.next(walked.mux(m.lit(firstClass, walk.type), step)));

  // Count while loading. The walk reads each count once and leaves 0 for the next batch.
  from.ready.assign(phase.is('LOAD'));
  const { counting } = m.nets({ counting: walking.mux(walk, from.payload.key) });
  const counted = counts.readAsync('counted', counting);
  const recount = walking.mux(m.lit(0, counted.type), counted.addWrap(1));
  counts.write(counting, recount, { enable: walking.or(from.fire) });
  const { key, data, last } = from.payload;
  arrived.write(address(loaded), { key, data }, { enable: from.fire });

  // Scatter: fetch an entry, then put it where the next one of its class belongs.
  const { drained } = m.wires({ drained: Bool });
  const { fetching } = m.nets({ fetching: phase.is('SCATTER').and(drained).and(fetched.ne(loaded)) });
  moving.next(fetching);
  const moved = arrived.read('moved', address(fetched), { enable: fetching });
  const place = places.readAsync('place', moved.key);
  const isPrefix = phase.is('PREFIX');
  const { placing } = m.nets({ placing: isPrefix.mux(walk, moved.key) });
  places.write(placing, isPrefix.mux(below, place.addWrap(1)), { enable: isPrefix.or(moving) });
  sorted.write(address(place), moved, { enable: moving });
  const { done } = m.nets({ done: moving.and(fetched.eq(loaded)) });

  phase.states({
    CLEAR: () => m.when(walked, () => phase.goto('LOAD')),
    LOAD: () =>
      m.when(from.fire, () => {
        loaded.next(loaded.addWrap(1));
        m.when(last.or(loaded.eq(p.capacity - 1)), () => phase.goto('PREFIX'));
      }),
    PREFIX: () => {
      below.next(below.addWrap(counted));
      m.when(walked, () => phase.goto('SCATTER'));
    },
    SCATTER: () => {
      m.when(fetching, () => fetched.next(fetched.addWrap(1)));
      m.when(done, () => {
        for (const counter of [loaded, fetched, below]) counter.next(0);
        phase.goto('LOAD');
      });
    },
  });
  drained.assign(describeDrain(m, sorted, to, done, loaded));
  assertStable(m, 'out', to);
}

function describeMemories(m: ModuleBuilder, p: Params) {
  const entry = entryType(p);
  const counter = memory(UInt(bitsFor(p.capacity)), p.classes, { style: 'distributed' });
  return m.mems({
    arrived: memory(entry, p.capacity, { comment: 'the batch in order of arrival' }),
    sorted: memory(entry, p.capacity, { comment: 'the batch in its final order' }),
    counts: { ...counter, options: { ...counter.options, comment: 'entries of each class' } },
    places: { ...counter, options: { ...counter.options, comment: 'where the next entry of each class goes' } },
  });
}

/** Sends `length` sorted entries from `start` on; returns whether the buffer may be written again. */
function describeDrain(
  m: ModuleBuilder,
  sorted: ReturnType<typeof describeMemories>['sorted'],
  out: Out,
  start: Bit,
  length: Signal<UIntType>,
): Bit {
  const { left, position } = m.regs({
    left: UInt(length.width).init(0),
    position: UInt(clog2(sorted.spec.depth)).init(0),
  });
  const { offered, closing } = m.regs({ offered: Bool.init(0), closing: Bool });
  const { sending } = m.nets({ sending: left.ne(0).and(offered.not().or(out.ready)) });
  const item = sorted.read('item', position, { enable: sending });
  m.when(sending, () => {
    left.next(left.subWrap(1));
    position.next(position.addWrap(1));
    closing.next(left.eq(1));
  });
  m.when(sending, () => offered.next(1)).elsewhen(out.ready, () => offered.next(0));
  m.when(start, () => {
    left.next(length);
    position.next(0);
  });
  out.offer(offered, { ...item, last: closing });
  return left.eq(0);
}
