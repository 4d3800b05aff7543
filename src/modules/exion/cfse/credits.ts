// SPDX-License-Identifier: Apache-2.0
import type { Bool } from '../../../dsl/index.ts';
import { type ModuleBuilder, type Signal, UInt } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';

type Bit = Signal<typeof Bool>;

/**
 * Places of a queue that are neither filled nor promised, a register: `take` promises one in this cycle, each of `give` that is up gives one
 * back. `free`: there is one. `all`: nothing is promised or filled.
 */
export function credits(m: ModuleBuilder, depth: number, take: Bit, give: readonly Bit[]): { free: Bit; all: Bit } {
  const { room } = m.regs({ room: UInt(bitsFor(depth)).init(depth) });
  const given = give.reduce<Signal>((sum, each) => sum.addWrap(each.resize(room.width)), room);
  room.next(given.subWrap(take.resize(room.width)));
  m.assert('promise_has_room', take.not().or(room.ne(0)), 'a place is promised although there is none');
  m.assert('room_in_range', room.le(depth), 'more places were given back than taken');
  return { free: room.ne(0), all: room.eq(depth) };
}
