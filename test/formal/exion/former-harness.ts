// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  type BlockCall,
  Bool,
  input,
  type ModuleBuilder,
  type Signal,
  UInt,
  Vec,
} from '../../../src/dsl/index.ts';
import { blockFormer } from '../../../src/modules/exion/block-former.ts';
import { colourFormer } from '../../../src/modules/exion/colour-former.ts';
import { type Placement, subBanks } from '../../../src/modules/exion/core.params.ts';
import { laneFormer } from '../../../src/modules/exion/lane-former.ts';
import { join } from '../../../src/modules/lib/join.ts';
import { clog2 } from '../../../src/modules/lib/widths.ts';
import { startedByReset } from '../reset-first.ts';

type Bit = Signal<typeof Bool>;

/** Columns that a unit may have are counted in so many bits. */
const COUNT = 4;

/**
 * Units of arbitrary groups go through a block former. Column (`beat`, `lane`), constant but arbitrary, is kept once a unit or not at all; if it
 * is, its bits and its id are in one lane of one block of the unit, at the place that its number among the kept columns says (free
 * placement: number mod C of block number / C; lane: its own lane, block = number among those of its lane; colour: likewise among the columns and
 * the blocks of its sub-bank). No other lane has its id, no other column comes of nothing, and the last block is marked.
 */
export function formerHarness(placement: Placement, rows: number, cols: number, beats: number): BlockCall {
  const lane = UInt(clog2(cols));
  const beat = UInt(clog2(beats));
  const count = UInt(COUNT);
  const idWidth = lane.width + beat.width;
  return block('former_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      offers: input(Bool, 'a group comes'),
      columns: input(Vec(cols, UInt(rows))),
      take: input(UInt(cols)),
      at: input(beat, 'beat of the group'),
      ends: input(Bool, 'the unit ends'),
      ready: input(Bool, 'the block is taken'),
      beat: input(beat, 'constant, as is the next'),
      lane: input(lane),
    });
    startedByReset(m);
    const { former } = m.instances(formerOf(placement, { rows, cols, beats, idWidth }));
    const { running, chosen } = m.regs({ running: Bool.init(0), chosen: UInt(lane.width + beat.width) });
    const now = io.beat.concat(io.lane);
    running.next(1);
    chosen.next(now);
    m.assume('constant_choice', running.not().or(now.eq(chosen)));
    if (cols < 2 ** lane.width) m.assume('lane_exists', io.lane.lt(cols));
    if (beats < 2 ** beat.width) m.assume('beat_exists', io.at.lt(beats));

    // Kept columns have a bit; an item that is not taken stays; the beats of a unit have distinct columns.
    const payload = {
      columns: [...io.columns],
      take: io.take,
      beat: io.at,
      last: io.ends,
      merge: 1,
      relocate: 1,
    } as const;
    former.group.offer(io.offers, payload);
    const { waits, waiting } = m.regs({ waits: Bool.init(0), waiting: UInt(cols * rows + cols + beat.width + 1) });
    const item = join<Signal>(
      io.take,
      [...io.columns].flatMap((c) => c.toBits()),
    ).concat(io.take, io.at, io.ends);
    waits.next(io.offers.and(former.group.ready.not()));
    waiting.next(item);
    m.assume('group_stays', waits.not().or(io.offers.and(item.eq(waiting))));
    m.assume('end_takes_nothing', io.ends.not().or(io.take.eq(0)));
    [...io.columns].forEach((column, j) => m.assume(`kept_has_a_bit_${j}`, io.take.bit(j).not().or(column.ne(0))));

    const { seen, number, bits, taken } = m.regs({
      seen: Bool.init(0),
      number: count,
      bits: UInt(rows),
      taken: count.init(0),
    });
    const fires = former.group.fire;
    const isTaken = fires.and(io.at.eq(io.beat)).and(io.lane.pick(io.take.toBits()));
    m.assume('unit_fits', taken.le(cols * beats));
    const own = (mask: (j: number) => Signal): Signal =>
      io.take.toBits().reduce<Signal>((sum, bit, j) => sum.addWrap(bit.and(mask(j)).resize(COUNT)), m.lit(0, count));
    // Columns before the chosen one: free placement counts all, lane placement those of the lane, colour placement those of the lane in the
    // sub-bank, which is the number of the beat modulo 4.
    const bank = (of: Signal): Signal => of.resize(Math.max(beat.width, clog2(subBanks))).low(clog2(subBanks));
    const isOwnBank = (of: Signal): Bit => (placement === 'colour' ? of.eq(bank(io.beat)) : m.lit(1, Bool));
    const counts = (j: number): Signal =>
      placement === 'free' ? m.lit(1, Bool) : io.lane.eq(j).and(isOwnBank(bank(io.at)));
    const before = placement === 'free' ? own((j) => io.lane.gt(j)) : m.lit(0, count);
    // With lane placement the next unit may come while the last block of this one is offered; the column waits until it has left.
    const leaving = placement === 'lane' ? leavingUnit(m, former, fires.and(io.ends)) : m.lit(0, Bool);
    m.assume('column_of_this_unit', leaving.and(isTaken).not());
    if (placement === 'lane') laneCounts(m, io.take, fires, io.ends, beats);
    if (placement === 'colour') distinctBeats(m, io.take, io.at, fires, io.ends, beats);
    m.when(fires, () => {
      taken.next(io.ends.mux(m.lit(0, count), taken.addWrap(own(counts))));
    });
    // With free placement a column can leave in the cycle in which it comes.
    const comes = io.offers.and(io.at.eq(io.beat)).and(io.lane.pick(io.take.toBits()));
    m.assume('kept_once', comes.not().or(seen.not()));
    const { there, place, content } = m.nets({
      there: placement === 'free' ? seen.or(comes) : seen,
      place: seen.mux(number, taken.addWrap(before)),
      content: seen.mux(bits, io.lane.pick([...io.columns])),
    });
    m.when(isTaken, () => {
      number.next(place);
      bits.next(content);
    });

    const { block: blockNumber, done } = m.regs({ block: count.init(0), done: Bool.init(0) });
    const { blk } = former;
    blk.ready.assign(io.ready);
    const id = io.beat.concat(io.lane);
    const hits = Array.from({ length: cols }, (_, j) => {
      const column = join<Signal>(
        io.take,
        blk.payload.rows.map((row) => row.bit(j)),
      );
      return { column, hit: column.ne(0).and(blk.payload.ids.at(j).eq(id)) };
    });
    const expectedBlock = placement === 'free' ? place.high(COUNT - lane.width) : place;
    const expectedLane = placement === 'free' ? place.low(lane.width) : io.lane;
    const { in_bank: inBank } = m.nets({ in_bank: isOwnBank(blk.payload.colour) });
    const isHere = there.and(done.not()).and(inBank).and(expectedBlock.resize(COUNT).eq(blockNumber));
    m.when(blk.valid, () => {
      hits.forEach(({ column, hit }, j) => {
        const here = isHere.and(expectedLane.eq(j));
        m.assert(`only_its_place_${j}`, hit.eq(here), 'a column is lost, doubled or in another place');
        m.assert(`its_bits_${j}`, here.not().or(column.eq(content)), 'a column has changed');
      });
    });
    m.when(isTaken, () => seen.next(1));
    m.when(blk.fire, () => {
      blockNumber.next(blk.payload.last.mux(m.lit(0, count), blockNumber.addWrap(inBank.resize(COUNT))));
      m.when(isHere, () => done.next(1));
      m.when(blk.payload.last, () => {
        m.assert('all_is_out', seen.not().or(done).or(isHere), 'a unit ends before its column has left');
        seen.next(0);
        done.next(0);
      });
    });
    m.when(former.empty, () =>
      m.assert('empty_is_empty', seen.not().or(leaving), 'a unit with a column counts as empty'),
    );
  })({});
}

