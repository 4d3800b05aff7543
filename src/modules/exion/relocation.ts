// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt, Vec } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { onehotMux } from '../lib/onehot.ts';
import { popcount } from '../lib/popcount.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { fields } from './conmerge.fields.ts';

export const RelocationParams = z.strictObject({ rows: fields.rows.min(2), cols: fields.cols });

/** A part of the tournament: the key of its winner, and one bit a contestant. */
interface Winner {
  readonly key: Signal;
  readonly onehot: Signal;
}

/** Largest key, the first on ties. log2(n) comparators deep; the one-hot code costs one gate more. */
function tournament(contestants: readonly Winner[]): Winner {
  if (contestants.length === 1) return contestants[0]!;
  const half = Math.ceil(contestants.length / 2);
  const low = tournament(contestants.slice(0, half));
  const high = tournament(contestants.slice(half));
  const lowWins = low.key.ge(high.key);
  const keep = (onehot: Signal, wins: Signal): Signal => onehot.and(wins.replicate(onehot.width));
  return {
    key: lowWins.mux(low.key, high.key),
    onehot: keep(high.onehot, lowWins.not()).concat(keep(low.onehot, lowWins)),
  };
}

/**
 * One step of the relocation loop of paper 3.3: which array row takes the lanes in conflict of one source row.
 *
 * Law: row t is allowed when it is not the source and serves no other source; its gain is the number of lanes that are free in it.
 * `target` is the allowed row of largest gain; a tie prefers a row that serves the source already, then the lowest row. `none`: no
 * row has a gain (target is meaningless then). `whole`: some row takes all lanes, which is so exactly when `left` is 0.
 *
 * Combinational. `none` and `whole` decide the next state and are ready long before `target`: they need an and-or of C bits and an or
 * of R, not the R popcounts of C bits and the tree of log2(R) comparators of bitsFor(C) + 1 bits.
 */
export const relocation = block(
  'relocation',
  RelocationParams,
  (m, p) => {
    const row = UInt(clog2(p.rows));
    const io = m.ports({
      source: input(row, 'row whose lanes are in conflict'),
      lanes: input(UInt(p.cols), 'the lanes, not 0'),
      occ: input(Vec(p.rows, UInt(p.cols)), 'busy lanes of each array row'),
      cv_valid: input(UInt(p.rows), 'the array row serves a source row'),
      cv_idx: input(Vec(p.rows, row), 'the source row that it serves'),
      target: output(UInt(p.rows), 'one-hot: the array row that takes lanes'),
      left: output(UInt(p.cols), 'lanes that stay behind'),
      whole: output(Bool, 'no lane stays behind'),
      none: output(Bool, 'no array row can take a lane'),
    });
    const { free, gain } = m.wires({ free: Vec(p.rows, UInt(p.cols)), gain: Vec(p.rows, UInt(bitsFor(p.cols))) });
    const rows = [...io.occ].map((occ, t) => {
      const isBound = io.cv_valid.bit(t);
      const isServing = isBound.and(io.cv_idx.at(t).eq(io.source));
      const isAllowed = io.source.ne(t).and(isBound.not().or(isServing));
      free.at(t).assign(io.lanes.and(occ.not()).and(isAllowed.replicate(p.cols)));
      gain.at(t).assign(popcount(free.at(t)));
      return {
        occ,
        takesAll: isAllowed.and(io.lanes.and(occ).orR().not()),
        entry: { key: gain.at(t).concat(isServing), onehot: m.lit(1, Bool) },
      };
    });

    io.target.assign(tournament(rows.map((each) => each.entry)).onehot);
    io.left.assign(io.lanes.and(onehotMux(io.target, [...io.occ])));
    io.whole.assign(
      join(
        io.lanes,
        rows.map((each) => each.takesAll),
      ).orR(),
    );
    io.none.assign(
      join(
        io.lanes,
        free.map((lanes) => lanes.orR()),
      )
        .orR()
        .not(),
    );
    return io;
  },
  { doc: 'One relocation step of ConMerge: the array row that takes most lanes of a source row.' },
);
