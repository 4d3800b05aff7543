// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, type Signal, UInt } from '../../../src/dsl/index.ts';
import { bitsFor } from '../../../src/modules/lib/widths.ts';
import { llb } from '../../../src/modules/zkflex/llb/llb.ts';
import { llbKeyBits } from '../../../src/modules/zkflex/llb/llb.params.ts';
import { startedByReset } from '../reset-first.ts';

/**
 * Any arrivals, any order and delay of sums, any stalls, drains at any time. The memory does not look at points, so it is enough to follow one
 * that is marked: a sum of which it is part is marked too. The mark is in one place at a time, stays in its bucket, is issued or given out only from where it is, and
 * after a drain nothing of it is left inside.
 */
export function llbHarness(pool: number, keys: number): BlockCall {
  const p = { pool, keys, pointBits: 1 };
  const key = UInt(llbKeyBits(p));
  const count = UInt(bitsFor(pool));
  return block('llb_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      arrives: input(Bool),
      arrive_key: input(key),
      arrive_mark: input(Bool),
      returns: input(Bool),
      return_key: input(key),
      return_mark: input(Bool),
      ready: input(UInt(3), 'of issue, spill and drained'),
      drain: input(Bool),
    });
    startedByReset(m);
    const { dut } = m.instances({ dut: llb(p) });
    const { inside, adding, seen } = m.regs({ inside: Bool.init(0), adding: Bool.init(0), seen: Bool.init(0) });
    const { bucket } = m.regs({ bucket: key });
    const flight = Array.from({ length: keys }, (_, k) => {
      const { [`flight_${k}`]: pairs } = m.regs({ [`flight_${k}`]: count.init(0) });
      return pairs!;
    });

    dut.arrive.offer(io.arrives, { key: io.arrive_key, point: io.arrive_mark });
    dut.result.offer(io.returns, { key: io.return_key, point: io.return_mark });
    dut.issue.ready.assign(io.ready.bit(0));
    dut.spill.ready.assign(io.ready.bit(1));
    dut.drained.ready.assign(io.ready.bit(2));
    dut.drain.assign(io.drain);

    const { waited, waited_key, waited_mark } = m.regs({ waited: Bool.init(0), waited_key: key, waited_mark: Bool });
    waited.next(dut.arrive.stalled);
    waited_key.next(io.arrive_key);
    waited_mark.next(io.arrive_mark);
    const same = io.arrive_key.eq(waited_key).and(io.arrive_mark.eq(waited_mark));
    m.assume('arrival_stays', waited.not().or(io.arrives.and(same)));
    m.assume('one_mark', io.arrives.and(io.arrive_mark).and(seen).not());
    m.assume('drains_at_rest', io.drain.not().or(dut.idle.and(io.arrives.not())));
    const returning = io.return_key.pick(flight);
    const isMarked = adding.and(io.return_key.eq(bucket));
    m.assume('returns_what_was_issued', io.returns.not().or(returning.ne(0)));
    m.assume('mark_comes_back', io.return_mark.not().or(isMarked));
    m.assume('mark_comes_back_at_last', io.returns.not().or(returning.ne(1)).or(io.return_mark.eq(isMarked)));
    if (2 ** key.width !== keys) m.assume('keys_exist', io.arrive_key.lt(keys).and(io.return_key.lt(keys)));

    const { issue, spill, drained } = dut;
    const marked = issue.payload.x.or(issue.payload.y);
    const { entering, issuing, leaving } = m.nets({
      entering: dut.arrive.fire.and(io.arrive_mark),
      issuing: issue.fire.and(marked),
      leaving: spill.fire.and(spill.payload.point).or(drained.fire.and(drained.payload.point)),
    });
    const back = dut.result.fire.and(io.return_mark);
    m.when(entering, () => {
      seen.next(1);
      bucket.next(io.arrive_key);
    });
    inside.next(inside.or(entering).or(back).and(issuing.or(leaving).not()));
    adding.next(adding.and(back.not()).or(issuing));
    flight.forEach((pairs, k) => {
      const one = (bit: Signal): Signal => bit.resize(count.width);
      const out = issue.fire.and(issue.payload.key.eq(k));
      const home = dut.result.fire.and(io.return_key.eq(k));
      pairs.next(pairs.addWrap(one(out)).subWrap(one(home)));
    });

    const here = (at: Signal): Signal<typeof Bool> => inside.and(at.eq(bucket));
    m.assert('issues_the_mark_once', issue.valid.not().or(issue.payload.x.and(issue.payload.y).not()));
    m.assert('issues_what_is_inside', issue.valid.and(marked).not().or(here(issue.payload.key)));
    m.assert('spills_what_is_inside', spill.valid.and(spill.payload.point).not().or(here(spill.payload.key)));
    m.assert('drains_what_is_inside', drained.valid.and(drained.payload.point).not().or(here(drained.payload.key)));
    const { was_draining } = m.regs({ was_draining: Bool.init(0) });
    was_draining.next(dut.draining);
    m.assert('drains_everything', was_draining.not().or(dut.draining).or(inside.or(adding).not()));
  })({});
}
