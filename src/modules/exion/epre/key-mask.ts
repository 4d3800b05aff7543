// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, type Signal, UInt } from '../../../dsl/index.ts';
import { onehotDecode } from '../../lib/onehot.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';

export const KeyMaskParams = z.strictObject({
  rows: z.int().min(2).describe('R: keys a word, a power of two'),
  words: z.int().min(2).describe('Words of R keys'),
});

/**
 * Mask of the keys that some row of a head needs (RK, paper 3.2): R keys a word, or-ed over the row tiles of a head.
 *
 * Law: `add` gives the keys of a tile in order; a word is read in the cycle before its keys are added, and written, or-ed with what
 * it held, with its last key (`closes`: the last key of all). `clear` empties the mask in a cycle: words from `filled` on count as 0.
 * `value`: the word read in the cycle before (and the ones after, until the next read). Memory: words x R bits, one port each way.
 */
export const keyMask = block(
  'epre_key_mask',
  KeyMaskParams,
  (m, p) => {
    const word = UInt(clog2(p.words));
    const io = m.ports({
      clear: input(Bool),
      read: { enable: input(Bool), word: input(word) },
      add: {
        valid: input(Bool, 'a key of the word read in the cycle before'),
        bit: input(UInt(clog2(p.rows)), 'its place in the word'),
        used: input(Bool, 'some row needs it'),
        closes: input(Bool, 'it is the last key'),
      },
      value: output(UInt(p.rows)),
    });
    const { filled } = m.regs({ filled: UInt(bitsFor(p.words)).init(0) });
    const { gathered } = m.regs({ gathered: UInt(p.rows).init(0) });
    const { at } = m.regs({ at: word }, { enable: io.read.enable });
    at.next(io.read.word);
    const { words } = m.mems({ words: memory(UInt(p.rows), p.words, { collision: 'undefined' }) });
    const stored: Signal = words.read('word', io.read.word, { enable: io.read.enable });
    const known = filled.gt(at.resize(filled.width));
    const { held } = m.nets({ held: stored.and(known.replicate(p.rows)) });

    const { more } = m.nets({ more: gathered.or(onehotDecode<Signal>(io.add.bit, p.rows, io.add.used)) });
    const { full } = m.nets({ full: io.add.valid.and(io.add.closes.or(io.add.bit.andR())) });
    words.write(at, held.or(more), { enable: full });
    m.when(io.add.valid, () => gathered.next(full.mux(0, more)));
    const reached = at.resize(filled.width).addWrap(1);
    m.when(full.and(known.not()), () => filled.next(reached));
    m.when(io.clear, () => {
      filled.next(0);
      gathered.next(0);
    });
    m.when(full, () =>
      m.assert('words_in_order', at.resize(filled.width).le(filled), 'a word is filled before one below it'),
    );
    m.assert(
      'no_read_of_write',
      full.and(io.read.enable).and(io.read.word.eq(at)).not(),
      'a word is read while it is written',
    );
    io.value.assign(held);
    return io;
  },
  { doc: 'Mask of the keys of a head, gathered over its row tiles.' },
);
