// SPDX-License-Identifier: Apache-2.0
import type { Signal, UIntType } from '../../dsl/index.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';

type Word = Signal<UIntType>;

/** Ones below each bit (bit 0 has none), and all ones, by halves: log2(n) adders deep. */
function prefixCounts(bits: readonly Signal[]): { readonly below: Signal[]; readonly all: Signal } {
  const [only] = bits;
  if (bits.length === 1) return { below: [only!.constant(0n, 1)], all: only! };
  const half = Math.ceil(bits.length / 2);
  const low = prefixCounts(bits.slice(0, half));
  const high = prefixCounts(bits.slice(half));
  const grown = (count: Signal, most: number): Signal => {
    const sum = count.addFull(low.all);
    const width = bitsFor(most);
    return sum.width > width ? sum.trunc(width) : sum;
  };
  return {
    below: [...low.below, ...high.below.map((count, i) => grown(count, half + i))],
    all: grown(high.all, bits.length),
  };
}

/**
 * Moves the words whose bit of `take` is 1 to places start, start + 1, ... (modulo C) in their order. What the other places hold means
 * nothing. `count` is the number of words moved, bitsFor(C) bits; `start` is 0 .. C - 1.
 *
 * A word first goes down by the number of words below it that are not taken. Steps of 1, 2, 4, ... never collide, as neighbours differ
 * by at most one in that number. Then all go up by `start`, around the end. 2 log2(C) stages of one 2:1 multiplexer a bit, against
 * C:1 multiplexers with decoded places for a crossbar.
 */
export function compact(words: readonly Word[], take: Signal, start: Signal): { words: Word[]; count: Signal } {
  const stages = clog2(words.length);
  const gaps = prefixCounts(take.not().toBits()).below;
  let lanes = words.map((word, j) => ({
    word,
    taken: take.bit(j),
    // Never more than j < C; the prefix tree may have a bit more or fewer.
    way: gaps[j]!.width > stages ? gaps[j]!.trunc(stages) : gaps[j]!.resize(stages),
  }));
  for (let s = 0; s < stages; s++) {
    const moves = lanes.map((lane) => lane.taken.and(lane.way.bit(s)));
    lanes = lanes.map((lane, j) => {
      const from = lanes[j + 2 ** s];
      const comes = moves[j + 2 ** s];
      if (from === undefined || comes === undefined) return { ...lane, taken: lane.taken.and(moves[j]!.not()) };
      return {
        word: comes.mux(from.word, lane.word),
        taken: comes.or(lane.taken.and(moves[j]!.not())),
        way: comes.mux(from.way, lane.way),
      };
    });
  }
  let around = lanes.map((lane) => lane.word);
  for (let s = 0; s < stages; s++) {
    const from = around;
    const turn = start.bit(s);
    around = from.map((word, j) => turn.mux(from[(j - 2 ** s + 2 * from.length) % from.length]!, word));
  }
  return { words: around, count: prefixCounts(take.toBits()).all };
}
