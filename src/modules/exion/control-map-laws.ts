// SPDX-License-Identifier: Apache-2.0
import type { ModuleBuilder, Signal } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import type { WordShape } from './conmerge.types.ts';
import type { ControlMap } from './control-map.ts';

type Bit = Signal;

/** Lanes whose slot number, given as bit planes, is `slot`. */
function lanesOfSlot(planes: Iterable<Signal>, slot: number, all: Signal): Signal {
  return [...planes].reduce((lanes, plane, bit) => lanes.and((slot >> bit) % 2 === 1 ? plane : plane.not()), all);
}

/**
 * Asserts what paper 8 says about every control word: xs = 1 only where cv is valid and names another row; the slot of a busy DPU is
 * in use and holds a column in its lane; an idle DPU has ws = xs = 0. To be called where a word is offered.
 */
export function assertWord(m: ModuleBuilder, p: WordShape, map: ControlMap['regs']): void {
  const rows = Array.from({ length: p.rows }, (_, t) => t);
  const every = (name: string, law: (t: number) => Bit, text: string): void =>
    m.assert(name, join(map.slots, rows.map(law)).andR(), text);

  every(
    'xs_has_cv',
    (t) =>
      map.xs
        .at(t)
        .orR()
        .not()
        .or(map.cv.valid.bit(t).and(map.cv.idx.at(t).ne(t))),
    'an input row is taken by way of cv, but cv is unset or names the row itself',
  );
  every(
    'ws_has_column',
    (t) => {
      const occ = map.occ.at(t);
      const served = map.ids.map((id, s) => lanesOfSlot(map.ws.at(t), s, occ).and(id.valid));
      return served.reduce((any, lanes) => any.or(lanes)).eq(occ);
    },
    'a busy DPU has a slot without a column',
  );
  every(
    'idle_is_zero',
    (t) =>
      join(
        map.slots,
        [...map.ws.at(t), map.xs.at(t)].map((plane) => plane.and(map.occ.at(t).not())),
      ).eq(0),
    'an idle DPU has ws or xs',
  );
  m.assert(
    'ids_in_slots',
    join(
      map.slots,
      map.ids.map((id, s) => id.valid.orR().eq(map.slots.gt(s))),
    ).andR(),
    'slots counts the blocks of the word',
  );
}
