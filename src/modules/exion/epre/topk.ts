// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { maskWriter } from '../core.types.ts';
import { columnBits } from './log-array.ts';
import { accumulatorBits } from './log-dpu.ts';
import { topkEmit } from './topk-emit.ts';
import { scoreBits, scoreWords, topkRow } from './topk-row.ts';
import { upTo } from './up-to.ts';

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
 * Paths: shift and clamp of a total; those of `topkRow` and `topkEmit`.
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
    const { state } = m.fsms({ state: ['IDLE', 'FILL', 'DECIDE', 'JUDGE', 'SELECT', 'EMIT'] });
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

    const { emit } = m.instances({
      emit: topkEmit({ size: p.size, keyBits, keyWords, maskWords: p.maskWords }),
    });
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
      row.read.enable.assign(scans.or(emit.read.enable));
      row.read.word.assign(word(scans.mux(at, emit.read.key)));
      row.scan.valid.assign(scan);
      row.scan.last.assign(scanLast);
      row.scan.lanes.assign(scanLast.mux(tailLanes, whole));
      row.scan.bit.assign(above.and(above.shl(1).not()));
      row.scan.above.assign(above);
      row.emit.advance.assign(emit.advance);
      row.emit.lane.assign(emit.pick.low(laneBits));
      row.emit.valid.assign(emit.decide);
    });
    const gather = (bits: readonly Signal[]): Signal => join<Signal>(lastKey, bits);
    const { dominant, keep } = m.nets({
      dominant: gather(units.map((row) => row.dominant)),
      keep: gather(units.map((row) => row.keep)).and(live),
    });

    emit.clear.assign(io.start.valid.and(io.start.first));
    emit.last_key.assign(lastKey);
    emit.closes.assign(closes);
    emit.live.assign(live);
    emit.bases.assign(bases);
    emit.keep.assign(keep);
    emit.dominant.assign(dominant);
    io.mask.from(emit.mask);

    const { selects, turns } = m.nets({
      selects: keepsAll.or(dominant.or(live.not()).andR()).not(),
      // The last pass ends: its decision is made in the next cycle, before the emission looks at it.
      turns: rests.and(above.bit(0)),
    });
    emit.go.assign(state.is('JUDGE').and(selects.not()).or(state.is('SELECT').and(turns)));
    state.states({
      IDLE: () => m.when(io.start.valid, () => state.goto('FILL')),
      FILL: () =>
        m.when(put, () => {
          at.next(putLast.mux(0, at.addWrap(1)));
          m.when(putLast, () => state.goto('DECIDE'));
        }),
      DECIDE: () => {
        above.next(2 ** (scoreBits - 1));
        rests.next(0);
        state.goto('JUDGE');
      },
      JUDGE: () => m.when(selects, () => state.goto('SELECT')).otherwise(() => state.goto('EMIT')),
      SELECT: () => {
        m.when(rests, () => {
          rests.next(0);
          m.when(turns, () => state.goto('EMIT'));
        }).otherwise(() => {
          rests.next(atEnd);
          at.next(atEnd.mux(0, at.addWrap(p.width)));
        });
      },
      EMIT: () => m.when(emit.busy.not(), () => state.goto('IDLE')),
    });
    io.done.assign(state.is('EMIT').and(emit.busy.not()));
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

/** The value in `width` bits; what is cut off is 0 by the checks of the command. */
function fit(value: Signal, width: number): Signal {
  return value.width < width ? value.resize(width) : value.trunc(width);
}
