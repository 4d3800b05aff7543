// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, output, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { clog2 } from '../../lib/widths.ts';
import { maskWriter } from '../core.types.ts';
import { keyMask } from './key-mask.ts';
import { upTo } from './up-to.ts';

export const TopkEmitParams = z.strictObject({
  size: z.int().min(2).describe('R: rows'),
  keyBits: z.int().min(2).describe('Bits of the number of a key'),
  keyWords: z.int().min(2).describe('Words of R keys'),
  maskWords: z.int().min(2).describe('Column words of the mask memory'),
});

/** What is written, in this order: AM a key, RQ, RK a word. */
const kinds = { scores: 0, queries: 1, keys: 2 } as const;

/** Cycles from `go` to the transfer of the last word, if nothing stalls. */
export function emitCycles(n: number, last: boolean, { size }: { readonly size: number }): number {
  return 3 + n + 1 + (last ? Math.ceil(n / size) : 0);
}

/**
 * Emission of top-k (paper 3.2): reads the scores of all rows key by key, writes the column words of AM, then RQ, then with `closes` the
 * mask of the keys, which it gathers on the way.
 *
 * A word passes three stages, all of which hold while the mask memory is not ready (`advance` is 0): the scores of key `read.key` are
 * read; those of `pick` (of the next stage) are taken from their words; `decide` says that the rows tell now whether the key is kept, in
 * `keep` (live rows only). Then the output register.
 *
 * A word a cycle. `busy`: from the cycle after `go` until all words are transferred. Path: keep of all rows, `or` over the rows, key mask.
 */
export const topkEmit = block(
  'epre_topk_emit',
  TopkEmitParams,
  (m, p) => {
    const key = UInt(p.keyBits);
    const wordBits = clog2(p.keyWords);
    const rowBits = clog2(p.size);
    const address = UInt(clog2(p.maskWords));
    const io = m.ports({
      clear: input(Bool, 'the mask of the keys is emptied'),
      go: input(Bool, 'the emission begins in the next cycle'),
      last_key: input(key),
      closes: input(Bool, 'the mask of the keys is written'),
      live: input(UInt(p.size), 'rows that count'),
      bases: input(Vec(3, address), 'first words of AM, RQ, RK'),
      advance: output(Bool, 'the stages move'),
      read: { enable: output(Bool), key: output(key) },
      pick: output(key),
      decide: output(Bool),
      keep: input(UInt(p.size)),
      dominant: input(UInt(p.size)),
      mask: maskWriter(p),
      busy: output(Bool),
    });
    const { running, kind, at } = m.regs({ running: Bool.init(0), kind: UInt(2), at: key });
    const { offered, word } = m.regs({ offered: Bool.init(0), word: Bundle({ address, data: UInt(p.size) }) });
    const { moves } = m.nets({ moves: io.mask.ready.or(offered.not()) });
    const one = m.regs({ e1_valid: Bool.init(0), e1_kind: UInt(2), e1_at: key }, { enable: moves });
    const two = m.regs({ e2_valid: Bool.init(0), e2_kind: UInt(2), e2_at: key }, { enable: moves });
    one.e1_valid.next(running);
    one.e1_kind.next(kind);
    one.e1_at.next(at);
    two.e2_valid.next(one.e1_valid);
    two.e2_kind.next(one.e1_kind);
    two.e2_at.next(one.e1_at);

    const keyWord = (of: Signal): Signal => of.slice(rowBits + wordBits - 1, rowBits);
    const { last_word: lastWord } = m.nets({ last_word: keyWord(io.last_key) });
    m.when(running.and(moves), () => {
      const turnTo = (next: number): void => {
        kind.next(next);
        at.next(0);
      };
      at.next(at.addWrap(1));
      m.when(kind.eq(kinds.scores), () => m.when(at.eq(io.last_key), () => turnTo(kinds.queries)))
        .elsewhen(kind.eq(kinds.queries), () => {
          turnTo(kinds.keys);
          running.next(io.closes);
        })
        .otherwise(() => running.next(at.low(wordBits).ne(lastWord)));
    });
    m.when(io.go, () => {
      running.next(1);
      kind.next(kinds.scores);
      at.next(0);
    });

    const { mask } = m.instances({ mask: keyMask({ rows: p.size, words: p.keyWords }) });
    const { decides } = m.nets({ decides: two.e2_valid.and(two.e2_kind.eq(kinds.scores)) });
    const readsKeys = one.e1_kind.eq(kinds.keys);
    mask.clear.assign(io.clear);
    mask.read.enable.assign(moves.and(one.e1_valid).and(one.e1_kind.ne(kinds.queries)));
    mask.read.word.assign(readsKeys.mux(one.e1_at.low(wordBits), keyWord(one.e1_at)));
    mask.add.valid.assign(decides.and(moves));
    mask.add.bit.assign(two.e2_at.low(rowBits));
    mask.add.used.assign(io.keep.and(io.dominant.not()).orR());
    mask.add.closes.assign(two.e2_at.eq(io.last_key));

    // Keys beyond the last one are not told, whatever earlier tiles had there.
    const tail = upTo(io.last_key.low(rowBits), p.size, (row, last) => last.ge(row));
    const whole = two.e2_at.low(wordBits).ne(lastWord).replicate(p.size);
    m.when(moves, () => {
      offered.next(two.e2_valid);
      const needed = io.dominant.not().and(io.live);
      const base = two.e2_kind.pick([...io.bases]).resize(Math.max(address.width, p.keyBits));
      m.drive(word, {
        address: base.addWrap(two.e2_at.resize(base.width)).trunc(address.width),
        data: two.e2_kind.pick([io.keep, needed, mask.value.and(whole.or(tail))]),
      });
    });
    io.mask.offer(offered, word);
    assertStable(m, 'mask', io.mask);

    io.advance.assign(moves);
    io.read.enable.assign(running.and(moves));
    io.read.key.assign(at);
    io.pick.assign(one.e1_at);
    io.decide.assign(decides);
    io.busy.assign(running.or(one.e1_valid).or(two.e2_valid).or(offered));
    m.when(io.go, () => m.assert('goes_when_idle', io.busy.not(), 'an emission begins in another'));
    return io;
  },
  { doc: 'Writes the column words of the kept scores, the mask of the queries and that of the keys.' },
);