type FormerShape = { readonly rows: number; readonly cols: number; readonly beats: number; readonly idWidth: number };

type View = {
  readonly blk: { readonly fire: Bit; readonly payload: { readonly last: Bit } };
  readonly empty: Bit;
};

function formerOf(placement: Placement, shape: FormerShape) {
  // All have the same ports but for `busy`, which is not looked at.
  if (placement === 'free') return { former: blockFormer(shape) };
  const call = placement === 'lane' ? laneFormer({ ...shape, depth: shape.beats }) : colourFormer(shape);
  return { former: call as unknown as ReturnType<typeof blockFormer> };
}

/** No lane is asked for more columns than its capacity. */
function laneCounts(m: ModuleBuilder, take: Signal, fires: Bit, ends: Bit, beats: number): void {
  take.toBits().forEach((bit, j) => {
    const name = `lane_count_${j}`;
    const { [name]: kept } = m.regs({ [name]: UInt(COUNT).init(0) });
    m.assume(`lane_has_room_${j}`, fires.and(bit).not().or(kept!.lt(beats)));
    m.when(fires, () => kept!.next(ends.mux(m.lit(0, UInt(COUNT)), kept!.addWrap(bit.resize(COUNT)))));
  });
}

/** A unit has a column once, so no sub-bank gets more of a lane than it has room for. */
function distinctBeats(m: ModuleBuilder, take: Signal, at: Signal, fires: Bit, ends: Bit, beats: number): void {
  for (let beat = 0; beat < beats; beat++) {
    const name = `taken_of_${beat}`;
    const { [name]: taken } = m.regs({ [name]: UInt(take.width).init(0) });
    const now = take.and(at.eq(beat).replicate(take.width));
    m.assume(`once_${beat}`, fires.not().or(now.and(taken!).eq(0)));
    m.when(fires, () => taken!.next(ends.mux(m.lit(0, UInt(take.width)), taken!.or(now))));
  }
}

/** A unit has ended and not all of its blocks have left; there can be two of them. */
function leavingUnit(m: ModuleBuilder, { blk, empty }: View, ends: Bit): Bit {
  const { leaving } = m.regs({ leaving: UInt(2).init(0) });
  const [more, less] = [ends.and(empty.not()), blk.fire.and(blk.payload.last)];
  leaving.next(leaving.addWrap(more.resize(2)).subWrap(less.resize(2)));
  return leaving.ne(0);
}
