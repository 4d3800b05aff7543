// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt, Vec } from '../../dsl/index.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { fields } from './conmerge.fields.ts';

export const PendingListParams = z
  .strictObject({ blocks: fields.blocks.min(2), tries: fields.tries })
  .refine((p) => p.tries <= p.blocks, { path: ['tries'], error: 'a list of that capacity has not so many places' });

/**
 * The list "pend" of paper 3.3: blocks 0, 1, ... in order, taken from the front or from one of the TRIES last places.
 *
 * As removals happen at the two ends only, the list is a run of numbers `first .. last` followed by a window of the TRIES last
 * entries (window 0 is the last of the list), so it takes TRIES + 2 numbers whatever its length. With at most TRIES
 * entries all are in the window. Every output is a function of registers and `turn`; the `After` outputs look one operation ahead,
 * because the block memory needs its address one cycle before the block is used.
 *
 * Law: push appends block number `size` (the list must not have been popped since it was empty); pop takes the front; remove takes
 * place last - turn. One operation a cycle; latency 1 for `size`, the look-ahead outputs are there in the same cycle. Reset: empty.
 */
export const pendingList = block(
  'pending_list',
  PendingListParams,
  (m, p) => {
    const index = UInt(clog2(p.blocks));
    const count = UInt(bitsFor(p.blocks));
    const io = m.ports({
      push: input(Bool, 'append block number size'),
      pop: input(Bool, 'take the front'),
      remove: input(Bool, 'take place last - turn'),
      turn: input(UInt(clog2(p.tries)), 'place in question, counted from the end'),
      size: output(count, 'entries'),
      front: output(index, 'first entry'),
      front_after_pop: output(index, 'first entry when the front is taken now'),
      front_after_remove: output(index, 'first entry when place last - turn is taken now'),
      last: output(index, 'last entry'),
      last_after_remove: output(index, 'last entry when place last - turn is taken now'),
      next_try: output(index, 'entry at place last - turn - 1'),
    });
    const { entries } = m.regs({ entries: count.init(0) });
    const { run_first: first, run_last: last } = m.regs({ run_first: index, run_last: index });
    const window = [...m.regs({ window: Vec(p.tries, index) }).window];

    // Entries from place `turn` on move up by one; the run gives its last number to the window.
    const removed = window.map((entry, i) => io.turn.gt(i).mux(entry, window[i + 1] ?? last));

    m.when(io.push, () => {
      entries.next(entries.addWrap(1));
      first.next(0);
      window.forEach((entry, i) => entry.next(window[i - 1] ?? entries.trunc(index.width)));
      last.next(window.at(-1)!);
    })
      .elsewhen(io.pop, () => {
        entries.next(entries.subWrap(1));
        first.next(first.addWrap(1));
      })
      .elsewhen(io.remove, () => {
        entries.next(entries.subWrap(1));
        window.forEach((entry, i) => entry.next(removed[i]!));
        last.next(last.subWrap(1));
      });

    // Beyond the window the choice is the start of the run: a list that is longer than the window starts there.
    io.size.assign(entries);
    io.front.assign(entries.subWrap(1).pick([...window, first]));
    io.front_after_pop.assign(entries.subWrap(2).pick([...window, first.addWrap(1)]));
    io.front_after_remove.assign(entries.subWrap(2).pick([...removed, first]));
    io.last.assign(window[0]!);
    io.last_after_remove.assign(removed[0]!);
    io.next_try.assign(io.turn.pick([...window.slice(1), window.at(-1)!]));

    m.assert('one_operation', io.push.and(io.pop).or(io.push.and(io.remove)).or(io.pop.and(io.remove)).not());
    m.assert('not_empty', io.pop.or(io.remove).not().or(entries.ne(0)), 'an entry is taken from an empty list');
    const place = io.turn.resize(entries.width);
    m.assert('in_list', io.remove.not().or(place.lt(entries)), 'turn names a place before the front');
    return io;
  },
  { doc: 'Pending blocks of ConMerge: front and the TRIES last places of a list, with look-ahead.' },
);
