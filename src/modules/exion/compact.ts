// SPDX-License-Identifier: Apache-2.0
import type { Signal, UIntType } from '../../dsl/index.ts';
import { fit } from '../lib/fit.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';

type Word = Signal<UIntType>;

/** A word on its way through the network. */
interface Lane {
  readonly word: Word;
  readonly taken: Signal;
  /** What is still to be done: the place to go to, or the way left. */
  readonly route: Signal;
}

export interface Compacted {
  readonly words: readonly Word[];
  /** Words moved, bitsFor(C) bits. */
  readonly count: Signal;
}

/**
 * Moves the words whose bit of `take` is 1 to places start, start + 1, ... (modulo C) in their order. What the other places hold means
 * nothing. `start` is 0 .. C - 1 in clog2(C) bits. Depth: log2(C) adders, then log2(C) multiplexers (twice as many for a C that is no
 * power of two); a multiplexer has 2 inputs, against C with decoded places in a crossbar.
 */
export function compact(words: readonly Word[], take: Signal, start: Signal): Compacted {
  const taken = take.toBits();
  const { below, all } = prefixCounts(taken);
  const stages = clog2(words.length);
  if (2 ** stages === words.length) {
    const lanes = words.map((word, j) => ({
      word,
      taken: taken[j]!,
      route: fit(below[j]!, stages).addWrap(start),
    }));
    return { words: butterfly(lanes), count: all };
  }
  const gaps = prefixCounts(take.not().toBits()).below;
  const lanes = words.map((word, j) => ({ word, taken: taken[j]!, route: fit(gaps[j]!, stages) }));
  return { words: rotate(squeeze(lanes), start), count: all };
}

/**
 * Routes by places: stage s exchanges lanes that differ in bit s, so that after it bits s .. 0 of the lane are those of the place. Two
 * words j < k never meet: equal low bits of their places put at least 2^(s+1) words between them, equal high bits less than that.
 */
function butterfly(lanes: readonly Lane[]): Word[] {
  let from = lanes;
  for (let s = 0; 2 ** s < lanes.length; s++) {
    const wants = (lane: Lane, side: number): Signal =>
      lane.taken.and(side === 1 ? lane.route.bit(s) : lane.route.bit(s).not());
    const stage = from;
    from = stage.map((own, x) => {
      const side = (x >> s) % 2;
      const other = stage[x ^ (2 ** s)]!;
      const crosses = wants(other, side);
      return moved(own, other, crosses, wants(own, side).or(crosses));
    });
  }
  return from.map((lane) => lane.word);
}

/**
 * Routes by ways: every word goes down by the number of words below it that are not taken, in steps of 1, 2, 4, ...; they never meet, as
 * that number differs by at most one between neighbours.
 */
function squeeze(lanes: readonly Lane[]): Word[] {
  let from = lanes;
  for (let s = 0; 2 ** s < lanes.length; s++) {
    const goes = from.map((lane) => lane.taken.and(lane.route.bit(s)));
    const stage = from;
    from = stage.map((own, j) => {
      const stays = own.taken.and(goes[j]!.not());
      const other = stage[j + 2 ** s];
      const comes = goes[j + 2 ** s];
      if (other === undefined || comes === undefined) return { ...own, taken: stays };
      return moved(own, other, comes, stays.or(comes));
    });
  }
  return from.map((lane) => lane.word);
}

/** All words up by `amount`, around the end. */
function rotate(words: readonly Word[], amount: Signal): Word[] {
  const c = words.length;
  return amount
    .toBits()
    .reduce<readonly Word[]>(
      (from, turn, s) => from.map((word, j) => turn.mux(from[(j + 2 * c - 2 ** s) % c]!, word)),
      words,
    ) as Word[];
}

function moved(own: Lane, other: Lane, crosses: Signal, taken: Signal): Lane {
  return { word: crosses.mux(other.word, own.word), route: crosses.mux(other.route, own.route), taken };
}

/** Ones below each bit (none below bit 0), and all ones, by halves: log2(n) adders deep. */
function prefixCounts(bits: readonly Signal[]): { readonly below: readonly Signal[]; readonly all: Signal } {
  const [only] = bits;
  if (only !== undefined && bits.length === 1) return { below: [only.constant(0n, 1)], all: only };
  const half = Math.ceil(bits.length / 2);
  const low = prefixCounts(bits.slice(0, half));
  const high = prefixCounts(bits.slice(half));
  const plusLow = (count: Signal, most: number): Signal => fit(count.addFull(low.all), bitsFor(most));
  return {
    below: [...low.below, ...high.below.map((count, i) => plusLow(count, half + i))],
    all: plusLow(high.all, bits.length),
  };
}
