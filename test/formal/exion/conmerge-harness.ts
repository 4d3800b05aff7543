// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  type BlockCall,
  Bool,
  input,
  type ModuleBuilder,
  type Signal,
  UInt,
  Vec,
} from '../../../src/dsl/index.ts';
import { condense } from '../../../src/modules/exion/condense.ts';
import { relocation } from '../../../src/modules/exion/relocation.ts';
import { join } from '../../../src/modules/lib/join.ts';
import { bitsFor, clog2 } from '../../../src/modules/lib/widths.ts';

const gather = (like: Signal, bits: readonly Signal[]): Signal => join<Signal>(like, bits);

/** A column is in the one class that its popcount says, and in none without a bit. */
export function condenseHarness(rows: number, cols: number, bounds: readonly number[]): BlockCall {
  return block('condense_harness', z.strictObject({}), (m) => {
    const io = m.ports({ columns: input(Vec(cols, UInt(rows))), sort: input(Bool) });
    const { dut } = m.instances({ dut: condense({ rows, cols, bounds: [...bounds] }) });
    dut.columns.assign([...io.columns]);
    dut.sort.assign(io.sort);
    io.columns.map((column, j) => {
      const exceeded = bounds.reduce<Signal>(
        (sum, bound) => sum.addWrap(onesIn(m, column).gt(bound).resize(4)),
        m.lit(0, UInt(4)),
      );
      const wanted = io.sort.mux(exceeded, bounds.length);
      dut.member.map((lanes, q) => {
        m.assert(`lane_${j}_class_${q}`, lanes.bit(j).eq(column.ne(0).and(wanted.eq(q))));
      });
    });
  })({});
}

/** The bits of x, added one after the other. */
function onesIn(m: ModuleBuilder, x: Signal): Signal {
  const bits = UInt(bitsFor(x.width));
  return x.toBits().reduce<Signal>((sum, bit) => sum.addWrap(bit.resize(bits.width)), m.lit(0, bits));
}

/** The best target so far. */
interface Best {
  readonly onehot: Signal;
  readonly gain: Signal;
  readonly serves: Signal;
  readonly occ: Signal;
}

/**
 * One relocation step, as the loop of paper 3.3 makes it: the target is another row than the source, serves no other source, has the
 * largest gain, and is the first of those by the rule of ties; `whole` and `none` say what they mean.
 */
export function relocationHarness(rows: number, cols: number): BlockCall {
  return block('relocation_harness', z.strictObject({}), (m) => {
    const row = UInt(clog2(rows));
    const io = m.ports({
      source: input(row),
      lanes: input(UInt(cols)),
      occ: input(Vec(rows, UInt(cols))),
      cv_valid: input(UInt(rows)),
      cv_idx: input(Vec(rows, row)),
    });
    const { dut } = m.instances({ dut: relocation({ rows, cols }) });
    dut.source.assign(io.source);
    dut.lanes.assign(io.lanes);
    dut.occ.assign([...io.occ]);
    dut.cv_valid.assign(io.cv_valid);
    dut.cv_idx.assign([...io.cv_idx]);
    m.assume('has_lanes', io.lanes.ne(0));
    if (rows < 2 ** row.width) m.assume('source_exists', io.source.lt(rows));

    const count = UInt(bitsFor(cols));
    const candidates = [...io.occ].map((occ, t) => {
      const serves = io.cv_valid.bit(t).and(io.cv_idx.at(t).eq(io.source));
      const allowed = io.source.ne(t).and(io.cv_valid.bit(t).not().or(serves));
      const free = io.lanes.and(occ.not());
      return {
        t,
        occ,
        serves,
        gain: allowed.mux(onesIn(m, free), m.lit(0, count)),
        takesAll: allowed.and(free.eq(io.lanes)),
      };
    });
    // The loop keeps the best so far, and takes a later row only for more, or for as much where it already serves the source.
    const best = candidates.slice(1).reduce<Best>(
      (so, { t, occ, serves, gain }) => {
        const better = gain.gt(so.gain).or(gain.eq(so.gain).and(serves).and(so.serves.not()));
        return {
          onehot: better.mux(m.lit(1n << BigInt(t), UInt(rows)), so.onehot),
          gain: better.mux(gain, so.gain),
          serves: better.mux(serves, so.serves),
          occ: better.mux(occ, so.occ),
        };
      },
      { ...candidates[0]!, onehot: m.lit(1, UInt(rows)) },
    );
    const none = best.gain.eq(0);
    m.assert('none', dut.none.eq(none));
    m.assert('target', none.or(dut.target.eq(best.onehot)));
    m.assert('left', none.or(dut.left.eq(io.lanes.and(best.occ))));
    m.assert(
      'whole',
      dut.whole.eq(
        gather(
          none,
          candidates.map((each) => each.takesAll),
        ).orR(),
      ),
    );
    m.assert('whole_leaves_none', dut.whole.not().or(dut.left.eq(0)));
  })({});
}
