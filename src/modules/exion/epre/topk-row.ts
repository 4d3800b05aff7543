// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, type Signal, SInt, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { onehotDecode } from '../../lib/onehot.ts';
import { popcount } from '../../lib/popcount.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';

export const TopkRowParams = z.strictObject({
  tokens: z.int().min(1).describe('T: most keys'),
  width: z.int().min(1).max(16).describe('Scores that are looked at in a cycle, a power of two'),
});

export const scoreBits = 16;

/** Words of the score memory of a row; memories start at two. */
export function scoreWords({ tokens, width }: { readonly tokens: number; readonly width: number }): number {
  return Math.max(2, Math.ceil(tokens / width));
}

/**
 * One row of top-k (paper 3.2, 4 "TOPK"): its scores, best and second best, and the k-th largest by radix selection, most significant
 * bit first. Control comes from `topk`, which all rows share.
 *
 * Scores are kept as offset binary, so that they compare as unsigned numbers. What is kept is told by a threshold and a number of ties:
 * all scores above the threshold, and the first `ties` scores equal to it. A dominant row is the threshold `best` with one tie.
 *
 * - `clear`: best and second best become the least score. `put`: a score comes, with its place.
 * - `decide`: dominance of the row; threshold and ties as if nothing had been left out.
 * - `scan`: the word read in the cycle before is counted. `bit` is the place to decide, `above` that place and those above it; 2 cycles
 *   after the address of the last word of a pass, and so from the next but one word on, the bit is in the threshold. A bit is 1 when
 *   there are at least as many scores with it (and with the bits above as decided) as are still to be kept; else those are kept
 *   anyway, and that many fewer remain.
 * - `emit`: the score `lane` of the word read in the cycle before moves on; one `advance` later `keep` says whether it is kept.
 *
 * Memory: T / width words of width x 16 bits, a write (by score) and a read a cycle. Paths: RAM, match (3), count; add, compare.
 */
export const topkRow = block(
  'epre_topk_row',
  TopkRowParams,
  (m, p) => {
    const score = UInt(scoreBits);
    const count = UInt(bitsFor(p.tokens));
    const word = UInt(clog2(scoreWords(p)));
    const lane = UInt(clog2(p.width));
    const io = m.ports({
      clear: input(Bool),
      put: { valid: input(Bool), word: input(word), lane: input(lane), score: input(SInt(scoreBits)) },
      decide: {
        valid: input(Bool),
        single: input(Bool, 'there is one key'),
        limit: input(UInt(17), 'lead that dominates'),
        most: input(count, 'keys to keep, no more than there are'),
      },
      read: { enable: input(Bool), word: input(word) },
      scan: {
        valid: input(Bool),
        last: input(Bool, 'last word of the pass'),
        lanes: input(UInt(p.width), 'scores of the word that count'),
        bit: input(score, 'one-hot'),
        above: input(score),
      },
      emit: { advance: input(Bool), lane: input(lane), valid: input(Bool, '`keep` is looked at in this cycle') },
      dominant: output(Bool, 'from decide on'),
      keep: output(Bool),
    });
    const { best, second } = m.regs({ best: score, second: score });
    const { threshold, ties, dominates } = m.regs({ threshold: score, ties: count, dominates: Bool });
    const { arriving } = m.nets({ arriving: io.put.score.asUInt().xor(2 ** (scoreBits - 1)) });

    const { scores } = m.mems({
      scores: memory(UInt(scoreBits * p.width), scoreWords(p), { granule: scoreBits, collision: 'undefined' }),
    });
    scores.write(io.put.word, arriving.replicate(p.width), {
      enable: io.put.valid,
      mask: onehotDecode<Signal>(io.put.lane, p.width),
    });
    const read: Signal = scores.read('word', io.read.word, { enable: io.read.enable });
    const lanes = Array.from({ length: p.width }, (_, l) => read.slice(scoreBits * (l + 1) - 1, scoreBits * l));

    m.when(io.put.valid, () => {
      m.when(arriving.gt(best), () => {
        best.next(arriving);
        second.next(best);
      }).elsewhen(arriving.gt(second), () => second.next(arriving));
    });
    m.when(io.clear, () => {
      best.next(0);
      second.next(0);
    });

    // Scan, first cycle: scores that agree with the decided bits and have the one in question.
    const { wanted } = m.nets({ wanted: threshold.or(io.scan.bit) });
    const matching = lanes.map((each) => each.xor(wanted).and(io.scan.above).orR().not());
    const { matches, counted, closing } = m.regs({
      matches: UInt(bitsFor(p.width)),
      counted: Bool.init(0),
      closing: Bool,
    });
    counted.next(io.scan.valid);
    closing.next(io.scan.last);
    matches.next(popcount<Signal>(join<Signal>(read, matching).and(io.scan.lanes)));

    // Second cycle: sum over the pass, and the decision at its end.
    const { sum } = m.regs({ sum: count });
    const wide = Math.max(count.width, matches.width) + 1;
    const { total } = m.nets({ total: sum.resize(wide).addWrap(matches.resize(wide)) });
    const { enough } = m.nets({ enough: total.ge(ties.resize(wide)) });
    m.when(counted, () => {
      m.assert('counts_keys_once', total.le(p.tokens), 'more scores are counted than there are keys');
      sum.next(closing.mux(0, total.trunc(count.width)));
      m.when(closing.and(dominates.not()), () => {
        m.when(enough, () => threshold.next(threshold.or(io.scan.bit))).otherwise(() =>
          ties.next(ties.subWrap(total.trunc(count.width))),
        );
      });
    });

    // Emission.
    const { picked } = m.regs({ picked: score }, { enable: io.emit.advance });
    picked.next(io.emit.lane.pick(lanes));
    const { level } = m.nets({ level: picked.eq(threshold) });
    m.when(io.emit.advance.and(io.emit.valid).and(level).and(ties.ne(0)), () => ties.next(ties.subWrap(1)));
    io.keep.assign(picked.gt(threshold).or(level.and(ties.ne(0))));

    const { leads } = m.nets({ leads: best.subFull(second).asUInt().ge(io.decide.limit) });
    m.when(io.decide.valid, () => {
      const alone = leads.or(io.decide.single);
      dominates.next(alone);
      threshold.next(alone.mux(best, 0));
      ties.next(alone.mux(m.lit(1, count), io.decide.most));
      sum.next(0);
      m.assert('best_is_best', best.ge(second), 'the second best is better than the best');
    });
    io.dominant.assign(dominates);
    return io;
  },
  { doc: 'Scores of one row, and which of them are kept: dominance, radix selection, ties in order.' },
);
