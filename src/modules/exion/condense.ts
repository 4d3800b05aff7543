// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt, Vec } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { popcount } from '../lib/popcount.ts';
import { fields } from './conmerge.fields.ts';

export const CondenseParams = z.strictObject({ rows: fields.rows, cols: fields.cols, bounds: fields.bounds });

/**
 * Condense and classify (paper 3.3): which of C columns are kept, and in which class.
 *
 * Law: lane j is in member[q] when its bitmap b is not 0 and q = number of bounds that popcount(b) exceeds; with `sort` 0 every kept
 * lane is in the densest class. So a lane is in one class or none. Combinational: C popcounts of R bits and one comparator a bound.
 */
export const condense = block(
  'condense',
  CondenseParams,
  (m, p) => {
    const densest = p.bounds.length;
    const io = m.ports({
      columns: input(Vec(p.cols, UInt(p.rows)), 'column bitmaps'),
      sort: input(Bool, '0: one class for all'),
      member: output(Vec(densest + 1, UInt(p.cols)), 'lanes of each class, sparsest class first'),
    });
    const { keep } = m.nets({
      keep: join<Signal>(
        io.sort,
        io.columns.map((column) => column.orR()),
      ),
    });
    // over[q]: the popcount exceeds bound q; as bounds rise, over[q] contains over[q + 1].
    const counts = densest > 0 ? io.columns.map((column) => popcount(column)) : [];
    const over = p.bounds.map((bound) =>
      join<Signal>(
        io.sort,
        counts.map((count) => count.gt(bound)),
      ),
    );
    const unsorted = io.sort.not().replicate(p.cols);
    io.member.map((lanes, q) => {
      const inClass = [...(q > 0 ? [over[q - 1]!] : []), ...(q < densest ? [over[q]!.not()] : [])];
      const sorted = inClass.reduce((all, rule) => all.and(rule), keep);
      lanes.assign(q === densest ? sorted.or(keep.and(unsorted)) : sorted.and(unsorted.not()));
    });
    return io;
  },
  { doc: 'ConMerge: drops empty columns and classifies the others by their popcount.' },
);
