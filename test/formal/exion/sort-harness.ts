// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, type Signal, UInt, Vec } from '../../../src/dsl/index.ts';
import { sortBuffer } from '../../../src/modules/exion/sort-buffer.ts';
import { join } from '../../../src/modules/lib/join.ts';
import { bitsFor, clog2 } from '../../../src/modules/lib/widths.ts';
import { startedByReset } from '../reset-first.ts';

interface SortShape {
  readonly rows: number;
  readonly cols: number;
  readonly bounds: readonly number[];
  readonly columns: number;
}

/**
 * Units of arbitrary columns go through a sort buffer, with any stalls. Column (`beat`, `lane`), constant but arbitrary, comes out once a unit with
 * its bits, or not at all when it is empty or beyond the columns of the unit. The columns of a group are of one class, and the groups of a unit come in
 * the order class descending, then beat ascending. The last group takes nothing, comes after all beats and in the time that the docstring of the
 * buffer says, when nothing stalls.
 */
export function sortHarness(p: SortShape): BlockCall {
  const beats = Math.ceil(p.columns / p.cols);
  const classes = p.bounds.length + 1;
  const beat = UInt(clog2(beats));
  const lane = UInt(clog2(p.cols));
  const count = UInt(bitsFor(p.columns));
  const rank = UInt(bitsFor(classes));
  const mostCycles = classes * beats + 4;
  return block('sort_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      asks: input(Bool, 'a unit comes'),
      columns: input(count, 'its columns'),
      sorts: input(Bool, 'its columns are sorted'),
      offers: input(Bool, 'a beat comes'),
      mask: input(Vec(p.cols, UInt(p.rows))),
      ready: input(Bool, 'the group is taken'),
      beat: input(beat, 'constant, as is the next'),
      lane: input(lane),
    });
    startedByReset(m);
    const { buffer } = m.instances({ buffer: sortBuffer({ ...p, bounds: [...p.bounds] }) });
    const { running, chosen } = m.regs({ running: Bool.init(0), chosen: UInt(beat.width + lane.width) });
    const now = io.beat.concat(io.lane);
    running.next(1);
    chosen.next(now);
    m.assume('constant_choice', running.not().or(now.eq(chosen)));

    buffer.unit.offer(io.asks, { columns: io.columns, merge: 1, relocate: 1, sort: io.sorts });
    buffer.mask.offer(io.offers, [...io.mask]);
    const { group } = buffer;
    group.ready.assign(io.ready);
    const starts = buffer.unit.fire;
    const takes = buffer.mask.fire;
    const ends = group.fire.and(group.payload.last);

    // The next unit may start, but not give a beat, while the last group of this one is offered.
    const { units, at, left, sorted } = m.regs({ units: UInt(2).init(0), at: beat, left: count, sorted: Bool });
    units.next(units.addWrap(starts.resize(2)).subWrap(ends.resize(2)));
    const { through } = m.nets({ through: left.eq(0) });
    m.when(takes, () => {
      at.next(at.addWrap(1));
      left.next(left.gt(p.cols).mux(left.subWrap(p.cols), m.lit(0, count)));
    });
    m.when(starts, () => {
      at.next(0);
      left.next(io.columns);
      sorted.next(io.sorts);
    });
    m.when(takes, () => m.assert('beats_of_units', units.ne(0).and(through.not()), 'more beats than the unit has'));

    const { seen, done, bits } = m.regs({ seen: Bool.init(0), done: Bool.init(0), bits: UInt(p.rows) });
    const content = io.lane.pick([...io.mask]);
    const isTaken = takes
      .and(at.eq(io.beat))
      .and(left.gt(io.lane.resize(count.width)))
      .and(content.ne(0));
    const { take } = group.payload;
    const isOut = io.lane.pick(take.toBits()).and(group.payload.beat.eq(io.beat));
    m.when(group.fire.and(isOut), () => done.next(1));
    m.when(ends, () => {
      seen.next(0);
      done.next(0);
    });
    m.when(isTaken, () => {
      seen.next(1);
      done.next(0);
      bits.next(content);
    });

    // What left before in this unit.
    const {
      some,
      rank_before: rankBefore,
      beat_before: beatBefore,
    } = m.regs({ some: Bool.init(0), rank_before: rank, beat_before: beat });
    const sum = (bits: readonly Signal[], type: typeof rank): Signal =>
      bits.reduce<Signal>((all, bit) => all.addWrap(bit.resize(type.width)), m.lit(0, type));
    const ranks = [...group.payload.columns].map((column) => {
      const ones = sum(column.toBits(), UInt(bitsFor(p.rows)));
      const exceeded = p.bounds.map((bound) => ones.gt(bound));
      return sorted.mux(sum(exceeded, rank), m.lit(classes - 1, rank));
    });
    const highest = ranks.reduce<Signal>((best, each, j) => take.bit(j).mux(each, best), m.lit(0, rank));
    // A group of COND may take nothing.
    const { holds } = m.nets({ holds: take.ne(0) });
    m.when(group.fire.and(holds), () => {
      some.next(1);
      rankBefore.next(highest);
      beatBefore.next(group.payload.beat);
    });
    m.when(ends, () => some.next(0));

    m.when(group.valid, () => {
      m.assert('only_what_came', isOut.not().or(seen.and(done.not())), 'a column is invented or doubled');
      m.assert(
        'with_its_bits',
        isOut.not().or(io.lane.pick([...group.payload.columns]).eq(bits)),
        'a column has changed',
      );
      const one = join<Signal>(
        take,
        ranks.map((each, j) => take.bit(j).not().or(each.eq(highest))),
      );
      m.assert('one_class', one.andR(), 'a group has columns of two classes');
      const isLater = highest.lt(rankBefore).or(highest.eq(rankBefore).and(group.payload.beat.gt(beatBefore)));
      m.assert('in_order', holds.and(some).not().or(isLater), 'a group comes too late');
      m.assert('last_takes_nothing', group.payload.last.and(holds).not());
      m.assert('of_a_unit', units.ne(0));
      m.assert('all_beats', group.payload.last.not().or(units.ne(1)).or(through), 'a unit ends before its beats');
      m.assert('all_is_out', group.payload.last.not().or(seen.eq(done)), 'a unit ends before its column has left');
    });

    const { age } = m.regs({ age: UInt(bitsFor(mostCycles + 1)).init(0) });
    const waits = group.ready.not().or(buffer.mask.ready.and(io.offers.not()));
    m.when(starts, () => age.next(1)).elsewhen(units.ne(0).and(waits.not()), () => age.next(age.addWrap(1)));
    m.assert('in_time', units.eq(0).or(age.le(mostCycles)), 'a unit takes longer than said');
  })({});
}
