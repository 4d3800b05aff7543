// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, memory, type ModuleBuilder, type Ports, type Signal, UInt } from '../../../dsl/index.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { bitAt, bitMask } from './bucket-drain.ts';
import { llbKeyBits } from './llb.params.ts';
import { indexNodeBits, LlbIndexParams, llbIndexPorts, slotBits } from './llb-index.params.ts';

/**
 * Bucket memory that keeps indices of points, not points (LLB-idx of paper 4.3): `arrive` puts indices on the lists of their buckets, and `drain` walks
 * through the buckets and sums each of them in one of A accumulators.
 *
 * - Throughput: one arrival a cycle, whatever the keys; then one bucket of the walk and one addition a cycle, but only one addition at a time in an accumulator: a
 *   bucket of n points takes n - 1 latencies of the adder. It suits when no bucket has more than its share of the points.
 * - `fetch` asks for the points when they are wanted; they lie outside and can serve any number of windows. At most A are asked for and not come.
 * - Sums leave lowest key first, so a long bucket holds those behind it back when A of them are done.
 * - `arrive` is not ready while the memory clears itself after reset (`keys` cycles), while draining, and when `nodes` items have arrived.
 *
 * Memory: `nodes` words of an index and a link, `keys` words of a link, both block RAM; A points in LUT RAM, two copies.
 */
export const llbIndex = block(
  'llb_index',
  LlbIndexParams,
  (m, p) => {
    const io = m.ports(llbIndexPorts(p));
    const lists = describeLists(m, p, io);
    describeAccumulators(m, p, io, lists);
    for (const [name, stream] of Object.entries({ fetch: io.fetch, issue: io.issue, drained: io.drained })) {
      assertStable(m, name, stream as never);
    }
    return io;
  },
  { doc: 'Bucket memory of point indices with accumulators.' },
);

type Io = Ports<ReturnType<typeof llbIndexPorts>>;
type Bit = Signal<typeof Bool>;
type Lists = ReturnType<typeof describeLists>;

/** Heads and nodes: the lists grow while items arrive; the walk takes their heads away. */
function describeLists(m: ModuleBuilder, p: LlbIndexParams, io: Io) {
  const node = UInt(indexNodeBits(p));
  const head = Bundle({ full: Bool, node });
  const place = UInt(clog2(p.keys));
  const { mode } = m.fsms({ mode: ['CLEAR', 'BUILD', 'SUM'] });
  const { count } = m.regs({ count: UInt(bitsFor(p.nodes)).init(0) });
  const { at, walked } = m.regs({ at: place.init(0), walked: Bool.init(0) });
  // An arrival, or a bucket of the walk, whose head has been read.
  const { held, held_key, held_index } = m.regs({
    held: Bool.init(0),
    held_key: UInt(llbKeyBits(p)),
    held_index: UInt(p.indexBits),
  });
  const { moves } = m.wires({ moves: Bool });
  const { heads, nodes } = m.mems({
    heads: memory(head, p.keys, { collision: 'new' }),
    nodes: memory(Bundle({ index: UInt(p.indexBits), last: Bool, node }), p.nodes),
  });

  const { building, summing } = m.nets({ building: mode.is('BUILD'), summing: mode.is('SUM') });
  io.arrive.ready.assign(building.and(count.ne(p.nodes)).and(io.drain.not()));
  const { walks } = m.nets({ walks: summing.and(walked.not()) });
  const address = summing.mux(at, io.arrive.payload.key.low(clog2(p.keys)));
  // A head that is written in this cycle is read as written: arrivals of one bucket follow each other.
  const word = heads.read('head', address, { enable: building.or(moves) });
  m.when(building.or(moves), () => {
    held.next(io.arrive.fire.or(walks));
    held_key.next(summing.mux(at.resize(held_key.width), io.arrive.payload.key));
    held_index.next(io.arrive.payload.index);
  });
  const { joins } = m.nets({ joins: held.and(building) });
  m.when(io.arrive.fire, () => count.next(count.addWrap(1)));
  const number = count.subWrap(1).low(node.width);
  nodes.write(number, { index: held_index, last: word.full.not(), node: word.node }, { enable: joins });
  const { clearing } = m.nets({ clearing: mode.is('CLEAR') });
  heads.write(
    clearing.mux(at, held_key.low(clog2(p.keys))),
    { full: joins, node: number },
    { enable: clearing.or(joins).or(held.and(summing)) },
  );

  const { atEnd } = m.nets({ atEnd: at.eq(p.keys - 1) });
  m.when(clearing.or(walks.and(moves)), () =>
    at.next(atEnd.mux(m.lit(0, place), at.addWrap(place.width === 0 ? 0 : 1))),
  );
  m.when(walks.and(moves).and(atEnd), () => walked.next(1));
  io.idle.assign(building.and(held.not()));
  io.draining.assign(summing);
  return { mode, count, walked, held, held_key, word, moves, nodes, atEnd, summing };
}

