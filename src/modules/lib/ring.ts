// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder, type Reg, type Signal, UInt, type UIntType } from '../../dsl/index.ts';
import { clog2 } from './widths.ts';

type Bit = Signal<typeof Bool>;

/** The bookkeeping of a ring buffer; `step` is called once, when push and pop are known. */
export interface Ring {
  /** There is room for an item. A register. */
  readonly vacant: Bit;
  /** There is an item. A register. */
  readonly filled: Bit;
  readonly writeIndex: Signal<UIntType>;
  readonly readIndex: Signal<UIntType>;
  /** What happens in this cycle. Push needs `vacant`, pop needs `filled`; both may happen. `clear` forgets all items and wins. */
  step(push: Bit, pop: Bit, clear: Bit | null): void;
}

/**
 * Two indices into `depth` words (any depth from 1) and two flags. There is no lap bit beside the indices: when they meet, the ring is full
 * if the last step was a push and empty if it was a pop. Both flags are registers, so neither ready nor valid of a fifo waits for a
 * comparison.
 */
export function makeRing(m: ModuleBuilder, depth: number): Ring {
  const index = UInt(clog2(depth)).init(0);
  const { write_index, read_index } = m.regs({ write_index: index, read_index: index });
  const { vacant, filled } = m.regs({ vacant: Bool.init(1), filled: Bool.init(0) });
  return {
    vacant,
    filled,
    writeIndex: write_index,
    readIndex: read_index,
    step(push, pop, clear) {
      const { write_next, read_next } = m.nets({
        write_next: advanced(write_index, depth, push),
        read_next: advanced(read_index, depth, pop),
      });
      const { meeting } = m.nets({ meeting: write_next.eq(read_next) });
      write_index.next(write_next);
      read_index.next(read_next);
      vacant.next(meeting.not().or(pop).or(vacant.and(push.not())));
      filled.next(meeting.not().or(push).or(filled.and(pop.not())));
      if (clear !== null) {
        m.when(clear, () => {
          forget(write_index);
          forget(read_index);
          vacant.next(1);
          filled.next(0);
        });
      }
      m.assert('push_has_room', push.not().or(vacant), 'an item is written although there is no room');
      m.assert('pop_has_item', pop.not().or(filled), 'an item is taken although there is none');
      m.assert('full_or_empty_only_when_meeting', vacant.and(filled).or(write_index.eq(read_index)));
      m.assert('not_full_and_empty', vacant.or(filled));
      if (2 ** index.type.width !== depth) {
        m.assert('indices_in_range', write_index.lt(depth).and(read_index.lt(depth)));
      }
    },
  };
}

function forget(index: Reg<UIntType>): void {
  index.next(0);
}

/** The index after `step` (0 or 1) more; a power of two wraps by itself. */
function advanced(index: Signal<UIntType>, depth: number, step: Bit): Signal<UIntType> {
  if (index.width === 0) return index;
  const next = index.addWrap(step.resize(index.width));
  return 2 ** index.width === depth ? next : step.and(index.eq(depth - 1)).mux(0, next);
}
