// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  type ModuleBuilder,
  output,
  type Signal,
  sink,
  source,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import { onehotMux } from '../lib/onehot.ts';
import { bitsFor, clog2 } from '../lib/widths.ts';
import { condense } from './condense.ts';
import { fields } from './conmerge.fields.ts';
import { groupType, maskBeatType, unitType } from './conmerge.types.ts';
import { sortStore } from './sort-store.ts';

export const SortBufferParams = z.strictObject({
  rows: fields.rows,
  cols: fields.cols,
  bounds: fields.bounds,
  columns: fields.columns,
});

/** Capacity in beats; memories start at two words. */
export function beatsOf(p: { readonly columns: number; readonly cols: number }): number {
  return Math.max(2, Math.ceil(p.columns / p.cols));
}

/**
 * Condense and sort (paper 3.3, 4 "CAU"): takes the mask of a unit, C columns a beat, and gives its kept columns in the order class
 * descending, then n ascending, as groups of up to C columns of one beat.
 *
 * COND takes the beats. The densest class leaves in the same cycle, as nothing goes before it; the beats of the other classes are
 * stored and listed, which is the counting pass. SCATTER then reads the list of each class. So a beat is read once for each class in
 * it, and columns stay in their lanes; one compacting network in the block former does for all. (Scattering all classes of a beat at
 * once needs a C x C crossbar of entries a class and a row buffer a class, to save a part of the SCATTER cycles.)
 *
 * Cycles without stalls: 1 to take the command, B = ceil(columns / C) in COND, then SCATTER: 1 if no class waits, else S + 3, S = sum
 * over beats of the classes but the densest that occur in it. With `sort` 0, or one class, S = 0. B <= time <= (K - 1) * B + B + 4 for
 * K classes. The last group of a unit has `last` and takes nothing. Latency of a group: 1 (output register).
 */
export const sortBuffer = block(
  'sort_buffer',
  SortBufferParams,
  (m, p) => {
    const beats = beatsOf(p);
    const shape = { rows: p.rows, cols: p.cols, beats };
    const io = m.ports({
      unit: sink(unitType(p.columns), 'columns and switches of the next unit'),
      mask: sink(maskBeatType(p), 'column bitmaps, ceil(columns / C) beats a unit'),
      group: source(groupType(shape), 'kept columns in order'),
      busy: output(Bool, 'a unit is being taken or a group is offered'),
      condensing: output(Bool, 'in COND'),
      sorting: output(Bool, 'in SCATTER'),
    });
    const { state } = m.fsms({ state: ['IDLE', 'COND', 'SCATTER'] });
    const { left, beat } = m.regs({ left: UInt(bitsFor(p.columns)), beat: UInt(clog2(beats)) });
    const { merge, relocate, sort } = m.regs({ merge: Bool, relocate: Bool, sort: Bool });
    const { offered, group } = m.regs({ offered: Bool.init(0), group: groupType(shape) });
    const { advance } = m.nets({ advance: io.group.ready.or(offered.not()) });
    const isCond = state.is('COND');
    const isScatter = state.is('SCATTER');

    // Lanes beyond the columns of the unit are empty columns.
    const rest = left.resize(Math.max(left.width, bitsFor(p.cols)));
    const arriving = io.mask.payload.map((column, j) => {
      return column.and(rest.gt(j).replicate(p.rows));
    });
    const isLastBeat = p.columns > p.cols ? left.le(p.cols) : m.lit(1, Bool);
    const { waiting, taken } = describeSort(m, p, {
      keep: io.mask.fire,
      arriving,
      beat,
      sort,
      scatter: isScatter,
      advance,
    });

    io.unit.ready.assign(state.is('IDLE'));
    io.mask.ready.assign(isCond.and(advance));
    m.when(io.unit.fire, () => {
      left.next(io.unit.payload.columns);
      beat.next(0);
      merge.next(io.unit.payload.merge);
      relocate.next(io.unit.payload.relocate);
      sort.next(io.unit.payload.sort);
    });
    m.when(io.mask.fire, () => {
      if (p.columns > p.cols) left.next(left.subWrap(p.cols));
      beat.next(beat.addWrap(1));
    });

    const { closes } = m.nets({ closes: isScatter.and(waiting.not()) });
    m.when(advance, () => {
      offered.next(io.mask.fire.or(taken.valid).or(closes));
      m.drive(group, {
        columns: taken.columns,
        take: taken.lanes,
        beat: taken.beat,
        last: closes,
        merge,
        relocate,
      });
    });
    state.states({
      IDLE: () =>
        m.when(io.unit.valid, () =>
          m.when(io.unit.payload.columns.eq(0), () => state.goto('SCATTER')).otherwise(() => state.goto('COND')),
        ),
      COND: () => m.when(io.mask.fire.and(isLastBeat), () => state.goto('SCATTER')),
      SCATTER: () => m.when(closes.and(advance), () => state.goto('IDLE')),
    });

    io.group.offer(offered, group);
    io.busy.assign(state.is('IDLE').not().or(offered));
    io.condensing.assign(isCond);
    io.sorting.assign(isScatter);
    m.when(io.unit.fire, () =>
      m.assume('unit_fits', io.unit.payload.columns.le(p.columns), 'a unit has more columns than the capacity'),
    );
    return io;
  },
  { doc: 'ConMerge: drops empty columns and sorts the others by class, densest first.' },
);

