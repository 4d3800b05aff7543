// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { maskWriter } from '../core.types.ts';
import { keyMask } from './key-mask.ts';
import { columnBits } from './log-array.ts';
import { accumulatorBits } from './log-dpu.ts';
import { scoreBits, scoreWords, topkRow } from './topk-row.ts';

export const TopkParams = z.strictObject({
  size: z.int().min(2).describe('R: rows'),
  tokens: z.int().min(1).describe('T: most keys'),
  width: z.int().min(1).max(16).describe('Scores a row that are looked at in a cycle, a power of two'),
  maskWords: z.int().min(2).describe('Column words of the mask memory'),
});

/** Cycles from a column of totals to its scores in their memory. */
export const putLatency = 2;

/** Cycles of the selection: a pass over the scores for each of their bits, and one between passes for the decision. */
export function selectCycles(n: number, { width }: { readonly width: number }): number {
  return scoreBits * (Math.ceil(n / width) + 1);
}

/** Cycles from the first read of the emission to the transfer of its last word, if nothing stalls. */
export function emitCycles(n: number, last: boolean, { size }: { readonly size: number }): number {
  return 3 + n + 1 + (last ? Math.ceil(n / size) : 0);
}

/**
 * Which keys each of R rows keeps (paper 3.2, 4 "TOPK"): FILL takes n columns of totals, one a cycle, as scores clamp(total >> shift,
 * int16) and tracks the best two of each row; DECIDE finds the dominant rows; SELECT finds the k-th largest of all rows in parallel;
 * EMIT writes a column word of AM a key, then RQ, then (with `last`) the mask of the keys.
 *
 * Law: `keepRow` of golden/eager.ts for each of the `live` rows, ties to the lower key; other rows are 0. With `first` the key mask is
 * cleared before, with `last` its words are written. SELECT is left out when it cannot change anything: all keys are kept, or all live rows
 * are dominant.
 *
 * Cycles: FILL as the columns come, DECIDE 2, SELECT 16 (ceil(n / width) + 1) or 0, EMIT 3 + n + 1 + (last ? ceil(n / R) : 0) and one
 * for every cycle in which the mask memory is not ready. `done`: pulse after the last transfer.
 *
 * Paths: shift and clamp of a total; those of `topkRow`; keep of all rows, `or` over the rows, key mask.
 */
