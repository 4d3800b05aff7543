// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, UInt } from '../../src/dsl/index.ts';
import { roundRobinArbiter } from '../../src/modules/lib/round-robin-arbiter.ts';
import { startedByReset } from './reset-first.ts';

/**
 * Fairness: whoever requests, and keeps requesting, sees at most N - 1 grants go to others. `who` is any requester: an input that
 * keeps its first value. Besides: at most one grant, only to who requests, and one whenever somebody does.
 */
export function arbiterHarness(requesters: number): BlockCall {
  const count = UInt(BigInt(requesters).toString(2).length);
  return block('arbiter_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      request: input(UInt(requesters)),
      accept: input(Bool),
      who: input(UInt(requesters), 'one-hot and constant'),
    });
    startedByReset(m);
    const { dut } = m.instances({ dut: roundRobinArbiter({ requesters, index: false }) });
    dut.request.assign(io.request);
    dut.accept.assign(io.accept);
    const { before, running } = m.regs({ before: UInt(requesters).init(0), running: Bool.init(0) });
    before.next(io.who);
    running.next(1);
    m.assume('who_is_one', io.who.ne(0).and(io.who.and(io.who.subWrap(1)).eq(0)));
    m.assume('who_stays', running.not().or(io.who.eq(before)));
    const { asks, gets, moves } = m.nets({
      asks: io.request.and(io.who).orR(),
      gets: dut.grant.and(io.who).orR(),
      moves: io.accept.and(io.request.orR()),
    });
    const { waited } = m.regs({ waited: count.init(0) });
    m.when(asks.not().or(moves.and(gets)), () => waited.next(0)).elsewhen(moves, () => waited.next(waited.addWrap(1)));
    m.assert('waits_at_most_for_the_others', waited.lt(requesters));
    m.assert('one_grant', dut.grant.and(dut.grant.subWrap(1)).eq(0));
    m.assert('grants_who_asks', dut.grant.and(io.request.not()).eq(0));
    m.assert('always_grants', dut.grant.orR().eq(io.request.orR()));
  })({});
}
