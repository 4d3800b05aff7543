// SPDX-License-Identifier: Apache-2.0
import type { Bundle, ModuleBuilder, Signal, UIntType, View } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { type blockType, controlWordType, type WordShape } from './conmerge.types.ts';

/** Rows and ids of a block, as registers or wires hold them. */
export type BlockView = Pick<View<ReturnType<typeof blockType>>, 'rows' | 'ids'>;

type WordFields = Omit<ReturnType<typeof controlWordType>['fields'], 'last'>;

/** What an attempt has made of the map: busy lanes and conflict vector with the partner in. */
export interface Attempted {
  readonly occ: readonly Signal<UIntType>[];
  readonly cvValid: Signal<UIntType>;
  readonly cvIdx: readonly Signal<UIntType>[];
}

export interface ControlMap {
  /** Fields of the control word; `slots` counts the blocks in it. */
  readonly regs: View<ReturnType<typeof Bundle<WordFields>>, 'reg'>;
  /** occ = A; ws = xs = 0; cv unset; slot 0 = A. */
  load(a: BlockView): void;
  /** Puts partner B into the next slot. */
  commit(b: BlockView, attempted: Attempted): void;
}

/**
 * The committed copy of the control map: registers, and what LOADA and a committing attempt do to them.
 *
 * An attempt needs a working copy of occ and cv only. ws and xs follow from them when it commits: a DPU that became busy works for
 * the new slot, and takes its own row exactly when B marks it (lanes are moved only to DPUs that B leaves free, as occ' contains B
 * from the TRY cycle on). That saves R*C*(1 + log2 M) of the R*C*(2 + log2 M) working flip-flops, and a failed attempt cannot
 * leave a trace here.
 */
export function controlMap(m: ModuleBuilder, p: WordShape): ControlMap {
  const { last: _last, ...fields } = controlWordType(p).fields;
  const regs = m.regs(fields);
  // A lane holds a column when some row has a bit in it.
  const lanes = (block: BlockView) => ({
    valid: block.rows.map((row) => row).reduce((any, row) => any.or(row)),
    n: join(regs.slots, [...block.ids]) as Signal<UIntType>,
  });
  return {
    regs,
    load(a) {
      regs.occ.next(a.rows);
      for (const planes of regs.ws) for (const plane of planes) plane.next(0);
      for (const row of regs.xs) row.next(0);
      regs.cv.valid.next(0);
      for (const row of regs.cv.idx) row.next(0);
      for (const slot of [...regs.ids].slice(1)) m.drive(slot, { valid: 0, n: 0 });
      m.drive(regs.ids.at(0), lanes(a));
      regs.slots.next(1);
    },
    commit(b, attempted) {
      attempted.occ.forEach((occ, t) => {
        const added = occ.and(regs.occ.at(t).not());
        regs.occ.at(t).next(occ);
        regs.ws.at(t).map((plane, bit) => plane.next(plane.or(added.and(regs.slots.bit(bit).replicate(p.cols)))));
        regs.xs.at(t).next(regs.xs.at(t).or(added.and(b.rows.at(t).not())));
        regs.cv.idx.at(t).next(attempted.cvIdx[t]!);
      });
      regs.cv.valid.next(attempted.cvValid);
      regs.ids.write(regs.slots, lanes(b));
      regs.slots.next(regs.slots.addWrap(1));
    },
  };
}