/** The accumulators, a ring of slots in the order of the walk, and the steps that they take. */
function describeAccumulators(m: ModuleBuilder, p: LlbIndexParams, io: Io, lists: Lists): void {
  const A = p.accumulators;
  const slot = UInt(slotBits(p));
  const node = UInt(indexNodeBits(p));
  const flags = UInt(A).init(0);
  const { more, loaded, done } = m.regs({ more: flags, loaded: flags, done: flags });
  const { oldest, newest, used } = m.regs({
    oldest: slot.init(0),
    newest: slot.init(0),
    used: UInt(bitsFor(A)).init(0),
  });
  const { sums, cursors, keys } = m.mems({
    sums: memory(UInt(p.pointBits), A, { style: 'distributed' }),
    cursors: memory(node, A, { style: 'distributed' }),
    keys: memory(UInt(llbKeyBits(p)), A, { style: 'distributed' }),
  });
  const place = (of: Signal): Signal => of.low(clog2(A));
  const after = (of: Signal): Signal => of.eq(A - 1).mux(m.lit(0, slot), of.addWrap(1));
  const { wanting, asked } = m.instances({
    wanting: streamFifo({ width: slot.width, depth: A }),
    asked: streamFifo({ width: slot.width, depth: A }),
  });

  // A step: the node of a slot is read, then the point of its index is asked for.
  const { reads, read_slot } = m.regs({ reads: Bool.init(0), read_slot: slot });
  const { steps } = m.nets({ steps: reads.not().or(io.fetch.ready) });
  const found = lists.nodes.read('node', cursors.readAsync('step', place(wanting.out.payload)), {
    enable: steps.and(wanting.out.valid),
  });
  wanting.out.ready.assign(steps);
  m.when(steps, () => {
    reads.next(wanting.out.valid);
    read_slot.next(wanting.out.payload);
  });
  io.fetch.offer(reads, found.index);
  asked.in.offer(io.fetch.fire, read_slot);

  // A bucket of the walk takes the newest slot.
  const { fetches, adds, loads, fills } = m.wires({ fetches: Bool, adds: Bool, loads: Bool, fills: Bool });
  const { takes } = m.nets({ takes: lists.held.and(lists.summing).and(lists.word.full) });
  fills.assign(takes.and(used.ne(A)).and(io.fetch.fire.not()).and(io.result.valid.not()).and(loads.not()));
  lists.moves.assign(lists.summing.and(takes.not().or(fills)));
  cursors.write(place(fills.mux(newest, read_slot)), fills.mux(lists.word.node, found.node), {
    enable: fills.or(io.fetch.fire),
  });
  keys.write(place(newest), lists.held_key, { enable: fills });

  // A point is the first one of its slot, or is added to what is there.
  const its = asked.out.payload;
  const { isLoaded } = m.nets({ isLoaded: bitAt(loaded, its) });
  fetches.assign(io.fetched.valid.and(asked.out.valid));
  adds.assign(fetches.and(isLoaded));
  loads.assign(fetches.and(isLoaded.not()).and(io.result.valid.not()));
  io.issue.offer(adds, { slot: its, x: io.fetched.payload, y: sums.readAsync('summand', place(its)) });
  const { taken } = m.nets({ taken: io.issue.fire.or(loads) });
  io.fetched.ready.assign(asked.out.valid.and(isLoaded.mux(io.issue.ready, io.result.valid.not())));
  asked.out.ready.assign(taken);
  io.result.ready.assign(1);
  const { lands } = m.nets({ lands: io.result.valid.or(loads) });
  const { landing } = m.nets({ landing: io.result.valid.mux(io.result.payload.slot, its) });
  sums.write(place(landing), io.result.valid.mux(io.result.payload.point, io.fetched.payload), { enable: lands });

  // What has landed goes on with the next node, or is the sum.
  const { goesOn } = m.nets({ goesOn: bitAt(more, landing) });
  wanting.in.offer(fills.or(lands.and(goesOn)), lands.mux(landing, newest));
  const { leaves } = m.nets({ leaves: io.drained.fire });
  const bit = (enable: Bit, of: Signal): Signal => bitMask(enable, of, A).and(enable.replicate(A));
  const asks = bit(io.fetch.fire, read_slot);
  more.next(more.and(asks.not()).or(bit(io.fetch.fire.and(found.last.not()), read_slot)));
  loaded.next(loaded.and(bit(leaves, oldest).not()).or(bit(loads, its)));
  done.next(done.and(bit(leaves, oldest).not()).or(bit(lands.and(goesOn.not()), landing)));
  io.drained.offer(bitAt(done, oldest), {
    key: keys.readAsync('drained', place(oldest)),
    point: sums.readAsync('drained', place(oldest)),
  });
  m.when(leaves, () => oldest.next(after(oldest)));
  m.when(fills, () => newest.next(after(newest)));
  used.next(used.addWrap(fills.resize(used.width)).subWrap(leaves.resize(used.width)));

  const { mode, atEnd, walked, held } = lists;
  mode.states({
    CLEAR: () => m.when(atEnd, () => mode.goto('BUILD')),
    BUILD: () =>
      m.when(io.drain.and(io.idle), () => {
        walked.next(0);
        mode.goto('SUM');
      }),
    SUM: () =>
      m.when(walked.and(held.not()).and(used.eq(0)), () => {
        lists.count.next(0);
        mode.goto('BUILD');
      }),
  });
  m.assert('slots_have_room', wanting.in.stalled.or(asked.in.stalled).not(), 'a slot takes two steps at a time');
  m.assume(
    'result_is_expected',
    io.result.valid.not().or(bitAt(loaded, io.result.payload.slot)),
    'a result without a pair',
  );
}
