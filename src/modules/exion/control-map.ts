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
  /** occ = A, the block; ws = xs = 0; cv unset; slot 0 = A. */
  load(): void;
  /** Puts the block into the next slot. */
  commit(attempted: Attempted): void;
}

/**
 * The committed copy of the control map: registers, and what LOADA and a committing attempt do to them with `block`.
 *
 * An attempt needs a working copy of occ and cv only. ws and xs follow from them when it commits: a DPU that became busy works for
 * the new slot, and takes its own row exactly when B marks it (lanes are moved only to DPUs that B leaves free, as occ' contains B
 * from the TRY cycle on). That saves R*C*(1 + log2 M) of the R*C*(2 + log2 M) working flip-flops, and a failed attempt cannot
 * leave a trace here.
 */
export function controlMap(m: ModuleBuilder, p: WordShape, block: BlockView): ControlMap {
  const { last: _last, ...fields } = controlWordType(p).fields;
  const regs = m.regs(fields);
  const rows = [...block.rows];
  const { block_lanes: blockLanes, block_ids: blockIds } = m.nets({
    block_lanes: rows.slice(1).reduce<Signal<UIntType>>((any, row) => any.or(row), rows[0]!), // a column has a bit somewhere
    block_ids: join(regs.slots, [...block.ids]) as Signal<UIntType>,
  });
  return {
    regs,
    load() {
      regs.occ.next(block.rows);
      for (const planes of regs.ws) for (const plane of planes) plane.next(0);
      for (const row of regs.xs) row.next(0);
      m.drive(regs.cv, { valid: 0, idx: rows.map(() => 0) });
      regs.ids.map((slot, s) => m.drive(slot, s === 0 ? { valid: blockLanes, n: blockIds } : { valid: 0, n: 0 }));
      regs.slots.next(1);
    },
    commit(attempted) {
      attempted.occ.forEach((occ, t) => {
        const name = `added_${t}`;
        const added = m.nets({ [name]: occ.and(regs.occ.at(t).not()) })[name]!;
        regs.occ.at(t).next(occ);
        regs.ws.at(t).map((plane, bit) => plane.next(plane.or(added.and(regs.slots.bit(bit).replicate(p.cols)))));
        regs.xs.at(t).next(regs.xs.at(t).or(added.and(rows[t]!.not())));
        regs.cv.idx.at(t).next(attempted.cvIdx[t]!);
      });
      regs.cv.valid.next(attempted.cvValid);
      regs.ids.write(regs.slots, { valid: blockLanes, n: blockIds });
      regs.slots.next(regs.slots.addWrap(1));
    },
  };
}