type Bit = Signal<typeof Bool>;

interface SortInputs {
  readonly keep: Bit;
  readonly arriving: readonly Signal<UIntType>[];
  readonly beat: Signal<UIntType>;
  readonly sort: Bit;
  readonly scatter: Bit;
  readonly advance: Bit;
}

interface Sorted {
  /** SCATTER is not through. */
  readonly waiting: Bit;
  /** What goes to the output register, from the beat that arrives or from the store. */
  readonly taken: {
    readonly valid: Bit;
    readonly columns: readonly Signal<UIntType>[];
    readonly lanes: Signal<UIntType>;
    readonly beat: Signal<UIntType>;
  };
}

/** The classifier, shared by the two passes, and the store behind it; one class needs no store. */
function describeSort(m: ModuleBuilder, p: z.output<typeof SortBufferParams>, inputs: SortInputs): Sorted {
  const waitingClasses = p.bounds.length;
  const { classifier } = m.instances({ classifier: condense({ rows: p.rows, cols: p.cols, bounds: p.bounds }) });
  classifier.sort.assign(inputs.sort);
  const densest = classifier.member.at(waitingClasses).and(inputs.scatter.not().replicate(p.cols));
  if (waitingClasses === 0) {
    classifier.columns.assign([...inputs.arriving]);
    const never = m.lit(0, Bool);
    return { waiting: never, taken: { valid: never, columns: inputs.arriving, lanes: densest, beat: inputs.beat } };
  }
  const { beat_store: store } = m.instances({
    beat_store: sortStore({ rows: p.rows, cols: p.cols, beats: beatsOf(p), classes: waitingClasses }),
  });
  const { scatter } = inputs;
  classifier.columns.map((column, j) => column.assign(scatter.mux(store.out_columns.at(j), inputs.arriving[j]!)));
  store.keep.assign(inputs.keep);
  store.columns.assign([...inputs.arriving]);
  store.number.assign(inputs.beat);
  const others = Array.from({ length: waitingClasses }, (_, q) => classifier.member.at(q));
  store.member.assign(others);
  store.scatter.assign(scatter);
  store.advance.assign(inputs.advance);
  return {
    waiting: store.busy,
    taken: {
      valid: scatter.and(store.pick.orR()),
      columns: [...classifier.columns],
      lanes: scatter.mux(onehotMux<Signal>(store.pick, others), densest) as Signal<UIntType>,
      beat: scatter.mux(store.out_number, inputs.beat),
    },
  };
}
