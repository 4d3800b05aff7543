// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  Bundle,
  input,
  output,
  pack,
  SInt,
  type Signal,
  UInt,
  unpack,
  Vec,
  widthOf,
} from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { scratchAddressBits, scratchBits, scratchWriter } from '../core.types.ts';
import { SizeParams, writeDepth } from './cfse.types.ts';
import { credits } from './credits.ts';

/**
 * Writes columns of results to a tensor in the scratchpad. Columns of int8 and int16 are gathered until their word is complete or the last
 * column has come, so a word is written once. `promise` reserves a place for a column that comes later; columns come in that order and cannot
 * be held back. A column a cycle; a word is offered one cycle after its last column.
 */
export const columnWriter = block(
  'cfse_column_writer',
  SizeParams,
  (m, p) => {
    const io = m.ports({
      start: input(Bool, 'a command begins'),
      base: input(UInt(scratchAddressBits), 'first word'),
      count: input(UInt(16), 'columns'),
      bytes: input(UInt(2), 'of an element: 0 one, 1 two, 2 four'),
      promise: input(Bool, 'a column is on its way'),
      valid: input(Bool, 'a column is there'),
      column: input(Vec(p.size, SInt(32))),
      write: scratchWriter(p),
      free: output(Bool, 'a column can be promised'),
      empty: output(Bool, 'all that was promised is written'),
    });
    const quarterBits = scratchBits(p) / 4;
    const queued = Bundle({ address: UInt(scratchAddressBits), have: UInt(4), data: UInt(scratchBits(p)) });
    const { address, place, left } = m.regs({ address: UInt(scratchAddressBits), place: UInt(2), left: UInt(16) });
    const { gathered } = m.regs({ gathered: Vec(4, UInt(quarterBits)) });
    const { have } = m.regs({ have: UInt(4) });

    const packed = (bits: number): Signal =>
      join<Signal>(
        left,
        io.column.map((each) => each.asUInt().low(bits)),
      );
    const quarter = (word: Signal, q: number): Signal => word.slice((q + 1) * quarterBits - 1, q * quarterBits);
    const [bytes, halves, words] = [packed(8), packed(16), packed(32)] as [Signal, Signal, Signal];
    const one = place.pick([1, 2, 4, 8].map((each) => m.lit(each, UInt(4))));
    const two = place.bit(0).mux(m.lit(12, UInt(4)), 3);
    const { enters } = m.nets({ enters: io.bytes.pick([one, two, m.lit(15, UInt(4))]) });
    const { is_last } = m.nets({ is_last: left.eq(1) });
    const { completes } = m.nets({ completes: enters.bit(3).or(is_last) });
    const merged = Array.from({ length: 4 }, (_, q) => {
      const entering = io.bytes.pick([bytes, quarter(halves, q % 2), quarter(words, q)]);
      return enters.bit(q).mux(entering, have.bit(q).mux(gathered.at(q), 0));
    });

    const { queue } = m.instances({
      queue: streamFifo({ width: widthOf(queued), depth: writeDepth, storage: 'distributed' }),
    });
    const { sends } = m.nets({ sends: io.valid.and(completes) });
    queue.in.offer(sends, pack({ address, have: have.or(enters), data: join<Signal>(left, merged) }));
    m.assert('word_has_room', sends.not().or(queue.in.ready), 'a word comes that was not promised');
    m.when(io.start, () => {
      address.next(io.base);
      place.next(0);
      left.next(io.count);
      have.next(0);
    }).elsewhen(io.valid, () => {
      merged.forEach((each, q) => gathered.at(q).next(each));
      have.next(completes.mux(m.lit(0, UInt(4)), have.or(enters)));
      place.next(place.addWrap(1));
      left.next(left.subWrap(1));
      m.when(completes, () => address.next(address.addWrap(1)));
    });

    const word = unpack(queue.out.payload, queued);
    const mask = word.have.toBits().map((bit) => bit.replicate(p.size));
    io.write.offer(queue.out.valid, { address: word.address, data: word.data, mask: join<Signal>(left, mask) });
    queue.out.ready.assign(io.write.ready);
    const room = credits(m, writeDepth, io.promise, [io.valid.and(completes.not()), io.write.fire]);
    io.free.assign(room.free);
    io.empty.assign(room.all);
    assertStable(m, 'write', io.write);
    return io;
  },
  { doc: 'Writes columns of results to the scratchpad.' },
);
