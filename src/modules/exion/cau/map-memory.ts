// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, flip, input, memory, sink, UInt, Vec } from '../../../dsl/index.ts';
import { bitsOf } from '../../lib/stream-lists.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { memoryStyle } from '../conmerge.fields.ts';
import { controlWordType } from '../conmerge.types.ts';
import { ExionCoreParams } from '../core.params.ts';
import { mapReader } from '../sdue/sdue.types.ts';
import { conMergeOf } from './cau.types.ts';

/**
 * CMEM: the control maps of `mapBuffers` units of work, B.
 *
 * `open` empties buffer `buffer` and makes it invalid, words are appended to it, `close` makes it valid; in between the others can be
 * read. Latency of a read 1; a read and a write a cycle. Memory: B * columns / C control words without `last`; registers: B times the
 * counters of words and of words of each number of slots, M + 1 of log2(columns / C) bits.
 */
export const mapMemory = block(
  'map_memory',
  ExionCoreParams,
  (m, p) => {
    const shape = conMergeOf(p);
    const { last: _last, ...kept } = controlWordType(shape).fields;
    const words = p.columns / p.size;
    const index = UInt(clog2(words));
    const count = UInt(bitsFor(words));
    const io = m.ports({
      buffer: input(UInt(clog2(p.mapBuffers)), 'buffer that is written'),
      open: input(Bool, 'its words are forgotten'),
      close: input(Bool, 'its words are complete'),
      word: sink(controlWordType(shape), 'words, taken at once'),
      maps: flip(mapReader(p)),
    });
    const { valid, counts, slots } = m.regs({
      valid: UInt(p.mapBuffers).init(0),
      counts: Vec(p.mapBuffers, count).init(0),
      slots: Vec(p.mapBuffers, Vec(p.slots, count)).init(0),
    });
    const depth = p.mapBuffers * 2 ** index.width;
    const { store } = m.mems({
      store: memory(Bundle(kept), depth, { style: memoryStyle(depth), comment: 'control words of all buffers' }),
    });
    const { last: _ignored, ...payload } = io.word.payload;
    const written = counts.read(io.buffer);
    io.word.ready.assign(1);
    store.write(io.buffer.concat(written.trunc(index.width)), payload, { enable: io.word.valid });
    const word = store.read('word', io.maps.buffer.concat(io.maps.index), { enable: io.maps.enable });
    m.drive(io.maps.word, word);

    const { chosen } = m.nets({ chosen: bitsOf(counts.map((_, b) => io.buffer.eq(b))) });
    m.when(io.open, () => valid.next(valid.and(chosen.not())));
    m.when(io.close, () => valid.next(valid.or(chosen)));
    counts.map((own, b) => {
      m.when(io.open.and(io.buffer.eq(b)), () => {
        own.next(0);
        for (const each of slots.at(b)) each.next(0);
      }).elsewhen(io.word.valid.and(io.buffer.eq(b)), () => {
        own.next(own.addWrap(1));
        slots.at(b).map((each, s) => m.when(payload.slots.eq(s + 1), () => each.next(each.addWrap(1))));
      });
    });
    io.maps.valid.assign(valid);
    io.maps.count.assign(counts);
    m.drive(io.maps.slots, slots);
    m.assert('words_fit', io.word.valid.not().or(written.lt(words)), 'more control words than dense blocks');
    return io;
  },
  { doc: 'CMEM of EXION: control maps.' },
);
