// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  type BlockCall,
  Bool,
  input,
  type ModuleBuilder,
  type Signal,
  type SinkStream,
  type SourceStream,
  UInt,
} from '../../src/dsl/index.ts';
import { startedByReset } from './reset-first.ts';

type Bit = Signal<typeof Bool>;

/** A block between two streams with a payload of one bit. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- blocks with further ports are welcome
export type StreamBlock = BlockCall<any>;

export interface StreamClaim {
  readonly dut: StreamBlock;
  /** Most items inside at once. */
  readonly capacity: number;
  /** It refuses no item while fewer than this many are inside. */
  readonly accepts: number;
  /** An item can leave in the cycle in which it enters. */
  readonly passesThrough: boolean;
}

interface Ends {
  readonly in: SourceStream<typeof Bool>;
  readonly out: SinkStream<typeof Bool>;
}

/**
 * Nothing is lost, invented, doubled or overtaken. A block that does not look at its payload need only be shown one marked
 * item among unmarked ones (Wolper's data independence): the harness counts the items in front of the mark when it enters, and the mark must
 * come out exactly when these have left. The mark may be put on any item, so what holds for it holds for all.
 */
export function streamHarness({ dut, capacity, accepts, passesThrough }: StreamClaim): BlockCall {
  const bits = UInt(BigInt(capacity + 1).toString(2).length);
  return block('stream_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      valid: input(Bool, 'an item is offered'),
      mark: input(Bool, 'it is the marked one'),
      ready: input(Bool, 'an item would be taken'),
    });
    startedByReset(m);
    const { dut: made } = m.instances({ dut }) as unknown as { readonly dut: Ends };
    made.in.offer(io.valid, io.mark);
    made.out.ready.assign(io.ready);
    assumeLaw(m, io.valid, io.mark, made.in.ready);
    const { seen, inside, ahead, level } = m.regs({
      seen: Bool.init(0),
      inside: Bool.init(0),
      ahead: bits.init(0),
      level: bits.init(0),
    });
    m.assume('one_mark', io.valid.and(io.mark).and(seen).not());
    const { enters, leaves } = m.nets({ enters: made.in.fire, leaves: made.out.fire });
    level.next(level.addWrap(enters.resize(bits.width)).subWrap(leaves.resize(bits.width)));
    m.when(enters.and(io.mark), () => {
      seen.next(1);
      inside.next(passesThrough ? level.eq(0).and(leaves).not() : 1);
      ahead.next(level.subWrap(leaves.resize(bits.width)));
    }).elsewhen(inside.and(leaves), () => {
      inside.next(ahead.ne(0));
      ahead.next(ahead.subWrap(1));
    });
    const atHead = inside.and(ahead.eq(0));
    const marked = passesThrough ? level.eq(0).mux(io.mark, atHead) : atHead;
    const offers = made.out.valid;
    m.assert('in_order', offers.not().or(made.out.payload.eq(marked)), 'another item than the oldest is offered');
    const exists = passesThrough ? level.ne(0).or(io.valid) : level.ne(0);
    m.assert('nothing_invented', offers.not().or(exists), 'an item is offered though none is inside');
    m.assert('has_room', level.le(capacity), 'more items are inside than can be');
    m.assert('accepts', made.in.ready.or(level.ge(accepts)), 'an item is refused though there is room');
  })({});
}

/** What every producer promises, and the stall that the promise is about. */
function assumeLaw(m: ModuleBuilder, valid: Bit, mark: Bit, ready: Bit): void {
  const { stalled, offered } = m.regs({ stalled: Bool.init(0), offered: Bool.init(0) });
  stalled.next(valid.and(ready.not()));
  offered.next(mark);
  m.assume('input_stays', stalled.not().or(valid.and(mark.eq(offered))));
}
