// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, type ModuleBuilder, output, type Signal, UInt } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';
import { modes } from '../tcore.params.ts';
import { isStaged, jobType, positionType, rowBits } from './job.types.ts';
import { nttWalk } from './walk.ts';
import { butterflies, NttParams, pairsInFlight, waitingPerLane } from './ntt.params.ts';
import { log2Bits } from './ntt.types.ts';
import { bankOf } from './place.ts';

type Bit = Signal<typeof Bool>;

/** Operations that may wait for lanes, by mode. */
const limits = modes.map(({ lanes }) => Math.max(2, lanes) * waitingPerLane);

/**
 * Reads the groups of a job in order, one a cycle, as long as their elements are there and the queues of the lanes have room.
 *
 * A group of a later stage waits until the groups are finished from which its elements come: those up to number g | 2^(P-2) | 1 of the stage before
 * it, P the greater of both pair bits. A counter of finished groups tells. Powers wait for the whole stage before. A pair of vectors is read row by
 * row: the first one, then the second.
 *
 * T0 decision; the outputs are at T1.
 */
export const nttIssue = block(
  'ntt_issue',
  NttParams,
  (m, p) => {
    const io = m.ports({
      start: input(Bool),
      job: input(jobType(p), 'holds from `start` on'),
      mode: input(UInt(2)),
      taken: input(UInt(3), 'operations that lanes took'),
      finished: input(Bool, 'a pair is in memory when the next cycle reads'),
      read: output(Bool, 'T1: a group is read'),
      at: output(positionType(p), 'T1'),
      row: output(UInt(rowBits(p)), 'T1: of slot u0'),
      bank: output(UInt(2), 'T1: of slot u0'),
      complete: output(Bool, 'all pairs of the job are finished'),
    });
    const { job } = io;
    const { staged, uses_lanes: usesLanes } = m.nets({ staged: isStaged(job), uses_lanes: isStaged(job).or(job.mul) });
    const { walk } = m.instances({ walk: nttWalk(p) });
    walk.start.assign(io.start);
    m.drive(walk.job, job);
    walk.halves.assign(staged.not());
    const { at } = walk;

    // Of a row with one or two elements only the second reading makes a pair.
    const { makes_pair: makesPair } = m.nets({
      makes_pair: staged.or(at.half).or(job.mask.high(job.mask.width - 1).ne(0)),
    });
    const { flying, waiting } = m.regs({
      flying: UInt(bitsFor(pairsInFlight(p))).init(0),
      waiting: UInt(bitsFor(Math.max(...limits))).init(0),
    });
    const ready = describeFinished(m, p, io, at, walk.reach, flying.eq(0));
    const limit = io.mode.pick(limits.map((most) => m.lit(most - butterflies, UInt(waiting.width))));
    const { issue } = m.nets({
      issue: walk.over.not().and(io.start.not()).and(ready).and(waiting.le(limit)),
    });
    walk.step.assign(issue);

    const pair = issue.and(makesPair);
    flying.next(flying.addWrap(pair.resize(flying.width)).subWrap(io.finished.resize(flying.width)));
    const more = pair.and(usesLanes).mux(m.lit(butterflies, UInt(waiting.width)), 0);
    waiting.next(waiting.addWrap(more).subWrap(io.taken.resize(waiting.width)));
    m.assert('pairs_in_flight', flying.le(pairsInFlight(p)));
    m.assert('finished_was_in_flight', io.finished.not().or(flying.ne(0)));
    io.complete.assign(walk.over.and(flying.eq(0)));

    const { reads: read } = m.regs({ reads: Bool.init(0) });
    const { position } = m.regs({ position: positionType(p) });
    const { row_1: row, bank_1: bank } = m.regs({ row_1: UInt(rowBits(p)), bank_1: UInt(2) });
    const isLater = at.stage.ne(0);
    const base = staged.mux(isLater.mux(job.dst, job.src), at.half.mux(job.second, job.src));
    const address = base.or(at.index);
    read.next(issue);
    m.when(issue, () => {
      m.drive(position, at);
      row.next(address.high(rowBits(p)));
      bank.next(bankOf(address));
    });
    io.read.assign(read);
    m.drive(io.at, position);
    io.row.assign(row);
    io.bank.assign(bank);
    return io;
  },
  { doc: 'Reads the groups of a transform as soon as they are complete.' },
);

/** One bit: the elements of the next group are in memory. */
function describeFinished(
  m: ModuleBuilder,
  p: NttParams,
  io: { readonly start: Bit; readonly finished: Bit; readonly job: { readonly mask: Signal; readonly powers: Bit } },
  at: { readonly stage: Signal; readonly group: Signal },
  reach: Signal,
  none: Bit,
): Bit {
  const group = UInt(rowBits(p));
  const { done_stage: stage, done_group: done } = m.regs({ done_stage: UInt(log2Bits), done_group: group });
  m.when(io.start, () => {
    stage.next(0);
    done.next(0);
  }).elsewhen(io.finished, () => {
    const ends = done.eq(io.job.mask.high(group.width));
    done.next(ends.mux(0, done.addWrap(1)));
    m.when(ends, () => stage.next(stage.addWrap(1)));
  });
  const { needed } = m.nets({ needed: at.group.or(reach).or(reach.ne(0).resize(group.width)) });
  const { is_there: isThere, waits_for_all: waitsForAll } = m.nets({
    is_there: stage.ge(at.stage).or(stage.addWrap(1).eq(at.stage).and(done.gt(needed))),
    waits_for_all: at.group.eq(0).and(none.not()),
  });
  return at.stage.eq(0).or(io.job.powers.mux(waitsForAll.not(), isThere));
}
