// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, type ModuleBuilder, type Signal, UInt, type UIntType, Vec, type View } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { onehotEncode, onehotMux } from '../lib/onehot.ts';
import { isolate } from '../lib/priority-encoder.ts';
import { clog2 } from '../lib/widths.ts';
import type { Attempted, BlockView, ControlMap } from './control-map.ts';
import type { ArrayShape } from './conmerge.types.ts';
import { relocation } from './relocation.ts';

type Bit = Signal<typeof Bool>;

export interface AttemptControl {
  /** First cycle of an attempt: direct and conflict planes. */
  readonly trying: Bit;
  /** Further cycles: one relocation each. */
  readonly relocating: Bit;
  /** 0: an attempt with a conflict fails at once. */
  readonly relocate: Bit;
}

export interface AttemptResult extends Attempted {
  /** The attempt ends well in this cycle. */
  readonly commit: Bit;
  /** The attempt ends in this cycle and is forgotten. */
  readonly fail: Bit;
}

/** The working copy, and the rows in conflict: `source` has `lanes` in its turn, `todo` are those to come. */
function workType({ rows, cols }: ArrayShape) {
  const row = UInt(clog2(rows));
  return Bundle({
    occ: Vec(rows, UInt(cols)),
    cv: Bundle({ valid: UInt(rows), idx: Vec(rows, row) }),
    todo: UInt(rows),
    source: row,
    lanes: UInt(cols),
  });
}

/**
 * An attempt to put block B beside what the map holds (paper 3.3, `attempt`): the working copy and the decisions.
 *
 * The lanes in conflict (rem) are not stored: row t still has B[t] & occ[t] left until its turn comes, as the committed copy and B
 * rest during an attempt. What is stored is which rows are still to come (`todo`), and the row whose turn it is (`source`, `lanes`),
 * picked one cycle ahead so that the choice of the row is not in the path of the relocation.
 */
export function describeAttempt(
  m: ModuleBuilder,
  p: ArrayShape,
  { trying, relocating, relocate }: AttemptControl,
  map: ControlMap['regs'],
  b: BlockView,
): AttemptResult {
  const rows = Array.from({ length: p.rows }, (_, t) => t);
  const { work } = m.regs({ work: workType(p) });
  const step = relocationStep(m, p, work);

  const { conflict } = m.wires({ conflict: Vec(p.rows, UInt(p.cols)) });
  for (const t of rows) conflict.at(t).assign(b.rows.at(t).and(map.occ.at(t)));
  const { clash } = m.nets({
    clash: join(
      step.whole,
      conflict.map((lanes) => lanes.orR()),
    ) as Signal<UIntType>,
  });
  const { queue } = m.nets({ queue: trying.mux(clash, work.todo) });
  const { first } = m.nets({ first: isolate(queue) });

  const { occ_next: occNext, cv_next: cvNext } = m.wires({
    occ_next: work.occ.type,
    cv_next: workType(p).fields.cv,
  });
  for (const t of rows) {
    const isTarget = step.target.bit(t);
    const moved = work.occ.at(t).or(work.lanes.and(isTarget.replicate(p.cols)));
    occNext.at(t).assign(trying.mux(map.occ.at(t).or(b.rows.at(t)), moved));
    cvNext.idx.at(t).assign(trying.mux(map.cv.idx.at(t), isTarget.mux(work.source, work.cv.idx.at(t))));
  }
  cvNext.valid.assign(trying.mux(map.cv.valid, work.cv.valid.or(step.target)));

  m.when(trying.or(relocating), () => {
    work.occ.next(occNext);
    m.drive(work.cv, cvNext);
    m.when(trying.or(step.whole), () => {
      work.source.next(onehotEncode(first));
      work.lanes.next(onehotMux(first, [...conflict]));
      work.todo.next(queue.and(first.not()));
    }).otherwise(() => work.lanes.next(step.left));
  });

  m.when(relocating, () => {
    m.assert('reloc_has_lanes', work.lanes.orR(), 'a relocation without lanes in conflict');
    m.assert('reloc_whole_or_none', step.whole.and(step.none).not(), 'all lanes fit nowhere');
    const never = (wrong: (t: number) => Bit): Bit =>
      join(
        map.slots,
        rows.map((t) => step.target.bit(t).and(wrong(t))),
      )
        .eq(0)
        .or(step.none);
    const isOther = (t: number): Bit => work.cv.valid.bit(t).and(work.cv.idx.at(t).ne(work.source));
    m.assert('cv_written_once', never(isOther), 'a row that serves one source gets another');
    m.assert(
      'cv_not_itself',
      never((t) => work.source.eq(t)),
      'a row moves lanes to itself',
    );
  });

  const { commit, fail } = m.nets({
    commit: trying.and(clash.orR().not()).or(relocating.and(step.whole).and(work.todo.orR().not())),
    fail: trying.and(clash.orR()).and(relocate.not()).or(relocating.and(step.none)),
  });
  return { commit, fail, occ: [...occNext], cvValid: cvNext.valid, cvIdx: [...cvNext.idx] };
}

/** One slot only: nothing is ever tried. */
export function noAttempt(
  m: ModuleBuilder,
  _p: ArrayShape,
  _control: AttemptControl,
  map: ControlMap['regs'],
): AttemptResult {
  const never = m.lit(0, Bool);
  return { commit: never, fail: never, occ: [...map.occ], cvValid: map.cv.valid, cvIdx: [...map.cv.idx] };
}

interface Step {
  readonly target: Signal<UIntType>;
  readonly left: Signal<UIntType>;
  readonly whole: Bit;
  readonly none: Bit;
}

/** The relocation step of the working copy; an array of one row has no other row to move lanes to. */
function relocationStep(m: ModuleBuilder, p: ArrayShape, work: View<ReturnType<typeof workType>, 'reg'>): Step {
  if (p.rows === 1) {
    return { target: m.lit(0, UInt(1)), left: work.lanes, whole: m.lit(0, Bool), none: m.lit(1, Bool) };
  }
  const { step } = m.instances({ step: relocation({ rows: p.rows, cols: p.cols }) });
  step.source.assign(work.source);
  step.lanes.assign(work.lanes);
  step.occ.assign(work.occ);
  step.cv_valid.assign(work.cv.valid);
  step.cv_idx.assign(work.cv.idx);
  return step;
}
