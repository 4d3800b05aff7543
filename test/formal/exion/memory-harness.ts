// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  type BlockCall,
  Bool,
  input,
  pack,
  type Signal,
  UInt,
  unpack,
  widthOf,
} from '../../../src/dsl/index.ts';
import { mapMemory } from '../../../src/modules/exion/cau/map-memory.ts';
import { conMergeOf } from '../../../src/modules/exion/cau/cau.types.ts';
import { controlWordType } from '../../../src/modules/exion/conmerge.types.ts';
import { ExionCoreParams, exionCorePresets } from '../../../src/modules/exion/core.params.ts';
import { clog2 } from '../../../src/modules/lib/widths.ts';
import { startedByReset } from '../reset-first.ts';

/**
 * CMEM of two words a buffer: word `index` of buffer `of` is what came `index` words after the last `open` of that buffer, whatever is
 * written to the others. A buffer is valid from `close` to `open`, and it counts its words, and those of each number of slots. Word and
 * buffer are constant but arbitrary; of the word one constant bit is looked at.
 */
export function mapMemoryHarness(mapBuffers: number): BlockCall {
  const p = ExionCoreParams.parse({ ...exionCorePresets.tiny, size: 2, slots: 2, columns: 4, bounds: [0], mapBuffers });
  const number = UInt(clog2(mapBuffers));
  const type = controlWordType(conMergeOf(p));
  const bits = widthOf(type);
  return block('map_memory_harness', z.strictObject({}), (m) => {
    const { dut } = m.instances({ dut: mapMemory(p) });
    const io = m.ports({
      buffer: input(number),
      open: input(Bool),
      close: input(Bool),
      comes: input(Bool),
      word: input(UInt(bits)),
      read: input(Bool),
      read_buffer: input(number),
      read_index: input(UInt(1)),
      of: input(number, 'constant, as are the next two'),
      index: input(UInt(1)),
      which: input(UInt(clog2(bits))),
    });
    startedByReset(m);
    const { running, chosen } = m.regs({ running: Bool.init(0), chosen: UInt(number.width + 1 + clog2(bits)) });
    const now = io.of.concat(io.index, io.which);
    running.next(1);
    chosen.next(now);
    m.assume('constant_choice', running.not().or(now.eq(chosen)));

    dut.buffer.assign(io.buffer);
    dut.open.assign(io.open);
    dut.close.assign(io.close);
    const word = unpack(io.word, type);
    dut.word.offer(io.comes, word);
    dut.maps.enable.assign(io.read);
    dut.maps.buffer.assign(io.read_buffer);
    dut.maps.index.assign(io.read_index);

    const { count, twos, kept, valid, reads } = m.regs({
      count: UInt(2).init(0),
      twos: UInt(2).init(0),
      kept: Bool,
      valid: Bool.init(0),
      reads: Bool.init(0),
    });
    const here = io.buffer.eq(io.of);
    if (mapBuffers < 2 ** number.width) {
      m.assume('buffers_are_there', io.buffer.lt(mapBuffers).and(io.of.lt(mapBuffers)));
    }
    m.assume('one_at_a_time', io.comes.and(io.open.or(io.close)).not().and(io.open.and(io.close).not()));
    m.assume('words_fit', io.comes.not().or(io.buffer.pick([...dut.maps.count]).lt(2)));
    m.assume('slots_are_there', io.comes.not().or(word.slots.ge(1).and(word.slots.le(2))));
    const { last: _last, ...fields } = word;
    const looked = (value: Signal): Signal => io.which.pick(value.toBits());
    m.when(here, () => {
      m.when(io.open, () => {
        count.next(0);
        twos.next(0);
        valid.next(0);
      });
      m.when(io.close, () => valid.next(1));
      m.when(io.comes, () => {
        count.next(count.addWrap(1));
        twos.next(twos.addWrap(word.slots.eq(2).resize(2)));
        m.when(count.eq(io.index.resize(2)), () => kept.next(looked(pack(fields))));
      });
    });
    // Words are read when the buffer is complete; a word that is not there means nothing.
    reads.next(
      io.read
        .and(io.read_buffer.eq(io.of))
        .and(io.read_index.eq(io.index))
        .and(valid)
        .and(count.gt(io.index.resize(2))),
    );
    const written = io.open.or(io.comes).and(here);
    m.assume('no_write_of_what_is_read', io.read.and(io.read_buffer.eq(io.of)).and(written).not());
    const { maps } = dut;
    m.when(reads, () => m.assert('word_is_kept', looked(pack(maps.word)).eq(kept)));
    m.assert('valid', io.of.pick(maps.count.map((_, b) => maps.valid.bit(b))).eq(valid));
    m.assert('count', io.of.pick([...maps.count]).eq(count));
    m.assert('slots', io.of.pick([...maps.slots].map((each) => each.at(1))).eq(twos));
  })({});
}
