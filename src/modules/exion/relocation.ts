// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, type ModuleBuilder, output, type Signal, UInt, Vec } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { onehotMux } from '../lib/onehot.ts';
import { popcount } from '../lib/popcount.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { fields } from './conmerge.fields.ts';

export const RelocationParams = z.strictObject({ rows: fields.rows.min(2), cols: fields.cols });

/** Rows that are compared pair by pair; more are compared in groups, which adds one such stage for each factor of 16. */
const GROUP = 16;

/**
 * One-hot: the largest key, the first of equal ones. Every pair is compared at once, so the depth is one comparator and the `and`
 * over the row's pairs; a tree would have log2(R) comparators and multiplexers in a row. In the whole block at 16 x 16 that is 11
 * levels of LUT6 instead of 17, for 2000 LUTs instead of 1300; it is the longest path of the compactor.
 */
function winner(m: ModuleBuilder, name: string, keys: readonly Signal[]): Signal {
  if (keys.length > GROUP) return winnerOfGroups(m, name, keys);
  // ahead[t] has a bit for each later row u: t wins against u.
  const ahead = keys.map((key, t) => {
    const net = `${name}_${t}`;
    return m.nets({
      [net]: join<Signal>(
        key,
        keys.slice(t + 1).map((later) => key.ge(later)),
      ),
    })[net]!;
  });
  const wins = keys.map((_, t) => {
    const lost = join<Signal>(
      ahead[0]!,
      ahead.slice(0, t).map((other, u) => other.bit(t - u - 1)),
    );
    return ahead[t]!.andR().and(lost.orR().not());
  });
  return join<Signal>(keys[0]!, wins);
}

function winnerOfGroups(m: ModuleBuilder, name: string, keys: readonly Signal[]): Signal {
  const groups = Array.from({ length: Math.ceil(keys.length / GROUP) }, (_, g) => {
    const own = keys.slice(g * GROUP, (g + 1) * GROUP);
    const onehot = winner(m, `${name}_group${g}`, own);
    return { onehot, key: onehotMux(onehot, own) };
  });
  const best = winner(
    m,
    `${name}_groups`,
    groups.map(({ key }) => key),
  );
  return join<Signal>(
    best,
    groups.map(({ onehot }, g) => onehot.and(best.bit(g).replicate(onehot.width))),
  );
}

/**
 * One step of the relocation loop of paper 3.3: which array row takes the lanes in conflict of one source row.
 *
 * Law: row t is allowed when it is not the source and serves no other source; its gain is the number of lanes that are free in it.
 * `target` is the allowed row of largest gain; a tie prefers a row that serves the source already, then the lowest row. `none`: no
 * row has a gain (target is meaningless then). `whole`: some row takes all lanes, which is so exactly when `left` is 0.
 *
 * Combinational. `none` and `whole` decide the next state and are ready long before `target`: they need an and-or of C bits and an or
 * of R, not the R popcounts of C bits and the comparators of bitsFor(C) + 1 bits.
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
        key: gain.at(t).concat(isServing),
      };
    });

    io.target.assign(
      winner(
        m,
        'ahead',
        rows.map((each) => each.key),
      ),
    );
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