export const topk = block(
  'epre_topk',
  TopkParams,
  (m, p) => {
    const laneBits = clog2(p.width);
    const wordBits = clog2(scoreWords(p));
    const rowBits = clog2(p.size);
    const keyWords = Math.max(2, Math.ceil(p.tokens / p.size));
    // As many bits as all word numbers need, so that each is a slice of a key.
    const keyBits = Math.max(laneBits + wordBits, rowBits + clog2(keyWords));
    const key = UInt(keyBits);
    const maskAddress = UInt(clog2(p.maskWords));
    const io = m.ports({
      start: {
        valid: input(Bool, 'a command begins'),
        n: input(UInt(columnBits), 'keys, 1 .. T'),
        best: input(UInt(13), 'keys kept a row, 1 or more'),
        limit: input(UInt(17), 'lead that dominates'),
        live: input(UInt(7), 'rows that count'),
        shift: input(UInt(6)),
        first: input(Bool),
        last: input(Bool),
        scores: input(maskAddress, 'first word of AM'),
        queries: input(maskAddress, 'word of RQ'),
        keys: input(maskAddress, 'first word of the key mask'),
      },
      column: {
        valid: input(Bool),
        last: input(Bool, 'the last of the n'),
        totals: input(Vec(p.size, SInt(accumulatorBits))),
      },
      mask: maskWriter(p),
      done: output(Bool, 'pulse: all words are written'),
    });
    const { state } = m.fsms({ state: ['IDLE', 'FILL', 'DECIDE', 'JUDGE', 'SELECT', 'EMIT', 'FLUSH'] });
    const { limit, shift, live, closes } = m.regs({
      limit: UInt(17),
      shift: UInt(6),
      live: UInt(p.size),
      closes: Bool,
    });
    const { last_key: lastKey, most, at } = m.regs({ last_key: key, most: UInt(bitsFor(p.tokens)), at: key });
    const { keeps_all: keepsAll } = m.regs({ keeps_all: Bool });
    const { bases } = m.regs({ bases: Vec(3, maskAddress) });
    m.when(io.start.valid, () => {
      const { n, best } = io.start;
      const all = best.resize(columnBits).ge(n);
      limit.next(io.start.limit);
      shift.next(io.start.shift);
      live.next(upTo(io.start.live, p.size, (row, count) => count.gt(row)));
      closes.next(io.start.last);
      lastKey.next(fit(n.subWrap(1), keyBits));
      most.next(fit(all.mux(n, best.resize(columnBits)), most.width));
      keepsAll.next(all);
      at.next(0);
      bases.next([io.start.scores, io.start.queries, io.start.keys]);
    });

    // FILL: shift and clamp, then into the memories.
    const { put, put_last: putLast } = m.regs({ put: Bool.init(0), put_last: Bool });
    const { scores } = m.regs({ scores: Vec(p.size, SInt(scoreBits)) });
    put.next(io.column.valid.and(state.is('FILL')));
    putLast.next(io.column.last);
    scores.map((score, i) => score.next(io.column.totals.at(i).shr(shift).saturate(scoreBits)));

    // SELECT: reads word after word, one cycle of rest after each pass.
    const { above, rests } = m.regs({ above: UInt(scoreBits), rests: Bool });
    const {
      scan,
      scan_last: scanLast,
      decides,
    } = m.regs({ scan: Bool.init(0), scan_last: Bool, decides: Bool.init(0) });
    const word = (of: Signal): Signal => of.slice(laneBits + wordBits - 1, laneBits);
    const { scans, at_end: atEnd } = m.nets({
      scans: state.is('SELECT').and(rests.not()),
      at_end: word(at).eq(word(lastKey)),
    });
    scan.next(scans);
    scanLast.next(atEnd);
    decides.next(scan.and(scanLast));
    m.when(decides, () => above.next(above.shr(1).or(2 ** (scoreBits - 1))));

    // EMIT: item (kind, at) -> word read -> score of the row -> output register.
    const { kind } = m.regs({ kind: UInt(2) });
    const { offered, address, data } = m.regs({ offered: Bool.init(0), address: maskAddress, data: UInt(p.size) });
    const { advance } = m.nets({ advance: io.mask.ready.or(offered.not()) });
    const { emits } = m.nets({ emits: state.is('EMIT') });
    const item = { kind: UInt(2), at: key };
    const one = m.regs({ e1_valid: Bool.init(0), e1_kind: item.kind, e1_at: item.at }, { enable: advance });
    const two = m.regs({ e2_valid: Bool.init(0), e2_kind: item.kind, e2_at: item.at }, { enable: advance });
    one.e1_valid.next(emits);
    one.e1_kind.next(kind);
    one.e1_at.next(at);
    two.e2_valid.next(one.e1_valid);
    two.e2_kind.next(one.e1_kind);
    two.e2_at.next(one.e1_at);
    const { emits_score: emitsScore } = m.nets({ emits_score: two.e2_valid.and(two.e2_kind.eq(kinds.score)) });

    const units = Object.values(
      m.instances(
        Object.fromEntries(
          Array.from(
            { length: p.size },
            (_, i) => [`row_${i}`, topkRow({ tokens: p.tokens, width: p.width })] as const,
          ),
        ),
      ),
    );
    const whole = m.lit(2n ** BigInt(p.width) - 1n, UInt(p.width));
    const tailLanes = upTo(lastKey.low(laneBits), p.width, (lane, last) => last.ge(lane));
    units.forEach((row, i) => {
      row.clear.assign(io.start.valid);
      row.put.valid.assign(put);
      row.put.word.assign(word(at));
      row.put.lane.assign(at.low(laneBits));
      row.put.score.assign(scores.at(i));
      row.decide.valid.assign(state.is('DECIDE'));
      row.decide.single.assign(lastKey.eq(0));
      row.decide.limit.assign(limit);
      row.decide.most.assign(most);
      row.read.enable.assign(scans.or(emits.and(advance)));
      row.read.word.assign(word(at));
      row.scan.valid.assign(scan);
      row.scan.last.assign(scanLast);
      row.scan.lanes.assign(scanLast.mux(tailLanes, whole));
      row.scan.bit.assign(above.and(above.shl(1).not()));
      row.scan.above.assign(above);
      row.emit.advance.assign(advance);
      row.emit.lane.assign(one.e1_at.low(laneBits));
      row.emit.valid.assign(emitsScore);
    });
    const gather = (bits: readonly Signal[]): Signal => join<Signal>(lastKey, bits);
    const { dominant, keep } = m.nets({
      dominant: gather(units.map((row) => row.dominant)),
      keep: gather(units.map((row) => row.keep)).and(live),
    });

    const { mask } = m.instances({ mask: keyMask({ rows: p.size, words: keyWords }) });
    const keyWord = (of: Signal): Signal => of.slice(rowBits + clog2(keyWords) - 1, rowBits);
    const { reads_mask: readsMask } = m.nets({ reads_mask: one.e1_kind.eq(kinds.keys) });
    const atLastKey = two.e2_at.eq(lastKey);
    mask.clear.assign(io.start.valid.and(io.start.first));
    mask.read.enable.assign(advance.and(one.e1_valid).and(one.e1_kind.ne(kinds.queries)));
    mask.read.word.assign(readsMask.mux(one.e1_at.low(clog2(keyWords)), keyWord(one.e1_at)));
    mask.add.valid.assign(emitsScore.and(advance));
    mask.add.bit.assign(two.e2_at.low(rowBits));
    mask.add.used.assign(keep.and(dominant.not()).orR());
    mask.add.closes.assign(atLastKey);

    const lastWord = two.e2_at.low(clog2(keyWords)).eq(keyWord(lastKey));
    const tailKeys = upTo(lastKey.low(rowBits), p.size, (row, last) => last.ge(row));
    const keys = mask.value.and(lastWord.not().replicate(p.size).or(tailKeys));
    m.when(advance, () => {
      offered.next(two.e2_valid);
      data.next(two.e2_kind.pick([keep, dominant.not().and(live), keys]));
      const base = two.e2_kind.pick([...bases]).resize(Math.max(maskAddress.width, keyBits));
      address.next(base.addWrap(two.e2_at.resize(base.width)).trunc(maskAddress.width));
    });
    io.mask.offer(offered, { address, data });
    assertStable(m, 'mask', io.mask);

    const goEmit = (): void => {
      state.goto('EMIT');
      kind.next(kinds.score);
      at.next(0);
    };
    const next = at.addWrap(1);
    const { rest_needed: selects } = m.nets({
      rest_needed: keepsAll.or(dominant.or(live.not()).andR()).not(),
    });
    const { drained } = m.nets({ drained: one.e1_valid.or(two.e2_valid).or(offered).not() });
    state.states({
      IDLE: () => m.when(io.start.valid, () => state.goto('FILL')),
      FILL: () =>
        m.when(put, () => {
          at.next(putLast.mux(0, next));
          m.when(putLast, () => state.goto('DECIDE'));
        }),
      DECIDE: () => {
        above.next(2 ** (scoreBits - 1));
        rests.next(0);
        state.goto('JUDGE');
      },
      JUDGE: () => m.when(selects, () => state.goto('SELECT')).otherwise(goEmit),
      SELECT: () => {
        m.when(rests, () => {
          rests.next(0);
          m.when(above.bit(0), goEmit);
        }).otherwise(() => {
          rests.next(atEnd);
          at.next(atEnd.mux(0, at.addWrap(p.width)));
        });
      },
      EMIT: () =>
        m.when(advance, () => {
          at.next(next);
          m.when(kind.eq(kinds.score).and(at.eq(lastKey)), () => {
            kind.next(kinds.queries);
            at.next(0);
          })
            .elsewhen(kind.eq(kinds.queries), () => {
              kind.next(kinds.keys);
              at.next(0);
              m.when(closes.not(), () => state.goto('FLUSH'));
            })
            .elsewhen(kind.eq(kinds.keys).and(at.low(clog2(keyWords)).eq(keyWord(lastKey))), () => state.goto('FLUSH'));
        }),
      FLUSH: () => m.when(drained, () => state.goto('IDLE')),
    });
    io.done.assign(state.is('FLUSH').and(drained));
    m.when(io.start.valid, () => {
      m.assert('starts_idle', state.is('IDLE'), 'a command begins in another');
      m.assert('keys_fit', io.start.n.ne(0).and(io.start.n.le(p.tokens)), 'more keys than score memory');
    });
    m.when(state.is('SELECT'), () =>
      m.assert('pass_in_reach', word(at).le(word(lastKey)), 'a word beyond the keys is read'),
    );
    return io;
  },
  { doc: 'Top-k selection of the prediction engine for R rows in parallel, with dominance and the mask of the keys.' },
);

/** What an item of the emission is. */
const kinds = { score: 0, queries: 1, keys: 2 } as const;

/** One bit for each number below `count`. */
function upTo(last: Signal, count: number, holds: (index: number, last: Signal) => Signal): Signal {
  const room = last.resize(Math.max(last.width, bitsFor(count)));
  return join<Signal>(
    last,
    Array.from({ length: count }, (_, i) => holds(i, room)),
  );
}

/** The value in `width` bits; what is cut off is 0 by the checks of the command. */
function fit(value: Signal, width: number): Signal {
  return value.width < width ? value.resize(width) : value.trunc(width);
}
